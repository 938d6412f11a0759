# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The ports that a cluster's hosts listen on, and who connects to them.

A number comes from Kubespray's variable, and stands in UPSTREAM where the program's own default counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import files, network
from .values import Values

CONTROL_PLANE, CLUSTER, NODES, ETCD = "kube_control_plane", "k8s_cluster", "kube_node", "etcd"
UPSTREAM = {
    # https://kubernetes.io/docs/reference/networking/ports-and-protocols/
    "kubelet": 10250,
    "kube-controller-manager": 10257,
    "kube-scheduler": 10259,
    # https://docs.tigera.io/calico/latest/getting-started/kubernetes/requirements#network-requirements
    # and .../reference/felix/configuration (wireguardListeningPort, wireguardListeningPortV6, healthPort)
    "calico-typha": 5473,
    "calico-wireguard": 51820,
    "calico-wireguard-v6": 51821,
    "calico-health": 9099,
    # https://docs.cilium.io/en/stable/operations/system_requirements/#firewall-rules
    "cilium-vxlan": 8472,
    "cilium-geneve": 6081,
    "cilium-health": 4240,
    "cilium-hubble": 4244,
    "cilium-wireguard": 51871,
    # https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md
    "flannel-wireguard": 51820,
    "flannel-wireguard-v6": 51821,
    # https://www.kube-router.io/docs/user-guide/ (BGP, --health-port)
    "kube-router-bgp": 179,
    "kube-router-health": 20244,
    # https://kubeovn.github.io/docs/stable/en/reference/ports/ and Kubespray's templates of it
    "kube-ovn-geneve": 6081,
    "kube-ovn-vxlan": 4789,
    "kube-ovn-stt": 7471,
    "kube-ovn-cni": 10665,
    "kube-ovn-controller": 10660,
    "kube-ovn-monitor": 10661,
    "ovn-nb": 6641,
    "ovn-sb": 6642,
    "ovn-northd": 6643,
}
# The files of tasks that install the proxy on each node to the API servers.
_PROXIES = {"loadbalancer/nginx-proxy.yml": "nginx", "loadbalancer/haproxy.yml": "haproxy"}
_AT_END = re.compile(r":(\d+)\"?$")


def read(root: Path, values: Values, etcd: Values) -> list[dict[str, Any]]:
    """The ports as kubespray_settings returns them; etcd are the variables of an etcd member.

    root is where Kubespray is.
    """
    found = [
        *_control_plane(values),
        *_local_proxy(root, values),
        *_etcd(values, etcd),
        *_nodes(values),
        *_dns(values),
        *_NETWORKS.get(values.text("kube_network_plugin") or "", _none)(values),
        *_metallb(values),
    ]
    if values.flag("cilium_deploy_additionally"):
        found += _cilium(values)
    # A number that this Kubespray does not have, or sets to 0, is none that anything listens on.
    known = [port for port in found if port["port"]]
    return list({(port["port"], port["protocol"], port["on"]): port for port in known}.values())


def _port(
    port: int | None,
    on: str,
    source: str | None,
    why: str,
    *process: str,
    protocol: str = "tcp",
    not_on: str | None = None,
) -> dict[str, Any]:
    """source is the group whose hosts connect; None where only the host itself does."""
    return {
        "port": port,
        "protocol": protocol,
        "on": on,
        "not_on": not_on,
        "from": source,
        "why": why,
        "process": list(process),
    }


def _none(_values: Values) -> list[dict[str, Any]]:
    return []


def _control_plane(values: Values) -> Iterator[dict[str, Any]]:
    apiserver = values.number("kube_apiserver_port")
    yield _port(apiserver, CONTROL_PLANE, CLUSTER, "Kubernetes API", "kube-apiserver")
    for name in ("kube-controller-manager", "kube-scheduler"):
        yield _port(UPSTREAM[name], CONTROL_PLANE, None, f"health of {name}", name)


