# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The networks of a cluster's pods and services, and how packets of pods go from host to host."""

from __future__ import annotations

from typing import Any

from .values import Values

# Where each network plugin has the MTU that its user gave it; 0 and nothing mean that the plugin finds it out.
_MTU = {
    "calico": ("calico_veth_mtu", "calico_mtu"),
    "cilium": ("cilium_mtu",),
    "kube-ovn": ("kube_ovn_mtu",),
}
# The addresses that Kubespray gives to the cluster's DNS, and writes into the hosts' resolv.conf.
_DNS = ("skydns_server", "skydns_server_secondary", "nodelocaldns_ip")
_OFF = {"never", "off", "none", "disabled", "false"}


def read(values: Values) -> dict[str, Any]:
    """The network as kubespray_settings returns it."""
    plugin = values.text("kube_network_plugin")
    ipv4, ipv6 = values.flag("ipv4_stack"), values.flag("ipv6_stack")
    mtu = next((mtu for name in _MTU.get(plugin or "", ()) if (mtu := values.number(name))), None)
    return {
        "plugin": plugin,
        "proxy_mode": values.text("kube_proxy_mode"),
        "kube_proxy": values.flag("kube_proxy_deployed"),
        "ipv4": ipv4,
        "ipv6": ipv6,
        "pods": _networks(values, "kube_pods_subnets"),
        "services": _networks(values, "kube_service_subnets"),
        "dns": [dns for name in _DNS if (dns := values.text(name))],
        "node_prefixes": _node_prefixes(values, plugin, ipv4, ipv6),
        "encapsulation": encapsulation(values, plugin),
        "mtu": mtu,
    }


def _networks(values: Values, name: str) -> list[str] | None:
    text = values.text(name)
    return [part.strip() for part in text.split(",") if part.strip()] if text else None


def _node_prefixes(
    values: Values, plugin: str | None, ipv4: bool | None, ipv6: bool | None
) -> list[int | None]:
    """How much of the pod network a node gets, in the order of the pod networks.

    Calico gives blocks instead, unless it is told to take what Kubernetes gives.
    """
    blocks = plugin == "calico" and not values.flag("calico_ipam_host_local")
    name = "calico_pool_blocksize" if blocks else "kube_network_node_prefix"
    wanted = [(ipv4, name), (ipv6, f"{name}_ipv6")]
    return [values.number(variable) for used, variable in wanted if used]


def encapsulation(values: Values, plugin: str | None) -> str | None:
    """What packets of pods are put into, where the network plugin does so for all hosts or some."""
    if plugin == "calico":
        return _calico(values)
    if plugin == "cilium":
        if wireguard_of_cilium(values):
            return "wireguard"
        return _named(values.text("cilium_tunnel_mode"))
    if plugin == "flannel":
        return _named(values.text("flannel_backend_type"))
    if plugin == "kube-ovn":
        return _named(values.text("kube_ovn_tunnel_type"))
    # kube-router puts packets to another subnet into IP-in-IP unless it is told not to.
    return "ipip" if plugin == "kube-router" else None


def wireguard_of_cilium(values: Values) -> bool:
    """Whether cilium encrypts, and with WireGuard."""
    return (
        values.flag("cilium_encryption_enabled") is True
        and values.text("cilium_encryption_type") == "wireguard"
    )


def _calico(values: Values) -> str | None:
    if values.flag("calico_wireguard_enabled"):
        return "wireguard"
    if calico_vxlan(values):
        return "vxlan"
    modes = [values.text("calico_ipip_mode"), values.text("calico_ipip_mode_ipv6")]
    return "ipip" if any(map(_on, modes)) else None


def calico_vxlan(values: Values) -> bool:
    """Whether calico puts packets into VXLAN; IPv6 is of importance only where that is used."""
    modes = [values.text("calico_vxlan_mode")] if values.flag("ipv4_stack") else []
    modes += [values.text("calico_vxlan_mode_ipv6")] if values.flag("ipv6_stack") else []
    return any(map(_on, modes))


def _on(mode: str | None) -> bool:
    return mode is not None and mode.lower() not in _OFF


def _named(mode: str | None) -> str | None:
    mode = (mode or "").lower()
    return mode if mode in ("vxlan", "ipip", "geneve", "wireguard") else None
