# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Everything that is to be known of one host of a deployed cluster, asked at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import certificates, dns, etcd, kubelet, kubernetes, registries, sysctl

if TYPE_CHECKING:
    from typing import Callable, TypeVar

    T = TypeVar("T")

_DNS_SECONDS = 2.0
_PAUSE_SECONDS = 3.0
# What is returned; "clock" is when the host was asked, by its own clock.
PARTS = ("etcd", "kubernetes", "kubelet", "registries", "dns", "certificates", "sysctl", "clock")


@dataclass(frozen=True)
class Wanted:
    """What the host is by the inventory, and where Kubespray has put things on it; times are in seconds."""

    name: str
    etcd: bool
    control_plane: bool
    node: bool
    bin_dir: str
    kube_config_dir: str
    kube_cert_dir: str
    etcd_cert_dir: str
    sysctl_file: str
    container_manager: str
    containerd_cfg_dir: str
    timeout: float
    wait: float


def collect(wanted: Wanted) -> dict[str, Any]:
    """What was found, None for what the host has no part in."""
    # First of all: what waits below takes its time.
    now = int(time.time())
    wait = wanted.wait
    parts: dict[str, Callable[[], Any]] = {
        "certificates": lambda: certificates.collect(_patterns(wanted)),
        "sysctl": lambda: sysctl.collect(wanted.sysctl_file),
        "clock": lambda: now,
    }
    if wanted.etcd:
        places = etcd.Places(
            f"{wanted.bin_dir}/etcdctl", certificates=f"{wanted.kube_cert_dir}/etcd"
        )
        parts["etcd"] = lambda: etcd.collect(places, wanted.timeout)
    if wanted.control_plane:
        there = kubernetes.Places(
            f"{wanted.bin_dir}/kubectl", f"{wanted.kube_config_dir}/admin.conf"
        )
        parts["kubernetes"] = lambda: settle(
            lambda: kubernetes.collect(there, wanted.timeout), _is_settled, wait
        )
    if wanted.node:
        config = f"{wanted.kube_config_dir}/kubelet-config.yaml"
        here = kubelet.Places(
            f"{wanted.kube_config_dir}/kubelet.conf", config, wanted.container_manager
        )
        parts["dns"] = lambda: settle(lambda: dns.collect(config, _DNS_SECONDS), _answers, wait)
        parts["kubelet"] = lambda: kubelet.collect(here, wanted.name, wanted.timeout)
        parts["registries"] = lambda: registries.collect(
            f"{wanted.containerd_cfg_dir}/certs.d", f"{wanted.bin_dir}/crictl", wanted.timeout
        )
    with ThreadPoolExecutor(len(parts)) as pool:
        found = dict(zip(parts, pool.map(lambda call: call(), parts.values())))
    return {name: found.get(name) for name in PARTS}


def settle(ask: Callable[[], T], is_settled: Callable[[T], bool], seconds: float) -> T:
    """The answer once it is settled, or the last one before the seconds are over. Asked at least once."""
    deadline = time.monotonic() + seconds
    while True:
        found = ask()
        if is_settled(found) or time.monotonic() + _PAUSE_SECONDS > deadline:
            return found
        time.sleep(_PAUSE_SECONDS)


def _is_settled(found: dict[str, Any]) -> bool:
    # What is not installed does not come by waiting.
    return bool(found["missing"]) or kubernetes.settled(found)


def _answers(found: dict[str, Any] | None) -> bool:
    return found is None or all(answer["error"] is None for answer in found["answers"])


def _patterns(wanted: Wanted) -> list[str]:
    """The certificates that this host itself uses: an etcd member's folder also holds those of others, long gone."""
    own = [
        f"{wanted.etcd_cert_dir}/{kind}-{wanted.name}.pem" for kind in ("member", "admin", "node")
    ]
    return [
        f"{wanted.etcd_cert_dir}/ca.pem",
        *own,
        f"{wanted.kube_cert_dir}/*.crt",
        f"{wanted.kube_cert_dir}/etcd/*.crt",
        f"{wanted.kube_config_dir}/*.conf",
        "/var/lib/kubelet/pki/*-current.pem",
        "/var/lib/kubelet/pki/kubelet.crt",
    ]