def _local_proxy(root: Path, values: Values) -> Iterator[dict[str, Any]]:
    apiserver = values.number("kube_apiserver_port")
    local = values.number("loadbalancer_apiserver_port") or apiserver
    health = values.number("loadbalancer_apiserver_healthcheck_port")
    why = "the local proxy of the Kubernetes API"
    for task in files.tasks(root / "roles/kubernetes/node/tasks/main.yml"):
        proxy = _PROXIES.get(str(task.get("import_tasks") or task.get("include_tasks")))
        when = task.get("when")
        if proxy and values.of_groups(NODES, CLUSTER).holds(when):
            # As a rule the API itself has the port on a host of the control plane.
            too = values.of_groups(CONTROL_PLANE, NODES, CLUSTER).holds(when)
            not_on = None if too else CONTROL_PLANE
            yield _port(local, CLUSTER, None, why, proxy, "kube-apiserver", not_on=not_on)
            yield _port(health, CLUSTER, None, f"health of {why}", proxy, not_on=not_on)


def _etcd(values: Values, etcd: Values) -> Iterator[dict[str, Any]]:
    inside = etcd.text("etcd_deployment_type") == "kubeadm"
    on = CONTROL_PLANE if inside else ETCD
    stores = values.text("calico_datastore"), values.text("cilium_identity_allocation_mode")
    used_by_network = stores in (("etcd", stores[1]), (stores[0], "kvstore"))
    client = CLUSTER if used_by_network else CONTROL_PLANE
    yield _port(_in_url(etcd, "etcd_client_url"), on, client, "etcd, for its clients", "etcd")
    yield _port(_in_url(etcd, "etcd_peer_url"), on, on, "etcd, among its members", "etcd")
    yield _port(etcd.number("etcd_metrics_port"), on, None, "etcd, its metrics", "etcd")
    if etcd.flag("etcd_events_cluster_enabled"):
        urls = (
            ("etcd_events_client_url", client, "clients"),
            ("etcd_events_peer_url", on, "members"),
        )
        for name, source, whom in urls:
            yield _port(_in_url(etcd, name), on, source, f"etcd for events, for its {whom}", "etcd")


def _in_url(values: Values, name: str) -> int | None:
    """The port at the end of a URL whose host hangs on facts."""
    match = _AT_END.search(str(values.raw(name) or "").strip())
    return int(match[1]) if match else None


def _bound(values: Values, name: str) -> int | None:
    """The port of a variable that holds an address with one."""
    match = _AT_END.search(values.text(name) or "")
    return int(match[1]) if match else None


def _nodes(values: Values) -> Iterator[dict[str, Any]]:
    yield _port(UPSTREAM["kubelet"], CLUSTER, CONTROL_PLANE, "kubelet", "kubelet")
    yield _port(
        values.number("kubelet_healthz_port"), CLUSTER, None, "health of kubelet", "kubelet"
    )
    yield _port(
        values.number("kube_read_only_port"), CLUSTER, None, "kubelet, read only", "kubelet"
    )
    if values.flag("kube_proxy_deployed"):
        health = _bound(values, "kube_proxy_healthz_bind_address")
        metrics = _bound(values, "kube_proxy_metrics_bind_address")
        yield _port(health, CLUSTER, None, "health of kube-proxy", "kube-proxy")
        yield _port(metrics, CLUSTER, None, "metrics of kube-proxy", "kube-proxy")


def _dns(values: Values) -> Iterator[dict[str, Any]]:
    if not values.flag("enable_nodelocaldns"):
        return
    names = ["nodelocaldns_health_port", "nodelocaldns_prometheus_port"]
    if values.flag("enable_nodelocaldns_secondary"):
        names += ["nodelocaldns_second_health_port", "nodelocaldns_secondary_prometheus_port"]
    for name in names:
        yield _port(values.number(name), CLUSTER, None, "the name server of a node", "node-cache")


def _metallb(values: Values) -> Iterator[dict[str, Any]]:
    if values.flag("metallb_speaker_enabled"):
        port = values.number("metallb_memberlist_port")
        for protocol in ("tcp", "udp"):
            yield _port(port, CLUSTER, CLUSTER, "MetalLB", "speaker", protocol=protocol)


