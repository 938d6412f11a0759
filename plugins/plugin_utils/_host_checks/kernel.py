# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Has the kernel the modules that the network plugin and kube-proxy need?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Check,
    Finding,
    Host,
    Unknown,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._host_checks.reasons import NO_SETTINGS

_ID = "kernel_module_missing"
CHECKS = (Check(_ID, "the kernel has the modules that the cluster needs", "block"),)
THRESHOLDS: dict[str, float] = {}


def wants(host: Host) -> dict[str, Any]:
    """The modules to look for."""
    return {"modules": [module["name"] for module in _modules(host) or ()]}


def _modules(host: Host) -> list[Mapping[str, Any]] | None:
    """Those without which Kubespray ends; None where that is not known."""
    listed = (host.settings.get("kernel") or {}).get("modules")
    if listed is None:
        return None
    return [module for module in listed if module.get("required", True)]


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """found is what module_utils/_host/kernel.py collected."""
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
