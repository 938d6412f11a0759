# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether packets arrive that are as large as those that Kubernetes will send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, warn

from ..._text.words import some
from ..model import BETWEEN, Check, Finding, Skipped, Stage, Unknown
from .answers import Mtu
from .plan import Pair

CHECKS = (Check("mtu_path", "large packets reach the other hosts", "warn", Stage.NETWORK, BETWEEN),)
# What each encapsulation adds to a packet of a pod, in bytes, over IPv4.
_OVERHEAD = {"vxlan": 50, "ipip": 20, "geneve": 58, "wireguard": 60}
# Kubespray's variable for the MTU of pods, by network plugin.
_VARIABLES = {"calico": "calico_mtu", "cilium": "cilium_mtu", "kube-ovn": "kube_ovn_mtu"}


def judge(
    names: Iterable[str], mtus: Mapping[Pair, Mtu], settings: Mapping[str, Any]
) -> Iterator[tuple[str, Finding]]:
    """What the paths between the hosts, as (source, target), say of each of these, with its host."""
    network = _Network.read(settings)
    by_source: dict[str, dict[str, Mtu]] = {}
    by_target: dict[str, dict[str, Mtu]] = {}
    for (source, target), mtu in mtus.items():
        by_source.setdefault(source, {})[target] = mtu
        if mtu.largest:
            by_target.setdefault(target, {})[source] = mtu
    # Those whose large packets reach all others but one.
    well = {
        source
        for source, paths in by_source.items()
        if sum(map(network.is_short, paths.values())) == 1
        and any(mtu.largest and not network.is_short(mtu) for mtu in paths.values())
    }
    # The hosts that large packets reach from none of several others, or not from an only one that is well elsewhere.
    narrow = {
        target: sources
        for target, sources in by_target.items()
        if (len(sources) > 1 or sources.keys() <= well)
        and all(map(network.is_short, sources.values()))
    }
    for name in names:
        for finding in _of_host(name, by_source.get(name, {}), narrow, network):
            yield name, finding


def _of_host(
    name: str,
    paths: Mapping[str, Mtu],
    narrow: Mapping[str, Mapping[str, Mtu]],
    network: _Network,
) -> Iterator[Finding]:
    if not paths:
        yield Skipped("mtu_path", "No other host was there to send packets to.")
        return
    if not any(mtu.largest for mtu in paths.values()):
        yield Unknown("mtu_path", f"No UDP packet of any size came back from {some(paths)}.")
        return
    short = {
        target: mtu
        for target, mtu in paths.items()
        if network.is_short(mtu) and target not in narrow
    }
    if short:
        yield network.problem("from this host do not arrive at", short)
    elif name in narrow:
        yield network.problem("do not arrive at this host from", narrow[name])


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

    def is_short(self, mtu: Mtu) -> bool:
        """Whether a path carries less than is wanted; one that carries nothing at all says nothing."""
        return bool(mtu.largest and mtu.largest < self._wanted(mtu))

    def _wanted(self, mtu: Mtu) -> int:
        return self.pods + self.overhead if self.pods else mtu.interface or 0

    def problem(self, how: str, short: Mapping[str, Mtu]) -> Problem:
        """short has the path to or from each of the hosts that come after how."""
        largest, wanted = min((mtu.largest or 0, self._wanted(mtu)) for mtu in short.values())
        why = "what the interface sends"
        if self.pods:
            why = f"the {self.pods} of the pods' network"
            why += f" and {self.overhead} for {self.encapsulation}" if self.overhead else ""
        pods = largest - self.overhead
        setting = (
            f"{self.variable}: {pods}" if self.variable else f"the network plugin's MTU to {pods}"
        )
        return warn(
            "mtu_path",
            f"Packets of {wanted} bytes {how} {some(short)}, those of {largest} do (wanted: {wanted} bytes, {why}).",
            f"Set {setting} for all hosts, or let the network between the hosts carry {wanted} bytes, on interfaces "
            "(ip link set dev INTERFACE mtu), switches and tunnels.",
        )
