# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serve the closed place on one address of this machine until it is told to end."""

from __future__ import annotations

import signal
import sys

import _place

# Whoever has started this waits for it.
SERVING = "serving"


def main(gateway: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(0))
    with _place.make(print).serve(gateway):
        print(SERVING, flush=True)
        signal.pause()


if __name__ == "__main__":
    main(sys.argv[1])
