# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether packets arrive that are as large as those that Kubernetes will send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn
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
    network = settings.get("network") or {}
    pods, overhead = network.get("mtu"), _OVERHEAD.get(str(network.get("encapsulation")), 0)
    configured = isinstance(pods, int) and not isinstance(pods, bool) and pods > 0
    short = {}
    for target, mtu in known.items():
        wanted = pods + overhead if configured else mtu.interface
        if mtu.largest < wanted:
            short[target] = (mtu.largest, wanted)
    if not short:
        return
    largest, wanted = min(short.values())
    what = f"the pods' {pods} and {overhead} for {network.get('encapsulation') or 'no encapsulation'}" if configured else "what its interface sends"  # fmt: skip
    variable = _VARIABLES.get(str(network.get("plugin")), "the MTU of the network plugin")
    yield warn(
        "mtu_path",
        f"Packets of more than {largest} bytes from this host do not arrive at {some(short)} "
        f"(wanted: {wanted} bytes, {what}).",
        f"Set {variable}{':' if ' ' not in variable else ' to'} {largest - overhead} for all hosts, or let the network "
        f"between the hosts carry {wanted} bytes (ip link set dev INTERFACE mtu, switches, tunnels).",
    )
