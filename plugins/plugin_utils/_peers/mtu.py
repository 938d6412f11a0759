# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether packets arrive that are as large as those that Kubernetes will send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    BETWEEN,
    Check,
    Finding,
    Skipped,
    Unknown,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller.values import some
from ansible_collections.k8n.cluster.plugins.plugin_utils._peers.answers import Mtu

CHECKS = (Check("mtu_path", "large packets reach the other hosts", "warn", BETWEEN),)
# What each encapsulation adds to a packet of a pod, in bytes, over IPv4.
_OVERHEAD = {"vxlan": 50, "ipip": 20, "geneve": 58, "wireguard": 60}
# Kubespray's variable for the MTU of pods, by network plugin.
_VARIABLES = {"calico": "calico_mtu", "cilium": "cilium_mtu", "kube-ovn": "kube_ovn_mtu"}


def judge(mtus: Mapping[str, Mtu], settings: Mapping[str, Any]) -> Iterator[Finding]:
    """What the paths from one host to others (by name) say of it."""
    known = {target: mtu for target, mtu in mtus.items() if mtu.interface and mtu.largest}
    if not mtus:
        yield Skipped("mtu_path", "No other host was there to send packets to.")
        return
    if not known:
        yield Unknown("mtu_path", f"No UDP packet of any size came back from {some(mtus)}.")
        return
    network = _Network.read(settings)
    short: dict[str, tuple[int, int]] = {}
    for target, mtu in known.items():
        interface, largest = mtu.interface or 0, mtu.largest or 0
        wanted = network.pods + network.overhead if network.pods else interface
        if largest < wanted:
            short[target] = (largest, wanted)
    if short:
        yield network.problem(short)


@dataclass(frozen=True)
class _Network:
    """What of the pods' network counts here: pods is their configured MTU, 0 where the plugin finds it itself."""

    pods: int
    overhead: int
    encapsulation: str | None
    variable: str | None

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> _Network:
        network = settings.get("network") or {}
        mtu, encapsulation = network.get("mtu"), network.get("encapsulation")
        return cls(
            mtu if isinstance(mtu, int) and mtu > 0 else 0,
            _OVERHEAD.get(str(encapsulation), 0),
            encapsulation if encapsulation in _OVERHEAD else None,
            _VARIABLES.get(str(network.get("plugin"))),
        )

    def problem(self, short: Mapping[str, tuple[int, int]]) -> Problem:
        """short has for each target the largest packet that arrives and the one wanted, in bytes."""
        largest, wanted = min(short.values())
        why = "what its interface sends"
        if self.pods:
            why = f"the {self.pods} of the pods' network"
            why += f" and {self.overhead} for {self.encapsulation}" if self.overhead else ""
        pods = largest - self.overhead
        setting = (
            f"{self.variable}: {pods}" if self.variable else f"the network plugin's MTU to {pods}"
        )
        return warn(
            "mtu_path",
            f"Packets of {wanted} bytes from this host do not arrive at {some(short)}, those of {largest} do "
            f"(wanted: {wanted} bytes, {why}).",
            f"Set {setting} for all hosts, or let the network between the hosts carry {wanted} bytes, on interfaces "
            "(ip link set dev INTERFACE mtu), switches and tunnels.",
        )
