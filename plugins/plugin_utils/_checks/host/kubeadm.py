# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Where kubeadm was broken off in an earlier run, and what its own preflight would refuse in this one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..._progress.kubeadm import REINSTALL
from ..model import Check, Finding, Host, Skipped, Stage, Unknown
from ..reasons import NO_SETTINGS, NOT_READ
from . import refusals

_INIT, _JOIN = "kubeadm_init_unfinished", "kubeadm_join_unfinished"
_NETWORK = "network_plugin_unfinished"
_VERSION = "kubernetes_version_differs"
_FORWARDING, _PROGRAM = "kernel_forwarding_off", "kubeadm_program_missing"
_CONTROLLER = "cgroup_controller_missing"
CHECKS = (
    Check(_INIT, "no earlier run ended within kubeadm init", "block", Stage.REMAINS),
    Check(_JOIN, "no earlier run ended within kubeadm join", "block", Stage.REMAINS),
    Check(
        _NETWORK,
        "no earlier run ended between kubeadm and the network plugin",
        "warn",
        Stage.REMAINS,
    ),
    Check(
        _VERSION, "the Kubernetes that runs is the one of this Kubespray", "block", Stage.REMAINS
    ),
    Check(
        _FORWARDING,
        "the kernel forwards packets, or lets itself be told to",
        "block",
        Stage.SOFTWARE,
    ),
    Check(
        _PROGRAM, "the programs of the system that kubeadm calls are there", "block", Stage.SOFTWARE
    ),
    Check(
        _CONTROLLER,
        "the kernel has the controllers of cgroups that Kubernetes needs",
        "block",
        Stage.SYSTEM,
    ),
)
THRESHOLDS: dict[str, float] = {}
_NO_CONTROL_PLANE = "The host is none of the control plane."
_NEEDS_ROOT = "Only root may look into all folders."
_SYSTEM = "SystemVerification"
_SETTINGS = {"ipv4": "net.ipv4.ip_forward", "ipv6": "net.ipv6.conf.all.forwarding"}
_FILES = {
    "ipv4": "/proc/sys/net/ipv4/ip_forward",
    "ipv6": "/proc/sys/net/ipv6/conf/default/forwarding",
}
# https://github.com/kubernetes/system-validators/blob/v1.12.1/validators/types_unix.go
_CONTROLLERS = ("cpu", "cpuset", "devices", "freezer", "memory", "pids")


def wants(host: Host) -> dict[str, Any]:
    """Where Kubespray puts what the collector looks for."""
    directories = host.settings.get("directories") or {}
    return {
        "kube_config_dir": directories.get("config"),
        "kube_cert_dir": (host.settings.get("kubeadm") or {}).get("cert_dir"),
        "bin_dir": directories.get("bin"),
    }


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """found is what module_utils/_host/kubeadm.py collected."""
    if not (host.is_control_plane or host.is_node):
        for check in CHECKS:
            yield Skipped(check.id, refusals.NEITHER)
        return
    yield from _broken_off(found, host)
    yield from _version(found, host)
    if not refusals.runs(found, host):
        for name in (_FORWARDING, _PROGRAM, _CONTROLLER):
            yield Skipped(name, refusals.RUN_ALREADY)
    elif host.settings.get("kubeadm") is None:
        for name in (_FORWARDING, _PROGRAM, _CONTROLLER):
            yield Unknown(name, NO_SETTINGS)
    else:
        yield from _forwarding(found, host)
        yield from _programs(found, host)
        yield from _controllers(found, host)


