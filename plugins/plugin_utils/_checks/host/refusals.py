# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which of the checks of kubeadm's own preflight count on a host.

What they are is in cmd/kubeadm/app/preflight/checks.go of Kubernetes. Those that only warn, and those of what Kubespray
itself installs or sets before, have no judge here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import Host

NEITHER = "The host is neither control plane nor node."
RUN_ALREADY = "kubeadm has run on this host already, and does not look again."


def runs(state: Mapping[str, Any] | None, host: Host) -> bool:
    """Whether Kubespray will run kubeadm init or join on a host; state is what module_utils/_host/kubeadm.py found."""
    if not (host.is_control_plane or host.is_node):
        return False
    # By the same files as Kubespray.
    done = (state or {}).get("ran" if host.is_control_plane else "joined")
    return done is not True


def ignored(host: Host, name: str) -> bool:
    """Whether kubeadm_ignore_preflight_errors has this check."""
    listed = (host.settings.get("kubeadm") or {}).get("ignored") or ()
    return "all" in listed or name.lower() in listed


def count(state: Mapping[str, Any] | None, host: Host, name: str) -> bool:
    """Whether kubeadm would refuse the host for this check; False also where the settings are not known."""
    known = host.settings.get("kubeadm") is not None
    return known and runs(state, host) and not ignored(host, name)


def accept(*names: str) -> str:
    """The setting that makes kubeadm go on all the same."""
    return f"kubeadm_ignore_preflight_errors: [{', '.join(names)}]"
