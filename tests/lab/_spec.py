# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a lab consists of, read from its spec file."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
STATE_ROOT = HERE.parent.parent / ".lab"
FAULTS = {path.stem: path for path in sorted((HERE / "faults").glob("*.sh"))}
SERVICES = {path.stem: path for path in sorted((HERE / "services").glob("*.sh"))}
RELEASES = ("bookworm", "trixie")


class LabError(Exception):
    """Something about the lab that its user can fix; the text says how."""


@dataclass(frozen=True)
class Guest:
    """One host of a lab."""

    name: str
    address: ipaddress.IPv4Address
    faults: tuple[str, ...]
    release: str
    services: tuple[str, ...] = ()
    # Whether it can run pods: tests/lab/README.md says what that costs.
    kubernetes: bool = False

    @property
    def subnet(self) -> ipaddress.IPv4Network:
        return ipaddress.IPv4Network(f"{self.address}/24", strict=False)

    @property
    def gateway(self) -> ipaddress.IPv4Address:
        return self.subnet[1]


@dataclass(frozen=True)
class Lab:
    """A named set of guests."""

    name: str
    guests: tuple[Guest, ...]
    name_server: ipaddress.IPv4Address | None = None

    @property
    def state(self) -> Path:
        return STATE_ROOT / self.name

    @property
    def subnets(self) -> list[ipaddress.IPv4Network]:
        return sorted({guest.subnet for guest in self.guests})

    def container(self, guest: Guest) -> str:
        return f"k8n-{self.name}-{guest.name}"


def load(path: Path) -> Lab:
    """Read a spec file; raises LabError with every mistake in it."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise LabError(f"Cannot read the lab spec {path}: {exc}") from exc
    if not isinstance(data, dict) or not data.get("name") or not data.get("hosts"):
        raise LabError(f"{path}: a lab spec has a name and hosts; see tests/lab/README.md")
    mistakes: list[str] = []
    guests: list[Guest] = []
    for number, host in enumerate(data["hosts"], 1):
        unknown = sorted(set(host) - {"name", "address", "faults", "release", "services"})
        faults = tuple(host.get("faults", ()))
        services = tuple(host.get("services", ()))
        release = host.get("release", data.get("release", "trixie"))
        unknown += [fault for fault in faults if fault not in FAULTS]
        unknown += [service for service in services if service not in SERVICES]
        if unknown:
            mistakes.append(
                f"{path}, host {number}: unknown {', '.join(unknown)}; faults are {', '.join(FAULTS)}; "
                f"services are {', '.join(SERVICES)}"
            )
        if release not in RELEASES:
            mistakes.append(f"{path}, host {number}: release is one of {', '.join(RELEASES)}")
        try:
            address = ipaddress.IPv4Address(host["address"])
        except (KeyError, ValueError) as exc:
            mistakes.append(f"{path}, host {number}: an IPv4 address is needed: {exc}")
            continue
        kubernetes = data.get("kubernetes") is True
        guests.append(Guest(str(host["name"]), address, faults, release, services, kubernetes))
    name_server = None
    try:
        if data.get("name_server"):
            name_server = ipaddress.IPv4Address(data["name_server"])
    except ValueError as exc:
        mistakes.append(f"{path}: name_server is an IPv4 address: {exc}")
    if mistakes:
        raise LabError("\n".join(mistakes))
    return Lab(str(data["name"]), tuple(guests), name_server)
