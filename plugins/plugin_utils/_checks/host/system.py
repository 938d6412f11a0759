# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Is this a machine, and a system, on which this Kubespray installs this Kubernetes?"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..model import Check, Finding, Host, Skipped, Stage, Unknown
from ..reasons import NO_SETTINGS, NOT_READ
from . import refusals
from .distributions import ansible_names

CHECKS = (
    Check(
        "os_unsupported",
        "Kubespray knows the operating system",
        "block",
        Stage.SYSTEM,
        kubespray=("stop_if_the_os_does_not_support",),
        formerly=("os",),
    ),
    Check(
        "architecture_unsupported",
        "there is a Kubernetes for the architecture",
        "block",
        Stage.SYSTEM,
    ),
    Check(
        "kernel_old",
        "the kernel is new enough for the network plugin and kube-proxy",
        "block",
        Stage.SYSTEM,
        kubespray=(
            "stop_if_kernel_version_is_too_low_for_cilium",
            "stop_if_kernel_version_is_too_low_for_nftables",
        ),
        formerly=("cilium_kernel", "nftables_kernel"),
    ),
    Check(
        "systemd_missing",
        "systemd runs the host",
        "block",
        Stage.SYSTEM,
        kubespray=("stop_if_non_systemd_os_type",),
        formerly=("systemd",),
    ),
    Check("host_not_ready", "the host neither starts nor shuts down", "warn", Stage.REACH),
    Check("cgroup_v1", "kubelet accepts the host's version of cgroups", "block", Stage.SYSTEM),
    Check(
        "memory_low",
        "there is enough memory for the host's roles",
        "block",
        Stage.SYSTEM,
        kubespray=(
            "stop_if_memory_is_too_small_for_control_plane_nodes",
            "stop_if_memory_is_too_small_for_nodes",
        ),
        formerly=("control_plane_memory", "node_memory"),
    ),
    Check("cpu_low", "there are enough CPUs for the host's roles", "block", Stage.SYSTEM),
    Check("swap_on", "swap is off, or can be switched off", "block", Stage.SOFTWARE),
    Check(
        "locale_missing",
        "there is a UTF-8 locale, and the default one exists",
        "warn",
        Stage.SOFTWARE,
    ),
)
# kubeadm refuses a control plane host with less than two, and with less than this memory.
_KUBEADM_CPUS, _KUBEADM_MB = 2, 1700
THRESHOLDS: dict[str, float] = {"control_plane_cpus": _KUBEADM_CPUS, "node_cpus": 1}
_VERSION = re.compile(r"\d+(\.\d+)*")
# What a host says is data: a command is made of these words only.
_LOCALE_PLACES = tuple(
    itertools.product(("etc/default/locale", "etc/locale.conf"), ("LANG", "LC_ALL"))
)
_LOCALE = re.compile(r"(?P<language>[A-Za-z]+)(_[A-Z]+)?\.(?P<charset>[\w-]+)(@\w+)?")


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """found is what module_utils/_host/system.py collected."""
    for part in (_os, _architecture, _kernel, _systemd, _cgroup, _memory, _cpus, _swap, _locale):
        yield from part(found, host)


