# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure between all hosts at a time, over the connections that Ansible has open, without its workers."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.plugins.loader import connection_loader
from ansible_collections.k8n.cluster.plugins.module_utils import _peer_agent
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import (
    plan,
    report,
    targets,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts.measure import (
    measure,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import ControllerAction
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import roles
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.become import option_variables
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.channel import channel_command
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.module_failure import one_line

_ADDRESSES = ("ip", "access_ip", "ansible_host")
_VERBOSE = re.compile(rb"-v+")


class ActionModule(ControllerAction):
    """Glue: the connections of the hosts to plugin_utils/_checks/between_hosts."""

    spec: ClassVar = {
        "probes": {"type": "raw", "required": True},
        "settings": {"type": "raw", "default": {}},
        "thresholds": {"type": "dict", "default": {}},
        "neighbours": {"type": "int", "default": 3},
        "timeout": {"type": "float", "default": 20.0},
        "fail": {"type": "bool", "default": True},
    }
    results = ("settings",)
    results_of_hosts = ("probes",)

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        ports, thresholds = _checked(arguments, task_vars["groups"]["all"])
        self._variables = task_vars["hostvars"]
        self._ssh = connection_loader.get("ssh", self._play_context, os.devnull)
        groups = targets.memberships(roles.groups(task_vars["groups"], self._variables))
        peers, without = [], {}
        for name, probe in arguments["probes"].items():
            try:
                variables = self._variables[name]
                addresses = {key: variables.get(key) for key in _ADDRESSES}
                peers.append(
                    targets.peer(name, probe, groups[name], addresses, ports, self._command)
                )
            except targets.NoWayError as exc:
                without[name] = str(exc)
            except AnsibleError as exc:
                without[name] = one_line(str(exc))
        measured = measure(
            peers,
            ports,
            arguments["neighbours"],
            arguments["timeout"],
            Path(_peer_agent.__file__).read_bytes(),
        )
        members = [name for name in arguments["probes"] if roles.ETCD in groups[name]]
        found = report.report(
            measured, without, members, arguments["neighbours"], arguments["settings"], thresholds
        )
        if arguments["fail"] and (text := report.blocking(found)):
            raise RefusedError("", text, **found)
        return found

    def _command(self, name: str, remote: str) -> Sequence[bytes]:
        """The command that runs another on a host, as Ansible's own connection would; raises NoWayError."""
        variables = self._variables[name]
        kind = str(variables.get("ansible_connection", self._task.connection))
        if kind.rpartition(".")[2] not in ("ssh", "smart"):
            raise targets.NoWayError(
                f"its connection is {kind}, and agents are reached with ssh only"
            )
        self._ssh.set_options(
            task_keys={
                "remote_user": self._task.remote_user,
                "timeout": self._play_context.timeout,
            },
            var_options=option_variables("connection", self._ssh, variables, lambda value: value),
        )
        self._ssh.host = self._ssh.get_option("host")
        command = channel_command(self._ssh, remote)
        if command is None:
            raise targets.NoWayError(
                "it wants a password to log in, and there is no open connection to it"
            )
        # What ssh would tell of itself is no answer of an agent.
        return [word for word in command if not _VERBOSE.fullmatch(word)]


def _checked(
    arguments: Mapping[str, Any], hosts: Sequence[str]
) -> tuple[list[plan.Port], dict[str, float]]:
    """The ports, and the thresholds with those of the task in place; raises RefusedError with all that is wrong."""
    mistakes = [
        f"probes has {name}, which is not a host of the inventory"
        for name in arguments["probes"]
        if name not in hosts
    ]
    mistakes += [
        f"{name} is {arguments[name]}, it must be a number above 0"
        for name in ("neighbours", "timeout")
        if not 0 < arguments[name] < float("inf")
    ]
    ports: list[plan.Port] = []
    try:
        ports = plan.read_ports(arguments["settings"])
    except plan.PlanError as exc:
        mistakes += exc.mistakes
    thresholds, more = report.thresholds(arguments["thresholds"])
    mistakes += more
    if mistakes:
        raise RefusedError("", f"k8n.cluster.peer_probe: {'; '.join(mistakes)}.")
    return ports, thresholds
