# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What k8n.cluster.init remembers of a cluster directory, in .k8n/init.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .mistakes import InitError

FILE = Path(".k8n") / "init.json"


@dataclass(frozen=True)
class Record:
    """What was written at the last run, and what Kubespray was then."""

    # Version of the Kubespray whose sample it was; "" before the first run.
    kubespray: str = ""
    # Path within the directory -> checksum of what was written there.
    files: Mapping[str, str] = field(default_factory=dict)
    # All variables that this Kubespray knows.
    variables: tuple[str, ...] = ()
    # Variable that a version since the first run does not know any more -> that version and guesses of its new name.
    removed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def text(self) -> str:
        """What is kept of it on disk."""
        return (
            json.dumps(
                {
                    "kubespray": self.kubespray,
                    "files": dict(self.files),
                    "removed": dict(self.removed),
                    "variables": list(self.variables),
                },
                indent=1,
                sort_keys=True,
            )
            + "\n"
        )


def checksum(content: bytes) -> str:
    """How a file's content is remembered."""
    return hashlib.sha256(content).hexdigest()


def read(directory: Path) -> Record:
    """The record of a directory, an empty one where it has none; raises InitError where it is damaged."""
    path = directory / FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Record(
            str(data["kubespray"]),
            {str(name): str(value) for name, value in data["files"].items()},
            tuple(str(name) for name in data["variables"]),
            {str(name): dict(value) for name, value in data["removed"].items()},
        )
    except FileNotFoundError:
        return Record()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise InitError(
            [
                f"{path}: cannot be read ({exc}). Delete it; every file that differs from what init writes then "
                f"counts as yours and is left alone."
            ]
        ) from exc