def _calico(values: Values) -> Iterator[dict[str, Any]]:
    # What the kernel itself listens with has no process.
    if network.calico_vxlan(values):
        vxlan = values.number("calico_vxlan_port")
        yield _port(vxlan, CLUSTER, CLUSTER, "VXLAN of calico", protocol="udp")
    if values.text("calico_network_backend") == "bird":
        bgp = values.number("calico_bgp_listen_port")
        yield _port(bgp, CLUSTER, CLUSTER, "BGP of calico", "bird", "bird6")
        if values.flag("peer_with_calico_rr"):
            yield _port(bgp, "calico_rr", CLUSTER, "BGP of calico", "bird", "bird6")
    if values.flag("calico_wireguard_enabled"):
        for family, name in (
            ("ipv4_stack", "calico-wireguard"),
            ("ipv6_stack", "calico-wireguard-v6"),
        ):
            if values.flag(family):
                port = UPSTREAM[name]
                yield _port(port, CLUSTER, CLUSTER, "WireGuard of calico", protocol="udp")
    if values.flag("typha_enabled"):
        yield _port(UPSTREAM["calico-typha"], CLUSTER, CLUSTER, "Typha of calico", "calico-typha")
    yield _port(UPSTREAM["calico-health"], CLUSTER, None, "health of calico", "calico-node")


def _cilium(values: Values) -> Iterator[dict[str, Any]]:
    mode = values.text("cilium_tunnel_mode")
    if mode in ("vxlan", "geneve"):
        port = UPSTREAM[f"cilium-{mode}"]
        yield _port(port, CLUSTER, CLUSTER, f"{mode} of cilium", protocol="udp")
    if network.wireguard_of_cilium(values):
        port = UPSTREAM["cilium-wireguard"]
        yield _port(port, CLUSTER, CLUSTER, "WireGuard of cilium", protocol="udp")
    agent = "cilium-agent"
    health = ("cilium-health-responder", agent)
    yield _port(
        UPSTREAM["cilium-health"], CLUSTER, CLUSTER, "health between cilium's nodes", *health
    )
    yield _port(values.number("cilium_agent_health_port"), CLUSTER, None, "health of cilium", agent)
    if values.flag("cilium_enable_hubble"):
        yield _port(UPSTREAM["cilium-hubble"], CLUSTER, CLUSTER, "Hubble of cilium", agent)


def _flannel(values: Values) -> Iterator[dict[str, Any]]:
    kind = values.text("flannel_backend_type")
    if kind == "vxlan":
        port = values.number("flannel_vxlan_port")
        yield _port(port, CLUSTER, CLUSTER, "VXLAN of flannel", protocol="udp")
    elif kind == "wireguard":
        for family, suffix in (("ipv4_stack", ""), ("ipv6_stack", "-v6")):
            if values.flag(family):
                port = UPSTREAM[f"flannel-wireguard{suffix}"]
                yield _port(port, CLUSTER, CLUSTER, "WireGuard of flannel", protocol="udp")


def _kube_router(values: Values) -> Iterator[dict[str, Any]]:
    name = "kube-router"
    yield _port(UPSTREAM["kube-router-bgp"], CLUSTER, CLUSTER, "BGP of kube-router", name)
    yield _port(UPSTREAM["kube-router-health"], CLUSTER, None, "health of kube-router", name)
    if values.flag("kube_router_enable_metrics"):
        port = values.number("kube_router_metrics_port")
        yield _port(port, CLUSTER, None, "metrics of kube-router", name)


def _kube_ovn(values: Values) -> Iterator[dict[str, Any]]:
    kind = values.text("kube_ovn_tunnel_type")
    if kind in ("geneve", "vxlan", "stt"):
        protocol = "tcp" if kind == "stt" else "udp"
        port = UPSTREAM[f"kube-ovn-{kind}"]
        yield _port(port, CLUSTER, CLUSTER, f"{kind} of kube-ovn", protocol=protocol)
    for name in ("ovn-nb", "ovn-sb", "ovn-northd"):
        yield _port(UPSTREAM[name], CONTROL_PLANE, CLUSTER, f"{name} of kube-ovn", "ovsdb-server")
    yield _port(UPSTREAM["kube-ovn-cni"], CLUSTER, None, "kube-ovn-cni", "kube-ovn-daemon")
    for name in ("kube-ovn-controller", "kube-ovn-monitor"):
        yield _port(UPSTREAM[name], CONTROL_PLANE, None, name, name)


_NETWORKS = {
    "calico": _calico,
    "cilium": _cilium,
    "flannel": _flannel,
    "kube-router": _kube_router,
    "kube-ovn": _kube_ovn,
}
