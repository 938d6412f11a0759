# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The mistakes in what a cluster directory is to be made from, and the sentence that shows all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class InitError(Exception):
    """What is wrong: every mistake with its place, what was found and how to fix it."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__(*mistakes)
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n".join(f"- {text}" for text in self.mistakes)


def of_error(error: OSError) -> InitError:
    """What the operating system refused, as the mistake that it is."""
    return InitError([f"{error.filename}: {error.strerror}."])


def expand(path: str, variable: str) -> Path:
    """A given path without its ~; raises InitError naming the variable where there is no such user."""
    try:
        return Path(path).expanduser()
    except RuntimeError as exc:
        raise InitError([f"{variable}: {path}: there is no such user."]) from exc
