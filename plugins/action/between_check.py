# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what is known of all hosts with each other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import check
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import groups as _groups

_ADDRESSES = ("ip", "ip6", "ansible_host")


class ActionModule(ControllerAction):
    """Glue: the results of node_probe and of kubespray_settings to plugin_utils/_checks/between_hosts."""

    spec: ClassVar = {
        "probes": {"type": "raw", "required": True},
        "settings": {"type": "raw", "default": {}},
    }
    results = ("settings",)
    results_of_hosts = ("probes",)

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        groups = task_vars["groups"]
        found = check.known(arguments["probes"])
        unknown = [host for host in _groups.hosts(groups) if host not in found]
        return check.check(
            found,
            arguments["settings"],
            len(_groups.hosts(groups, _groups.NODE_GROUPS)),
            _addresses(task_vars["hostvars"], unknown),
        )


def _addresses(hostvars: Mapping[str, Any], hosts: Iterable[str]) -> Iterator[str]:
    """The addresses that the inventory gives these hosts."""
    for host in hosts:
        for name in _ADDRESSES:
            # One that is made of facts has no value before there are any.
            with contextlib.suppress(AnsibleError):
                yield str(hostvars[host].get(name))
