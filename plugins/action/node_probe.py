# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.basic import _PY_MIN
from ansible.utils.display import Display
from ansible_collections.k8n.cluster.plugins.module_utils._arguments import PROBE, THRESHOLDS
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import hide
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import registered, without_facts
from ansible_collections.k8n.cluster.plugins.plugin_utils._check_action import (
    CheckAction,
    ModuleError,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import levels
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import (
    access,
    judge,
    measured,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host.answer import Answer, take
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Host, Judged
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import roles
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh import program
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.become import Secret
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.channel import channel_command
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.connection import (
    ShellError,
    through_channel,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.interpreter import (
    interpreter,
    search,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.latency import ChannelError
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.module_failure import (
    module_failure,
    no_tmpdir,
    one_line,
    probe_failed,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.module_result import cleaned, kept
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.unreachable import unreachable

display = Display()

_VALUES = ("python", "latency", "sudo", "hostname")
_ADDRESSES = ("ansible_host", "ip", "access_ip", "ip6", "access_ip6")


# What a host is asked beside what is judged: between hosts, and against the forks.
_SUBJECTS = ("identity", "sshd", *judge.JUDGES)
# What a host may take beside the waits that are options.
_REST_SECONDS = 60.0


def _is_old(found: Mapping[str, Any]) -> bool:
    """Whether this is a Python with which no module of this ansible-core runs."""
    version = (measured.python(found.get("python")) or {}).get("version", "")
    return bool(tuple(map(int, re.findall(r"[0-9]{1,9}", version)[:2])) < _PY_MIN)


def _summary(answer: Answer | None) -> dict[str, Any]:
    """root, host and sshd of the result."""
    if answer is None:
        return {"root": None, "host": {}, "sshd": None}
    host = dict(answer.found)
    return {
        "root": answer.root,
        "host": host,
        "sshd": (host.pop("sshd", None) or {}).get("limits"),
    }


class ActionModule(CheckAction):
    """Every check of one host in one task, which an unreachable or broken host does not end."""

    options = PROBE

    def check(
        self, options: dict[str, Any], variables: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        try:
            wishes = levels.read(options["checks"], options["thresholds"])
            settings = registered.result(options["settings"], variables)
        except levels.LevelsError as exc:
            raise self._refused("; ".join(exc.mistakes)) from exc
        except registered.RegisteredError as exc:
            raise self._refused(f"settings {exc}.") from exc
        for name, (check, option) in THRESHOLDS.items():
            if options[check][option] is None:
                options[check][option] = wishes.thresholds[name]
        # What the inventory says of it, whatever the host says of itself.
        own = self.host_variables(without_facts.of_task(variables))
        hostname = options["hostname"]
        hostname["expected"] = hostname["expected"] or self.host_name(variables)
        if hostname["renamed"] is None:
            hostname["renamed"] = access.renames(self.value(variables, access.RENAMES, True))
        host = Host(
            self.host_name(variables),
            roles.of_host(own.get("group_names", ()), self.value(variables, roles.DEPLOYMENT)),
            self._addresses(variables),
            settings,
            wishes.thresholds,
        )
        values: dict[str, Any] = dict.fromkeys(_VALUES)
        off = {name for name, level in wishes.levels.items() if level == levels.OFF}
        found, problems = self._look(options, variables, judge.wants(host, off))
        answer = take(found.pop("answer", None), _SUBJECTS)
        values.update(found)
        values.update(_summary(answer))
        judged = Judged()
        for part in (
            access.judge(values, problems, hostname["renamed"]),
            judge.judge(answer, host),
        ):
            judged.join(part)
        judged = levels.apply(judged, wishes.levels)
        said = judged.as_result()
        problems = said.pop("problems")
        return {**values, **said}, problems

    def _refused(self, text: str) -> ModuleError:
        return ModuleError({"failed": True, "msg": f"{self._task.action}: {text}"})

    def _look(
        self, options: dict[str, Any], variables: dict[str, Any], wants: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Measure the connection and run the module, as far as that is possible."""
        piped: list[dict[str, Any]] = []

        def through(connection: Any, samples: int) -> list[float]:
            try:
                done = self._pipe(options, variables, wants, samples)
            except (ChannelError, AnsibleError) as exc:
                # What is wrong with this host Ansible's own way to run a module tells best.
                display.vvv(f"node_probe runs as a module: {exc}", host=self.host_name(variables))
                return through_channel(connection, samples)
            piped.append(done.found)
            return done.round_trips

        try:
            latency, problems = self.latency(options["latency"], through)
        except ShellError as exc:
            return {}, [self.shell_problem(exc)]
        except AnsibleError as exc:
            return {}, [self._unreachable(exc, variables)]
        if piped:
            found, more = self._judged(piped[0], options)
        else:
            found, more = self._probe(options, variables, wants)
        return {"latency": latency, **found}, problems + more

    def _judged(
        self, found: Mapping[str, Any], options: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """What a host has measured of itself, and what of that is judged before the rest."""
        said = found["measured"] if isinstance(found["measured"], Mapping) else {}
        try:
            sudo, problems = self.judged_sudo(said.get("sudo"), options["sudo"])
            hostname, more = self.judged_hostname(said.get("hostname"), options["hostname"])
        except measured.MeasuredError:
            return kept(found), [
                probe_failed(
                    "What this host says of its sudo and its names makes no sense, so everything else that it says is "
                    "ignored."
                )
            ]
        values = {
            "python": measured.python(found.get("python")),
            "sudo": sudo,
            "hostname": hostname,
            "answer": found.get("answer"),
        }
        return {**values, **kept(found)}, problems + more

    def _addresses(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The host's own address variables, those that it has."""
        values = {name: self.value(variables, name) for name in _ADDRESSES}
        return {name: value for name, value in values.items() if value is not None}

    def _request(
        self, options: dict[str, Any], variables: dict[str, Any], wants: dict[str, Any]
    ) -> dict[str, Any]:
        """What the host is told."""
        told = json.dumps({**wants, "proxies": options["proxies"]})
        control = {**self.control(variables), "wants": Secret(hide(told))}
        return {"sudo": options["sudo"], "hostname": options["hostname"], "control": control}

    def _pipe(
        self,
        options: dict[str, Any],
        variables: dict[str, Any],
        wants: dict[str, Any],
        samples: int,
    ) -> program.Piped:
        """Measure and probe in one go, over a channel of the connection. Raises ChannelError and AnsibleError."""
        if not self._is_pipelining_enabled("new"):
            raise ChannelError("a module is to be uploaded")
        own = self.host_variables(variables)
        template = self._templar.copy_with_new_env(available_variables=own).template
        python = interpreter(own, template)
        remote = program.remote_command(python, search(own), self._compute_environment_string())
        command = channel_command(self._connection, remote)
        if command is None:
            raise ChannelError("no password can be asked for")
        request = {
            **self._request(options, variables, wants),
            "remote_tmp": self.get_shell_option("remote_tmp", default="~/.ansible/tmp"),
        }
        sudo, hostname = options["sudo"], options["hostname"]
        seconds = sudo["timeout"] * (sudo["samples"] + 1) + hostname["timeout"] + _REST_SECONDS
        piped = program.pipe(command, request, samples, seconds)
        if _is_old(piped.found):
            raise ChannelError("a module does not run with this Python")
        found_python = piped.python if python is None and not self._task.delegate_to else None
        return piped._replace(found=cleaned(piped.found, self.host_name(variables), found_python))

    def _probe(
        self, options: dict[str, Any], variables: dict[str, Any], wants: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Run the module, whatever comes of that."""
        try:
            arguments = self._request(options, variables, wants)
            arguments["control"]["program"] = base64.b64encode(program.PROGRAM).decode()
            found = self.run_module("node_probe", arguments, variables)
            return self._judged(found, options)
        except ModuleError as exc:
            return kept(exc.result), [module_failure(exc.result)]
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
