# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What this machine's kernel and rights ask of a cluster whose hosts are containers on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CAP_SYS_RESOURCE = 24


def variables() -> dict[str, Any]:
    """Kubespray's variables that an ordinary machine of today does not need; empty there."""
    made: dict[str, Any] = {}
    if not Path("/sys/fs/cgroup/cgroup.controllers").exists():
        # cgroup v1, which Kubernetes 1.35 refuses unless told otherwise.
        made["kubelet_config_extra_args"] = {"failCgroupV1": False}
        made["kubeadm_ignore_preflight_errors"] = ["SystemVerification"]
    if not _capabilities() >> CAP_SYS_RESOURCE & 1:
        # Nobody here may raise a limit or lower an OOM score: the lab's hosts hold the file that is imported.
        made["containerd_base_runtime_spec_rlimit_nofile"] = 20000
        made["containerd_extra_args"] = 'imports = ["/etc/containerd/conf.d/*.toml"]'
    return made


def _capabilities() -> int:
    """The bounding set of this process."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("CapBnd:"):
            return int(line.split()[1], 16)
    return 0
