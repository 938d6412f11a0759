# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real SSH hosts on one machine, for the demo and the tests. As root; see tests/lab/README.md."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import _guests
import _spec


def main() -> int:
    """Parse the command line and do it; 2 and a sentence on a mistake."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=f"Faults a host can have: {', '.join(_spec.FAULTS)}."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("up", "boot the hosts of SPEC again"),
        ("down", "remove all of SPEC's lab"),
    ):
        commands.add_parser(name, help=text).add_argument("spec", type=Path)
    image = commands.add_parser("image", help="build the guest image")
    image.add_argument("release", nargs="?", choices=_spec.RELEASES, default="trixie")
    commands.add_parser("clean", help="remove the guest images that no lab uses")
    for name, text in (("off", "cut the power of one host"), ("on", "start it again")):
        power = commands.add_parser(name, help=text)
        power.add_argument("spec", type=Path)
        power.add_argument("host")
    execute = commands.add_parser("exec", help="run a command as root in one host")
    execute.add_argument("spec", type=Path)
    execute.add_argument("host")
    execute.add_argument("argv", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    try:
        if os.geteuid():
            raise _spec.LabError("The lab makes network interfaces and containers: run it as root.")
        if args.command == "image":
            print(_guests.ensure_image(args.release))
            return 0
        if args.command == "clean":
            _guests.clean()
            return 0
        lab = _spec.load(args.spec)
        if args.command == "up":
            _guests.up(lab)
            print(f"{len(lab.guests)} hosts up; logins in {lab.state}")
        elif args.command == "down":
            _guests.down(lab)
        else:
            guest = next((guest for guest in lab.guests if guest.name == args.host), None)
            if guest is None:
                known = ", ".join(guest.name for guest in lab.guests)
                raise _spec.LabError(f"{args.host} is not a host of {lab.name}: {known}")
            if args.command == "exec":
                print(_guests.podman("exec", lab.container(guest), *args.argv))
            else:
                {"off": _guests.off, "on": _guests.on}[args.command](lab, guest)
    except _spec.LabError as exc:
        print(f"lab: {exc}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
