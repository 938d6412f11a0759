# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hundreds of SSH hosts on one machine, for measurements. As root; see tests/lab/README.md."""

from __future__ import annotations

import argparse
import os
import sys
import time

import _fleet
from _spec import LabError


def main() -> int:
    """Parse the command line and do it; 2 and a sentence on a mistake."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("up", help="start COUNT new hosts")
    start.add_argument("count", type=int)
    commands.add_parser("down", help="remove all of the fleet")
    inside = commands.add_parser("run", help="run a command where the hosts can be reached")
    inside.add_argument("argv", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    try:
        if os.geteuid():
            raise LabError("The fleet is made of namespaces and mounts: run it as root.")
        if args.command == "up":
            began = time.monotonic()
            lab = _fleet.up(args.count)
            print(
                f"{args.count} hosts up in {time.monotonic() - began:.1f} s; logins in {lab.state}"
            )
        elif args.command == "down":
            _fleet.down()
        else:
            command = _fleet.inside(*args.argv)
            os.execvp(command[0], command)
    except LabError as exc:
        print(f"fleet: {exc}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
