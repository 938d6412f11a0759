# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether SELinux and AppArmor let Kubernetes run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn

from ..model import Check, Finding, Host, Skipped, Stage, Unknown

CHECKS: tuple[Check, ...] = (
    Check(
        "selinux_enforcing",
        "SELinux does not enforce, or Kubespray sees to it",
        "warn",
        Stage.SYSTEM,
    ),
    Check(
        "apparmor_missing", "AppArmor is complete where the kernel has it on", "warn", Stage.SYSTEM
    ),
)
THRESHOLDS: dict[str, float] = {}
# Where Kubespray itself sets preinstall_selinux_state ...
_SET_BY_KUBESPRAY = frozenset({"rhel", "fedora", "centos"})
# ... which it does not on Amazon Linux, though that is like Fedora.
_LEFT_ALONE = "amzn"
# Where Kubespray installs the package with apparmor_parser.
_INSTALLED_BY_KUBESPRAY = frozenset({"debian", "ubuntu", "suse", "opensuse", "sles"})


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """The findings for what module_utils/_host/security.py collected."""
    family = found["family"]
    if found["selinux"] == "enforcing":
        yield from _enforcing(family, host.settings)
    if found["apparmor"] is None:
        yield Unknown("apparmor_missing", "The host's /sys does not say whether AppArmor is on.")
    elif not found["apparmor"]:
        yield Skipped("apparmor_missing", "The host's kernel does not have AppArmor on.")
    elif not found["apparmor_parser"] and not _INSTALLED_BY_KUBESPRAY.intersection(family):
        yield warn(
            "apparmor_missing",
            "The kernel has AppArmor on, but there is no apparmor_parser: "
            "containerd cannot load the profile that containers run with.",
            "Install the distribution's package with apparmor_parser (apparmor or apparmor-parser).",
        )


def _enforcing(family: list[str], settings: Mapping[str, Any]) -> Iterator[Finding]:
    wanted = settings.get("selinux_state")
    if _SET_BY_KUBESPRAY.intersection(family) and _LEFT_ALONE not in family:
        if wanted is None:
            yield Unknown(
                "selinux_enforcing",
                "SELinux is enforcing, and preinstall_selinux_state of Kubespray is not known.",
            )
        elif wanted == "enforcing" and settings.get("container_manager") == "containerd":
            yield warn(
                "selinux_enforcing",
                "SELinux is enforcing and preinstall_selinux_state keeps it so, while Kubespray's containerd "
                "labels no containers unless containerd_enable_selinux is set.",
                "Set containerd_enable_selinux: true, or preinstall_selinux_state: permissive.",
            )
    else:
        yield warn(
            "selinux_enforcing",
            "SELinux is enforcing, and on this distribution Kubespray leaves it so.",
            "Run on the host: setenforce 0, and set SELINUX=permissive in /etc/selinux/config.",
        )
