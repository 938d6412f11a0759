# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What a host must have for itself: a host that is a copy of another has it from there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem

from ..._ssh.reasons import ADD_KEY, REMOVE_KEY
from ..model import BETWEEN, Check, Finding, Skipped, Stage, Unknown
from .names import listed, texts


@dataclass(frozen=True)
class _Kind:
    """One thing of which each host should have its own; key is where host.identity has it."""

    check: Check
    key: str
    what: str
    matters: str
    fix: str


_BUT_ONE = "On each of these hosts but one, as root"
_KINDS = (
    _Kind(
        Check(
            "hostname_duplicate",
            "no other host has its hostname",
            "warn",
            Stage.NAMES,
            BETWEEN,
            fixed_by_prepare="hostname",
        ),
        "hostname",
        "the hostname",
        "logs and the hosts' own reports cannot be told apart",
        "Run the playbook k8n.cluster.prepare, which gives each host its name of the inventory.",
    ),
    _Kind(
        Check(
            "machine_id_duplicate",
            "no other host has its machine-id",
            "block",
            Stage.NAMES,
            BETWEEN,
        ),
        "machine_id",
        "the machine-id",
        "systemd makes the MAC addresses of tunnels (flannel.1, vxlan.calico) from it and DHCP may lease all of them "
        "one address, so that pods on different hosts do not reach each other",
        f"{_BUT_ONE}: rm -f /etc/machine-id /var/lib/dbus/machine-id; systemd-machine-id-setup; reboot.",
    ),
    _Kind(
        Check(
            "product_uuid_duplicate",
            "no other host has its product UUID",
            "warn",
            Stage.NAMES,
            BETWEEN,
        ),
        "product_uuid",
        "the product UUID",
        "kubeadm wants every node to have its own",
        "Give each of these virtual machines a UUID of its own in its hypervisor (libvirt: virsh edit, delete the line "
        "<uuid> of the copy).",
    ),
    _Kind(
        Check(
            "mac_duplicate",
            "no other host has one of its MAC addresses",
            "warn",
            Stage.NAMES,
            BETWEEN,
        ),
        "macs",
        "the MAC address",
        "in one network, packets for one of them reach the other",
        "Give each of these virtual machines MAC addresses of its own in its hypervisor; in networks that have nothing "
        "to do with each other they may be the same.",
    ),
    _Kind(
        Check(
            "host_key_duplicate",
            "no other host has one of its SSH host keys",
            "warn",
            Stage.REACH,
            BETWEEN,
        ),
        "host_keys",
        "the SSH host key",
        "whoever controls one of them can pose as the others",
        f"{_BUT_ONE}: rm /etc/ssh/ssh_host_*_key*; ssh-keygen -A; systemctl restart ssh || systemctl restart sshd; "
        "then, on the control node, "
        f"{REMOVE_KEY.format(address='ADDRESS')} and add the new one. {ADD_KEY.format(address='ADDRESS')}",
    ),
)
CHECKS = tuple(kind.check for kind in _KINDS)
THRESHOLDS: dict[str, float] = {}

# What firmware has for a UUID if its maker did not care.
_NO_UUID = frozenset({
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "03000200-0400-0500-0006-000700080009", "not settable", "not present",
})  # fmt: skip
# Calico gives all its interfaces one address, and that of VRRP is one of several hosts on purpose.
_SHARED_MAC = re.compile(r"ee:ee:ee:ee:ee:ee|00:00:5e:00:0[12]:[0-9a-f]{2}", re.IGNORECASE)


def judge(
    identities: Mapping[str, Mapping[str, Any] | None],
) -> Iterator[tuple[str, Finding]]:
    """Each finding with its host; identities maps each to its host.identity, None where that is not known."""
    if len(identities) < 2:
        for host in identities:
            for check in CHECKS:
                yield host, Skipped(check.id, "There is no other host to compare it with.")
        return
    for kind in _KINDS:
        copies: set[str] = set()
        values = {host: _values(kind, identity) for host, identity in identities.items()}
        for hosts, shared in _shared(values):
            # Containers have the product UUID of the machine that they run on, and are no copies of each other.
            if kind.key == "product_uuid" and _one_kernel([identities[host] for host in hosts]):
                continue
            problem = _problem(kind, hosts, shared)
            copies.update(hosts)
            yield from ((host, problem) for host in hosts)
        for host, own in values.items():
            if not own and host not in copies:
                yield host, _not_known(kind, identities[host])


def _values(kind: _Kind, identity: Mapping[str, Any] | None) -> list[str]:
    given = identity.get(kind.key) if isinstance(identity, Mapping) else None
    values = texts(given if isinstance(given, list) else [given])
    if kind.key == "macs":
        values = [value for value in values if not _SHARED_MAC.fullmatch(value)]
    if kind.key == "product_uuid":
        values = [value.lower() for value in values if value.lower() not in _NO_UUID]
    return values


def _shared(values: Mapping[str, list[str]]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """The hosts that have values in common, each set of hosts once with all of these values."""
    owners: dict[str, list[str]] = {}
    for host, own in values.items():
        for value in own:
            owners.setdefault(value, []).append(host)
    sets: dict[tuple[str, ...], list[str]] = {}
    for value, hosts in owners.items():
        if len(hosts) > 1:
            sets.setdefault(tuple(hosts), []).append(value)
    yield from sets.items()


def _one_kernel(identities: list[Mapping[str, Any] | None]) -> bool:
    """Whether they all run on one kernel, by the id that it made when it was started."""
    boots = {identity.get("boot_id") for identity in identities if isinstance(identity, Mapping)}
    return len(boots) == 1 and None not in boots


def _problem(kind: _Kind, hosts: tuple[str, ...], shared: list[str]) -> Problem:
    what = kind.what
    if len(shared) > 1:
        what += "es" if what.endswith("s") else "s"
    return {
        "id": kind.check.id,
        "severity": kind.check.severity,
        "message": f"{len(hosts)} hosts have {what} {', '.join(shared)}: {listed(hosts)}. Each should have "
        f"its own: {kind.matters}.",
        "fix": kind.fix,
    }


def _not_known(kind: _Kind, identity: Mapping[str, Any] | None) -> Unknown:
    if not isinstance(identity, Mapping):
        return Unknown(kind.check.id, "Nothing is known of the host's identity.")
    reason = f"The host did not say {kind.what}"
    if kind.key == "product_uuid":
        reason += ": it has none of its own, or only root may read it"
    return Unknown(kind.check.id, f"{reason}.")
