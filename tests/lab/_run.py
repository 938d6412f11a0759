# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands, run without a shell, whose failure a person can read."""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from _spec import STATE_ROOT, LabError


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep apart what labs that go up and down at the same time share: images, and the machine's own rules."""
    STATE_ROOT.mkdir(exist_ok=True)
    with (STATE_ROOT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(
    *argv: object,
    stdin: str | None = None,
    check: bool = True,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run argv and return what it said; raises LabError where it fails or does not exist."""
    words: Sequence[str] = [str(word) for word in argv]
    try:
        done = subprocess.run(
            words, input=stdin, capture_output=True, text=True, check=False, env=env
        )
    except FileNotFoundError as exc:
        raise LabError(
            f"{words[0]} is not installed; `make setup` installs what the lab needs."
        ) from exc
    if check and done.returncode:
        raise LabError(f"{' '.join(words)}\n  ended with {done.returncode}: {done.stderr.strip()}")
    return done
