# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing outside: what the code under test must not do on this machine while it is given strange inputs."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# What changes something, by the place of the path among its arguments.
_CHANGES = {
    "os.mkdir": 0, "os.rename": 1, "os.remove": 0, "os.rmdir": 0, "os.symlink": 1, "os.link": 1, "os.chmod": 0,
    "os.chown": 0, "os.truncate": 0, "shutil.rmtree": 0,
}  # fmt: skip
_NEVER = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect"})


class OutsideTheFenceError(BaseException):
    """Not an Exception, so that no code takes it for a fault of its input."""


class _Fence:
    def __init__(self) -> None:
        self.inside: Path | None = None
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.inside is None:
            return
        if event in _NEVER:
            raise OutsideTheFenceError(f"{event} {arguments!r:.300}")
        path = None
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            path = arguments[0] if (arguments[2] or 0) & _WRITES else None
        elif event in _CHANGES:
            path = arguments[_CHANGES[event]]
        if path is not None and not self._is_inside(os.fsdecode(path)):
            raise OutsideTheFenceError(f"{event} {path!r:.300}")

    def _is_inside(self, path: str) -> bool:
        # The folder itself, too: making it where it is there already changes nothing.
        return f"{os.path.realpath(path)}{os.sep}".startswith(f"{self.inside}{os.sep}")


_FENCE = _Fence()


@contextlib.contextmanager
def only_in(folder: Path) -> Iterator[None]:
    """Let nothing be written but there, no program be started and nobody be connected to."""
    _FENCE.inside = folder.resolve()
    try:
        yield
    finally:
        _FENCE.inside = None
