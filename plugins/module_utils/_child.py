# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A function call that cannot hang its caller.

The system's resolver and the user database have no timeout of their own, and a thread in them
cannot be ended. A forked process can.
"""

from __future__ import annotations

import json
import os
import select
import signal
import time
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable


class ChildError(Exception):
    """The call gave no result."""


class ChildTimeoutError(ChildError):
    """The call was still running when the time was up, and has been ended."""


class Child:
    """A call running in a process of its own. Call result() once: it also ends the process."""

    def __init__(self, call: Callable[[], Any]) -> None:
        """Start call, which must return what JSON can carry."""
        self._started = time.monotonic()
        self._reader, writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _run(call, writer)
        os.close(writer)

    def result(self, timeout: float) -> Any:
        """Wait for the result until timeout seconds after the start of the call.

        Raises ChildTimeoutError when it is not there by then,
        ChildError when the call ended without one.
        """
        try:
            text = self._read(self._started + timeout)
        finally:
            os.close(self._reader)
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        if not text:
            raise ChildError("the call ended without a result")
        return json.loads(text)

    def _read(self, deadline: float) -> bytes:
        text = b""
        while True:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self._reader], [], [], left)[0]:
                raise ChildTimeoutError("the call took too long")
            chunk = os.read(self._reader, 65536)
            if not chunk:
                return text
            text += chunk


def _run(call: Callable[[], Any], writer: int) -> NoReturn:
    """Run in the child, which must never return into the parent's code."""
    try:
        text = json.dumps(call()).encode()
        while text:
            text = text[os.write(writer, text) :]
    finally:
        os._exit(0)
