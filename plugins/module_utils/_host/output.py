# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a program prints, with bounds on its time and on how much of it is taken."""

from __future__ import annotations

import os
import select
import subprocess
import time
from typing import Sequence


def output(argv: Sequence[str], timeout: float, limit: int = 1 << 20) -> str | None:
    """What the program printed; timeout is in seconds, limit in bytes.

    None where it is missing, failed, was still running by then or printed more than that:
    half of an output would be taken for the whole.
    """
    try:
        # AnsibleModule.run_command knows neither a timeout nor a limit.
        process = subprocess.Popen(  # pylint: disable=ansible-bad-function
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None
    with process:
        if process.stdout is None:
            raise ValueError("the process must have been started with a pipe")
        deadline = time.monotonic() + timeout
        try:
            text = _read(process.stdout.fileno(), deadline, limit)
            if text is None or process.wait(max(0.0, deadline - time.monotonic())) != 0:
                return None
        except subprocess.TimeoutExpired:
            return None
        finally:
            process.kill()
    return text.decode("utf-8", "replace")


def _read(reader: int, deadline: float, limit: int) -> bytes | None:
    text = b""
    while len(text) <= limit:
        left = max(0.0, deadline - time.monotonic())
        if not select.select([reader], [], [], left)[0]:
            return None
        chunk = os.read(reader, 65536)
        if not chunk:
            return text
        text += chunk
    return None