def _broken_off(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    reset = _reset(host)
    if not found["root"] and not found["ran"] and not found["joined"]:
        for name in (_INIT, _JOIN, _NETWORK):
            yield Unknown(name, _NEEDS_ROOT)
        return
    if not host.is_control_plane:
        yield Skipped(_INIT, _NO_CONTROL_PLANE)
        yield Skipped(_NETWORK, _NO_CONTROL_PLANE)
    elif found["without_network"] and found["initialized"] is False:
        yield block(
            _INIT,
            "An earlier run ended within kubeadm init, and Kubespray does not run that again: "
            "/var/lib/kubelet/config.yaml is there already, but no host can join (the API server has no ConfigMap "
            "cluster-info).",
            f"Run on the host: {reset}; then the same command again.",
        )
        yield Skipped(_NETWORK, "kubeadm init comes first.")
    elif found["without_network"]:
        yield warn(
            _NETWORK,
            "An earlier run ended after kubeadm and before the network plugin: there is nothing in /etc/cni/net.d yet. "
            "Kubespray by itself would first wait for Ready nodes, which only the plugin makes.",
            "Nothing to do: k8n.cluster.deploy and k8n.cluster.kubespray go on without that wait.",
        )
    if host.is_control_plane:
        yield Skipped(
            _JOIN, "Kubespray itself resets a host of the control plane before it joins again."
        )
    else:
        yield from _join(found, host, reset)


def _join(found: Mapping[str, Any], host: Host, reset: str) -> Iterator[Finding]:
    config = (host.settings.get("directories") or {}).get("config") or "/etc/kubernetes"
    certificates = (host.settings.get("kubeadm") or {}).get("cert_dir") or f"{config}/ssl"
    left = []
    if found["joining"]:
        left.append(f"{config}/bootstrap-kubelet.conf")
    if found["ca"]:
        left.append(f"{certificates}/ca.crt")
    refused = [
        path
        for path in left
        if refusals.count(found, host, f"FileAvailable-{path.replace('/', '-')}")
    ]
    if refused:
        yield block(
            _JOIN,
            f"An earlier run ended within kubeadm join and left {' and '.join(refused)}: kubeadm would refuse to join "
            "the host once more (FileAvailable).",
            "Look again in a minute, since a kubelet that runs may still join by itself. If it stays like this, run "
            "on the "
            f"host: {reset}; then the same command again.",
        )


def _version(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    runs, wanted = found["server"], host.settings.get("kube_version")
    if not host.is_control_plane:
        yield Skipped(_VERSION, _NO_CONTROL_PLANE)
    elif runs is None:
        if not found["root"]:
            yield Unknown(_VERSION, _NEEDS_ROOT)
    elif wanted is None:
        yield Unknown(_VERSION, NO_SETTINGS)
    elif runs != wanted:
        yield block(
            _VERSION,
            f"The control plane on this host is Kubernetes {runs}, and this Kubespray installs {wanted}. Its playbook "
            "cluster.yml, which deploy runs, does not upgrade: it would put other kubelets beside this control plane.",
            f"To keep the cluster at {runs}, set kube_version: {runs}, or use the Kubespray that installed it. To "
            "upgrade it, one minor release at a time: ansible-playbook k8n.cluster.kubespray -b -e "
            "k8n_playbook=upgrade_cluster.",
        )


def _reset(host: Host) -> str:
    told = {name: value for name, value in wants(host).items() if value}
    program = shlex.quote(f"{told.get('bin_dir', '/usr/local/bin')}/kubeadm")
    config = told.get("kube_config_dir", "/etc/kubernetes")
    return (
        f"{program} reset -f --cert-dir {shlex.quote(told.get('kube_cert_dir', f'{config}/ssl'))}"
    )


def _forwarding(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    network = host.settings.get("network") or {}
    for family, setting in _SETTINGS.items():
        own = found["forwarding"][family]
        name = f"FileContent-{_FILES[family].replace('/', '-')}"
        if not network.get(family) or refusals.ignored(host, name) or own["value"] == "1":
            continue
        if own["value"] is None:
            yield block(
                _FORWARDING,
                f"The kernel has no {_FILES[family]}, which kubeadm wants to be 1 (FileContent): "
                f"IP{family[2:]} is switched off on this host.",
                f"Switch it on (look for {family}.disable=1 on the kernel's command line), or set {family}_stack: "
                "false.",
            )
        elif own["read_only"]:
            yield block(
                _FORWARDING,
                f"{_FILES[family]} is {own['value']}, kubeadm wants 1 (FileContent), and it cannot be set on this "
                "host: /proc/sys is read-only.",
                f"Set it where the host's kernel is, with: sysctl -w {setting}=1; a container needs --privileged, or "
                f"--sysctl {setting}=1.",
            )


def _programs(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    missing = [
        name for name in found["missing"] if not refusals.ignored(host, f"FileExisting-{name}")
    ]
    if missing:
        yield block(
            _PROGRAM,
            f"The host has no {', '.join(missing)}, without which kubeadm refuses it (FileExisting).",
            f"Install them again: {REINSTALL}.",
        )


def _controllers(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    if refusals.ignored(host, _SYSTEM):
        yield Skipped(_CONTROLLER, f"kubeadm_ignore_preflight_errors has {_SYSTEM}.")
    elif found["controllers"] is None:
        yield Unknown(_CONTROLLER, NOT_READ)
    elif missing := [name for name in _CONTROLLERS if name not in found["controllers"]]:
        yield block(
            _CONTROLLER,
            f"The kernel has no controller {', '.join(missing)} of cgroups, without which kubeadm refuses the host "
            f"({_SYSTEM}) and pods have no limits.",
            "Take cgroup_disable=... off the kernel's command line (on a Raspberry Pi add cgroup_enable=memory) and "
            "reboot the host.",
        )
