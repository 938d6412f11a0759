# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the host has the addresses that the inventory gives it, and a way out."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import Check, Finding, Host, Skipped, Stage, Unknown

CHECKS: tuple[Check, ...] = (
    Check(
        "ip_not_on_interface",
        "the address in ip is on an interface",
        "block",
        Stage.NAMES,
        kubespray=("stop_if_ip_var_does_not_match_local_ips",),
        formerly=("ip_not_local",),
    ),
    Check("default_route_missing", "there is a default route", "warn", Stage.NETWORK),
    Check(
        "network_on_two_interfaces",
        "no two interfaces of the host are in one network",
        "warn",
        Stage.NETWORK,
    ),
)
THRESHOLDS: dict[str, float] = {}
# access_ip may be an address that a router translates, and need not be on the host.
_OWN = ("ip", "ip6")


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """The findings for what module_utils/_host/network.py collected."""
    wanted = {name: str(host.variables[name]) for name in _OWN if host.variables.get(name)}
    yield from _addresses(found, wanted)
    if found["routes"] is None:
        yield Unknown(
            "default_route_missing", "The host's program ip did not say what the routes are."
        )
    elif found["default"] is None:
        yield _no_default(wanted)
    yield from _twice(found)


def _addresses(found: Mapping[str, Any], wanted: Mapping[str, str]) -> Iterator[Finding]:
    if not wanted:
        yield Skipped("ip_not_on_interface", "The inventory sets neither ip nor ip6 for this host.")
        return
    if found["interfaces"] is None:
        yield Unknown(
            "ip_not_on_interface", "The host's program ip did not say what the addresses are."
        )
        return
    present = [
        cidr.split("/")[0] for interface in found["interfaces"] for cidr in interface["addresses"]
    ]
    missing = [name for name in wanted if not _in(wanted[name], present)]
    if missing and not found["complete"]:
        yield Unknown("ip_not_on_interface", "The host has more addresses than were looked at.")
        return
    for name in missing:
        yield block(
            "ip_not_on_interface",
            f"{name} is {wanted[name]}, which is on no interface of this host; "
            f"it has {', '.join(present) or 'no address'}.",
            f"Correct {name} of this host in the inventory, or give the host that address.",
        )


def _in(address: str, present: list[str]) -> bool:
    try:
        return str(ipaddress.ip_address(address)) in present
    except ValueError:
        return False


def _no_default(wanted: Mapping[str, str]) -> Finding:
    fix = "Give the host a default route in its network configuration (for now: ip route add default via GATEWAY)"
    if wanted:
        return warn(
            "default_route_missing",
            "The host has no default route: its own processes may not reach addresses of services, "
            "and nothing can be downloaded.",
            f"{fix}.",
        )
    return block(
        "default_route_missing",
        "The host has no default route, and Kubespray takes a host's address from it where the inventory sets no ip.",
        f"{fix}, or set ip of this host in the inventory.",
    )


def _twice(found: Mapping[str, Any]) -> Iterator[Finding]:
    check = "network_on_two_interfaces"
    if found["interfaces"] is None:
        yield Unknown(check, "The host's program ip did not say what the addresses are.")
        return
    on: dict[ipaddress.IPv4Network | ipaddress.IPv6Network, dict[str, None]] = {}
    for interface in found["interfaces"]:
        for cidr in interface["addresses"]:
            network = ipaddress.ip_interface(cidr).network
            # A single address is nobody's network: such as those of Services, and one that moves from host to host.
            if network.num_addresses > 1:
                on.setdefault(network, {})[str(interface["name"])] = None
    twice = {network: names for network, names in on.items() if len(names) > 1}
    for network, names in twice.items():
        yield warn(
            check,
            f"{network} is on {' and '.join(names)}: the host answers through one of them what came in through the "
            "other, which filters drop, and a network plugin may take another of its addresses than Kubespray.",
            "Take the address off all of them but one, or make one bond or bridge of them.",
        )
    if not twice and not found["complete"]:
        yield Unknown(check, "The host has more addresses than were looked at.")
