# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible_collections.k8n.cluster.plugins.module_utils._arguments import PROBE
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem
from ansible_collections.k8n.cluster.plugins.plugin_utils._check_action import (
    CheckAction,
    ModuleError,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._connection import ShellError
from ansible_collections.k8n.cluster.plugins.plugin_utils._module_failure import (
    module_failure,
    no_tmpdir,
    one_line,
    probe_failed,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._unreachable import unreachable


class ActionModule(CheckAction):
    """Every check of one host in one task, which an unreachable or broken host does not end."""

    options = PROBE

    def check(
        self, options: dict[str, Any], variables: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        values: dict[str, Any] = dict.fromkeys(("python", "latency", "sudo", "hostname", "sshd"))
        try:
            values["latency"], problems = self.latency(options["latency"])
        except ShellError as exc:
            return values, [self.shell_problem(exc)]
        except AnsibleError as exc:
            return values, [self._unreachable(exc, variables)]
        hostname = options["hostname"]
        hostname["expected"] = hostname["expected"] or self.host_name(variables)
        found, more = self._probe(options, variables)
        return {**values, **found}, problems + more

    def _probe(
        self, options: dict[str, Any], variables: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Run the module, whatever comes of that."""
        try:
            arguments = {**options, "control": self.control(variables)}
            return self.run_module("node_probe", arguments, variables)
        except ModuleError as exc:
            kept = ("ansible_facts", "warnings", "deprecations")
            values = {key: exc.result[key] for key in kept if key in exc.result}
            return values, [module_failure(exc.result)]
        except AnsibleConnectionFailure as exc:
            # Nothing can be tidied up there, and trying to would end the task after all.
            self._connection._shell.tmpdir = None
            return {}, [no_tmpdir(str(exc)) or self._unreachable(exc, variables)]
        except AnsibleError as exc:
            return {}, [
                probe_failed(f"Ansible's modules do not run on this host: {one_line(str(exc))}.")
            ]

    def _unreachable(self, exc: AnsibleError, variables: dict[str, Any]) -> Problem:
        key_file = self.get_connection_option("private_key_file")
        return unreachable(
            str(exc),
            address=str(self._get_remote_addr(variables)),
            user=self._get_remote_user(),
            missing_key=key_file if key_file and not Path(key_file).expanduser().exists() else None,
        )