def _os(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    wanted = host.settings.get("os") or {}
    known, system = wanted.get("distributions"), found["os"]
    if wanted.get("any"):
        yield Skipped("os_unsupported", "allow_unsupported_distribution_setup allows every one.")
    elif not known:
        yield Unknown("os_unsupported", NO_SETTINGS)
    elif not system["id"]:
        yield Unknown("os_unsupported", NOT_READ)
    elif not (names := ansible_names(system["id"])):
        yield Unknown(
            "os_unsupported",
            f"It is not known how Ansible calls {system['name'] or system['id']!r}.",
        )
    elif not set(names) & set(known):
        yield block(
            "os_unsupported",
            f"This host runs {system['name'] or system['id']} {system['version'] or ''}".rstrip()
            + f", which this Kubespray does not know (it knows {', '.join(known)}).",
            "Install one of these systems on the host, or set allow_unsupported_distribution_setup: true.",
        )


def _architecture(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    known, machine = host.settings.get("architectures"), found["machine"]
    if known is None:
        yield Unknown("architecture_unsupported", NO_SETTINGS)
    elif not known:
        yield Skipped(
            "architecture_unsupported",
            f"This Kubespray has no Kubernetes {host.settings.get('kube_version')} for any machine.",
        )
    elif machine not in known:
        yield block(
            "architecture_unsupported",
            f"This host is a {machine}, and this Kubespray has no Kubernetes {host.settings.get('kube_version')} for "
            f"it (only for {', '.join(known)}).",
            "Take the host out of the inventory, or choose a kube_version that exists for it.",
        )


def _kernel(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    if not host.settings.get("kernel"):
        yield Unknown("kernel_old", NO_SETTINGS)
        return
    wanted = host.settings["kernel"].get("minimum")
    if not wanted:
        yield Skipped("kernel_old", "With this network plugin and kube-proxy any kernel will do.")
        return
    version = _VERSION.match(str(found["kernel"]))
    if version is None:
        yield Unknown("kernel_old", NOT_READ)
    elif _numbers(version[0]) < _numbers(wanted):
        yield block(
            "kernel_old",
            f"The kernel is {found['kernel']}, and this network plugin or mode of kube-proxy needs {wanted} or later.",
            "Upgrade the host's kernel and reboot it, or choose another kube_network_plugin or kube_proxy_mode.",
        )


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _systemd(found: Mapping[str, Any], _host: Host) -> Iterator[Finding]:
    init = found["init"]
    if found["systemd"]:
        if found["nologin"]:
            yield warn(
                "host_not_ready",
                f"There is a file /run/nologin ({found['nologin']!r}), so the host is still starting or about to shut "
                "down.",
                "Wait until it has started, or end a planned shutdown with: shutdown -c.",
            )
    elif init is None:
        yield Unknown("systemd_missing", NOT_READ)
        yield Unknown("host_not_ready", NOT_READ)
    else:
        yield block(
            "systemd_missing",
            f"Process 1 of this host is {init}, not systemd, under which Kubespray runs etcd, containerd and kubelet.",
            "Install an operating system with systemd on the host.",
        )
        yield Skipped("host_not_ready", "There is no systemd.")


def _cgroup(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    kubelet = (host.settings.get("cgroup") or {}).get("fail_v1")
    kubeadm = (host.settings.get("kubeadm") or {}).get("refuses_v1") and refusals.count(
        found["kubeadm"], host, "SystemVerification"
    )
    version, kubernetes = found["cgroup"], host.settings.get("kube_version")
    # A container has those of its machine, and sees which.
    if version == 2:
        return
    if not (host.is_control_plane or host.is_node):
        yield Skipped("cgroup_v1", refusals.NEITHER)
    elif version is None:
        yield Unknown("cgroup_v1", "Nothing is mounted on /sys/fs/cgroup.")
    elif kubelet is None:
        yield Unknown("cgroup_v1", NO_SETTINGS)
    elif kubelet or kubeadm:
        whats, settings = [], []
        if kubelet:
            whats.append(f"with which kubelet {kubernetes} does not start")
            settings.append("kubelet_fail_cgroup_v1: false")
        if kubeadm:
            whats.append(f"which kubeadm {kubernetes} refuses (SystemVerification)")
            settings.append(refusals.accept("SystemVerification"))
        yield block(
            "cgroup_v1",
            f"The host uses cgroups version 1, {' and '.join(whats)}.",
            "Boot the host with systemd.unified_cgroup_hierarchy=1 on the kernel's command line, or set "
            f"{' and '.join(settings)}.",
        )


def _memory(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    limits = host.settings.get("memory") or {}
    wanted = {}
    if host.is_control_plane:
        wanted["minimal_master_memory_mb"] = limits.get("control_plane_mb")
    if host.is_node:
        wanted["minimal_node_memory_mb"] = limits.get("node_mb")
    total = found["memory_mb"]["total"]
    if not wanted:
        yield Skipped(
            "memory_low",
            "Kubespray wants nothing of a host that is neither control plane nor node.",
        )
    elif total is None:
        yield Unknown("memory_low", NOT_READ)
    elif None in wanted.values():
        yield Unknown("memory_low", NO_SETTINGS)
    else:
        cures = {name: f"{name} lower" for name in wanted}
        if host.is_control_plane and refusals.count(found["kubeadm"], host, "Mem"):
            wanted["kubeadm"] = _KUBEADM_MB
            cures["kubeadm"] = refusals.accept("Mem")
        short = {name: least for name, least in wanted.items() if total < (least or 0)}
        if short:
            name = max(short, key=lambda each: short[each] or 0)
            yield block(
                "memory_low",
                f"The host has {total} MiB of memory (wanted: at least {short[name]} MiB, {name}).",
                f"Give the host more memory, or set {' and '.join(cures[each] for each in short)} at your own risk.",
            )


def _cpus(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    role = "control_plane" if host.is_control_plane else "node"
    own, cpus = host.thresholds[f"{role}_cpus"], found["cpus"]
    # The threshold's default is kubeadm's wish.
    same = host.is_control_plane and own == _KUBEADM_CPUS
    ignored = host.is_control_plane and refusals.ignored(host, "NumCPU")
    if same and ignored:
        own = host.thresholds["node_cpus"]
    counts = host.is_control_plane and refusals.count(found["kubeadm"], host, "NumCPU")
    wanted = max(own, _KUBEADM_CPUS) if counts else own
    if not (host.is_control_plane or host.is_node):
        yield Skipped("cpu_low", refusals.NEITHER)
    elif cpus is None:
        yield Unknown("cpu_low", NOT_READ)
    elif cpus < wanted:
        cures = []
        if (counts or same) and not ignored and cpus < _KUBEADM_CPUS:
            cures.append(refusals.accept("NumCPU"))
        if cpus < own and not (same and cures):
            cures.append(f"the threshold {role}_cpus in k8n_thresholds lower")
        yield block(
            "cpu_low",
            f"The host has {cpus} CPU{'' if cpus == 1 else 's'} (wanted: at least {wanted:g} for a "
            f"{role.replace('_', ' ')} host).",
            f"Give the host more CPUs, or set {' and '.join(cures)}.",
        )


def _swap(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    swap, available = found["swap"], found["memory_mb"]["available"]
    fails = (host.settings.get("swap") or {}).get("fail")
    if fails is False:
        yield Skipped("swap_on", "kubelet_fail_swap_on is false: kubelet starts with swap.")
    elif swap is None:
        yield Unknown("swap_on", NOT_READ)
    elif swap and fails is None:
        yield Unknown("swap_on", NO_SETTINGS)
    elif swap and available is None:
        yield Unknown("swap_on", NOT_READ)
    elif (used := sum(each["used_mb"] for each in swap)) > (available or 0):
        # With room for it, Kubespray switches swap off by itself.
        yield block(
            "swap_on",
            f"{used} MiB of swap are in use ({', '.join(each['name'] for each in swap)}) and only {available} MiB of "
            "memory are available, so Kubespray cannot switch swap off, with which kubelet does not start.",
            "End what uses the memory or give the host more of it, or set kubelet_fail_swap_on: false.",
        )


def _locale(found: Mapping[str, Any], _host: Host) -> Iterator[Finding]:
    named = found["locale"]
    if named["utf8"] is None:
        yield warn(
            "locale_missing",
            "The host has neither the locale C.UTF-8 nor en_US.UTF-8, so Ansible's modules cannot read names that are "
            "not ASCII.",
            f"Install a UTF-8 locale: {_installed('en', 'en_US.UTF-8', 'UTF-8')}.",
        )
    elif named["default_exists"] is False:
        # Not localectl: since Debian 13 systemd refuses to set a locale there.
        places = [place for place in _LOCALE_PLACES if list(place) == named["default_in"]]
        file, variable = (*places, _LOCALE_PLACES[0])[0]
        fix = f"Run on the host: sed -i --follow-symlinks 's/^ *{variable}=.*/{variable}={named['utf8']}/' /{file}"
        if name := _LOCALE.fullmatch(named["default"]):
            charset = "UTF-8" if name["charset"].lower() == "utf8" else name["charset"]
            fix += f"; or install it: {_installed(name['language'], name[0], charset)}"
        yield warn(
            "locale_missing",
            f"The host's default locale is {named['default']!r}, which is not installed: programs complain of it at "
            "every command.",
            f"{fix}.",
        )


def _installed(language: str, name: str, charset: str) -> str:
    """How to install a locale: what is not in that file Debian's locale-gen does not keep, and it takes no argument."""
    of, _dot, rest = name.partition(".")
    of += rest[rest.index("@") :] if "@" in rest else ""
    return (
        f"apt-get install locales && echo '{name} {charset}' >> /etc/locale.gen && localedef -i {of} -f {charset} "
        f"{name}, or dnf install glibc-langpack-{language}"
    )
