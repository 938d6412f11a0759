# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""In which order to fix things: what comes first, the later checks need."""

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.catalog import CHECKS
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.listed import ESSENTIAL
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    BETWEEN,
    CONTROLLER,
    HOST,
    INVENTORY,
)

# The beginnings of ids. What fits none is fixed with the others of its place, below.
_STAGES: tuple[tuple[str, ...], ...] = (
    ("ssh_", "host_key_", "login_"),
    ("sudo_", "requiretty"),
    ("hostname_", "machine_id_", "product_uuid_", "mac_", "ip_"),
    ("os_", "architecture_", "kernel_old", "systemd_", "cgroup_", "cpu_", "memory_", "selinux_", "apparmor_"),
    ("mount_", "disk_space_", "inodes_"),
    ("default_route_", "name_server_", "mtu_", "firewall_", "port_blocked", "clock_", "time_"),
    ("apt_", "packages_", "locale_", "kernel_module", "kernel_", "sysctl_", "swap_"),
    ("remains_", "kubeadm_", "network_plugin_", "port_taken"),
    ("download_", "registry_"),
    ("pod_network_", "service_network_"),
    ("etcd_",),
    ("control_plane_", "api_server"),
)  # fmt: skip
_BEFORE = {CONTROLLER: 0, INVENTORY: 1}
_FIRST_OF_HOSTS = 2
_AFTER = {HOST: _FIRST_OF_HOSTS + 1 + len(_STAGES), BETWEEN: _FIRST_OF_HOSTS + 2 + len(_STAGES)}
_ESSENTIAL_IDS = frozenset(check.id for check in ESSENTIAL)


def rank(check_id: str) -> int:
    """When to fix what the check with this id found; lower is earlier."""
    if check_id in _ESSENTIAL_IDS:
        return _FIRST_OF_HOSTS
    place = CHECKS[check_id].place if check_id in CHECKS else HOST
    if place in _BEFORE:
        return _BEFORE[place]
    for number, beginnings in enumerate(_STAGES):
        if check_id.startswith(beginnings):
            return _FIRST_OF_HOSTS + 1 + number
    return _AFTER.get(place, _AFTER[HOST])
