# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Has the kernel the modules and options that Kubernetes, the network plugin and kube-proxy need?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn

from ..model import Check, Finding, Host, Skipped, Stage, Unknown
from ..reasons import NO_SETTINGS
from . import refusals

_ID = "kernel_module_missing"
_OPTION = "kernel_option_missing"
CHECKS = (
    Check(_ID, "the kernel has the modules that the cluster needs", "block", Stage.SOFTWARE),
    Check(
        _OPTION,
        "the kernel was built with the options that the cluster needs",
        "warn",
        Stage.SOFTWARE,
    ),
)
THRESHOLDS: dict[str, float] = {}

# kubeadm refuses a host (SystemVerification) without its own options, but for these; the last three it wants only with
# version 1 of cgroups.
_OPTIONAL = frozenset(
    ("OVERLAY_FS", "CFS_BANDWIDTH", "SECCOMP", "SECCOMP_FILTER", "CGROUP_CPUACCT", "CGROUP_DEVICE", "CGROUP_FREEZER")
)  # fmt: skip
# With this module loaded a kernel says itself how it was built; kubeadm tries that.
_CONFIGS = "configs"
# By who wants them; of alternatives, with a bar between them, one is enough.
# kubeadm: https://github.com/kubernetes/system-validators/blob/master/validators/types_unix.go, and of its optional
# ones those without which containerd's file system or limits of pods do not work.
# cilium: https://docs.cilium.io/en/stable/operations/system_requirements/#base-requirements
_OPTIONS = {
    "kubeadm": (
        "NAMESPACES", "NET_NS", "PID_NS", "IPC_NS", "UTS_NS", "CGROUPS", "CGROUP_CPUACCT", "CGROUP_DEVICE",
        "CGROUP_FREEZER", "CGROUP_PIDS", "CGROUP_SCHED", "CPUSETS", "MEMCG", "INET", "EXT4_FS", "PROC_FS",
        "FAIR_GROUP_SCHED", "NETFILTER_XT_TARGET_REDIRECT|IP_NF_TARGET_REDIRECT", "NETFILTER_XT_MATCH_COMMENT",
        "OVERLAY_FS", "CFS_BANDWIDTH", "SECCOMP", "SECCOMP_FILTER",
    ),
    "cilium": (
        "BPF", "BPF_SYSCALL", "NET_CLS_BPF", "BPF_JIT", "NET_CLS_ACT", "NET_SCH_INGRESS", "CRYPTO_SHA1",
        "CRYPTO_USER_API_HASH", "CGROUP_BPF",
    ),
}  # fmt: skip


def wants(host: Host) -> dict[str, Any]:
    """The modules and options to look for."""
    names = [
        name for options in _options(host).values() for each in options for name in each.split("|")
    ]
    modules = [module["name"] for module in _modules(host) or ()]
    return {"modules": [*modules, *([_CONFIGS] if names else [])], "options": names}


def _options(host: Host) -> dict[str, tuple[str, ...]]:
    if not (host.is_control_plane or host.is_node):
        return {}
    plugin = (host.settings.get("network") or {}).get("plugin")
    return {who: options for who, options in _OPTIONS.items() if who in ("kubeadm", plugin)}


def _modules(host: Host) -> list[Mapping[str, Any]] | None:
    """Those without which Kubespray ends; None where that is not known."""
    listed = (host.settings.get("kernel") or {}).get("modules")
    if listed is None:
        return None
    return [module for module in listed if module.get("required", True)]


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """found is what module_utils/_host/kernel.py collected."""
    yield from _judge_modules(found, host)
    yield from _judge_options(found, host)


def _judge_options(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    wanted = _options(host)
    if not wanted:
        yield Skipped(_OPTION, "The host is neither control plane nor node.")
        return
    refused = refusals.count(found["kubeadm"], host, "SystemVerification")
    if found["config"] is None:
        if refused and found["modules"].get(_CONFIGS) is None:
            yield block(
                _OPTION,
                "There is neither a /proc/config.gz nor a /boot/config-* nor another file that says how the running "
                "kernel was built, without which kubeadm refuses the host (SystemVerification).",
                "Install the package of the running kernel with its /boot/config-VERSION, or set "
                f"{refusals.accept('SystemVerification')}.",
            )
        else:
            yield Unknown(
                _OPTION,
                "There is neither a /proc/config.gz nor a /boot/config-* for the running kernel to read them in.",
            )
        return
    missing = {
        f"CONFIG_{' or CONFIG_'.join(each.split('|'))} ({who})": who == "kubeadm"
        and each not in _OPTIONAL
        for who, options in wanted.items()
        for each in options
        if not any(found["options"].get(name) in ("y", "m") for name in each.split("|"))
    }
    if missing:
        blocks = refused and any(missing.values())
        yield (block if blocks else warn)(
            _OPTION,
            f"The running kernel was built without {', '.join(missing)}, says {found['config']}"
            + ("; kubeadm refuses the host (SystemVerification)." if blocks else "."),
            "Boot the host with a kernel that has these options, as those of the distributions do (Debian: apt-get "
            "install linux-image-amd64, then reboot).",
        )


def _judge_modules(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    modules = _modules(host)
    if modules is None:
        yield Unknown(_ID, NO_SETTINGS)
        return
    missing = [module for module in modules if found["modules"].get(module["name"]) is None]
    if not missing:
        return
    names = ", ".join(module["name"] for module in missing)
    if found["loads"] and found["tree"]:
        yield _missing(names, missing)
    elif found["container"]:
        yield Unknown(_ID, f"A container does not show whether its machine can load {names}.")
    elif found["loads"]:
        yield _no_tree(names)
    else:
        yield Unknown(
            _ID, f"This kernel loads no modules, and does not show whether it has {names} built in."
        )


def _missing(names: str, missing: Sequence[Mapping[str, Any]]) -> Problem:
    why = "; ".join(dict.fromkeys(str(module.get("why")) for module in missing))
    return block(
        _ID,
        f"The running kernel has no module {names}, which this cluster needs ({why}).",
        "Install the package with all of the kernel's modules (Debian: linux-image-amd64 instead of a cloud kernel; "
        "Ubuntu: linux-modules-extra-$(uname -r); RHEL: kernel-modules-extra) and reboot if that brings a newer "
        "kernel.",
    )


def _no_tree(names: str) -> Problem:
    return block(
        _ID,
        f"There are no modules for the running kernel in /lib/modules, so {names} cannot be loaded. That is so after "
        "an upgrade of the kernel without a reboot.",
        "Reboot the host.",
    )
