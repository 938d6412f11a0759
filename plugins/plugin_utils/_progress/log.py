# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The full log of a run: one file, as Ansible's default callback would have printed it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TextIO

_STARS = 79


def folder(wanted: str | None, config_file: str | None) -> list[Path]:
    """Where the logs may go, best first: the option; else beside the ansible.cfg in effect; else in this folder."""
    if wanted:
        return [Path(wanted)]
    here = [Path(config_file).parent / "logs"] if config_file else []
    return [*here, Path.cwd() / "logs"]


def open_log(folders: list[Path], playbook: str, now: float) -> tuple[Path, TextIO]:
    """A new file in the first folder that can be written to; OSError of the last one where none can.

    The folder is made with mode 0700, the file with 0600: task results can hold what is nobody else's business.
    """
    stem = re.sub(r"[^\w.-]+", "_", Path(playbook).stem) or "playbook"
    name = f"{time.strftime('%Y-%m-%dT%H-%M-%S', time.localtime(now))}-{stem}"
    refused = OSError("there is no folder for it")
    for path in folders:
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _new_file(path, name)
        except OSError as exc:
            refused = exc
    raise refused


def _new_file(path: Path, name: str) -> tuple[Path, TextIO]:
    for number in range(1, 1000):
        file = path / f"{name}{f'-{number}' if number > 1 else ''}.log"
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue  # another run of this second
        return file, os.fdopen(handle, "w", encoding="utf-8", errors="replace")
    raise FileExistsError(f"{path / name} is there a thousand times")


class Log:
    """A file, or none; it stops by itself, with one message, when it cannot be written to any more."""

    def __init__(self, stream: TextIO | None, on_error: Callable[[str], None]) -> None:
        self._stream = stream
        self._on_error = on_error

    def write(self, text: str) -> None:
        """Add a text and a line break."""
        if self._stream:
            try:
                self._stream.write(f"{text}\n")
            except (OSError, ValueError) as exc:
                self._stop(exc)

    def flush(self) -> None:
        """Bring what was written so far to the disk's cache, where another program sees it."""
        if self._stream:
            try:
                self._stream.flush()
            except (OSError, ValueError) as exc:
                self._stop(exc)

    def close(self) -> None:
        """The end."""
        self.flush()
        if self._stream:
            self._stream.close()
            self._stream = None

    def _stop(self, exc: Exception) -> None:
        self._stream = None
        self._on_error(f"The log is not complete: {exc}")


class LogDisplay:
    """What Ansible's default callback takes for its Display: it prints into the log.

    Warnings and deprecations go on to the real Display, which shows each once. While echo is set, what goes to the log
    is shown as well.
    """

    def __init__(
        self,
        display: Any,
        log: Log,
        show: Callable[..., None],
        unseen: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """show prints a text; what Ansible prints within unseen reaches the log only."""
        self._real = display
        self._log = log
        self._show = show
        self._unseen = unseen
        self.echo = False

    def display(
        self,
        msg: str,
        color: str | None = None,
        stderr: bool = False,
        screen_only: bool = False,
        log_only: bool = False,
        newline: bool = True,
        caplevel: int | None = None,
    ) -> None:
        """Display.display: the recap alone comes twice, in colour and for the log."""
        if not screen_only:
            self._log.write(msg)
        if self.echo and not log_only:
            self._show(msg, color=color)

    def banner(self, msg: str, color: str | None = None, cows: bool = True) -> None:
        """Display.banner, with the time at its end."""
        stars = "*" * max(3, _STARS - len(msg))
        self.display(f"\n{msg} {stars} {time.strftime('%H:%M:%S')}", color=color)

    def _error(self, *arguments: Any, **options: Any) -> None:
        # So core 2.19 and later print a failed task a second time.
        with self._unseen():
            self._real._error(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)
