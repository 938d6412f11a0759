# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show what the checks found on all hosts as one table, and write it as HTML, JSON and JUnit."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from ansible import constants as C
from ansible.release import __version__ as ansible_version
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import levels
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    columns,
    say,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import groups as _groups
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import quorum as _quorum
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import roles
from ansible_collections.k8n.cluster.plugins.plugin_utils._report import (
    between,
    files,
    model,
    terminal,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.matrices import matrices

# In a cluster directory, which has the other: where reports lie if nothing else is said.
_MARK = ".k8n"
_REPORTS = "reports"


class ActionModule(ControllerAction):
    """Glue: arguments to plugin_utils/_report, its text to the terminal and its files to the disk."""

    spec: ClassVar = {
        "probes": {"type": "raw", "required": True},
        "fixed_by_prepare": {"type": "raw", "default": {}},
        "controller": {"type": "raw"},
        "quorum": {"type": "raw"},
        "between": {"type": "list", "elements": "raw", "default": []},
        "settings": {"type": "raw", "default": {}},
        "checks": {"type": "dict", "default": {}},
        "host_checks": {"type": "dict", "default": {}},
        "thresholds": {"type": "dict", "default": {}},
        "report": {"type": "str", "choices": ["preflight", "verify"], "default": "preflight"},
        "started": {"type": "str", "default": ""},
        "before": {"type": "list", "elements": "dict"},
        "dest": {"type": "path"},
    }
    results = ("controller", "quorum", "settings")
    results_of_hosts = ("probes", "fixed_by_prepare")

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        try:
            wishes = levels.read(arguments["checks"], arguments["thresholds"])
            host_levels = {
                host: levels.read(checks, None).levels
                for host, checks in arguments["host_checks"].items()
            }
        except levels.LevelsError as exc:
            raise RefusedError(str(exc), "Variables of the checks are wrong.") from exc
        arguments["between"] = [
            task_vars.get(each) if isinstance(each, str) else each for each in arguments["between"]
        ]
        if isinstance(self._task.args["probes"], str):
            arguments["probes"].update(_lost(task_vars))
        known = _known(arguments["probes"], task_vars)
        run = self._run(arguments, wishes, host_levels, known, task_vars)
        report = model.build(
            arguments["probes"],
            arguments["fixed_by_prepare"],
            arguments["quorum"],
            arguments["controller"],
            arguments["between"],
            known,
            run,
            arguments["settings"],
        )
        written, last = self._write(report, arguments["dest"])
        # Printed, since a task's result shows a line break as \n.
        told = arguments["before"]
        before = None if told is None else [(each.get("host"), each.get("id")) for each in told]
        say(f"\n{terminal.table(report, columns(), before)}\n{last}\n")
        return {
            "ready": report.ready,
            "blocking": report.count(model.BLOCK),
            "problems": [
                {**row.problem, "host": row.host, "severity": row.severity} for row in report.rows
            ],
            "files": written,
        }

    def _run(
        self,
        arguments: Mapping[str, Any],
        wishes: levels.Wishes,
        host_levels: Mapping[str, Mapping[str, str]],
        known: Mapping[str, model.Known],
        task_vars: Mapping[str, Any],
    ) -> model.Run:
        settings = arguments["settings"] if arguments["settings"].get("kubespray") else None
        versions = {"ansible-core": ansible_version, "Python": platform.python_version()}
        if settings:
            versions["Kubespray"] = str(settings["kubespray"].get("version"))
            versions["Kubernetes"] = str(settings.get("kube_version"))
        cluster = _groups.hosts(task_vars["groups"], _groups.CLUSTER_GROUPS)
        quorum = arguments["quorum"] or {}
        return model.Run(
            arguments["started"],
            versions,
            tuple(host for host in cluster if host not in arguments["probes"]),
            {key: quorum[key] for key in _QUORUM} if set(quorum) >= _QUORUM else None,
            settings and {key: settings[key] for key in settings if key not in _ANSIBLES},
            wishes.levels,
            host_levels,
            wishes.thresholds,
            matrices(arguments["between"], known),
            between.measured(arguments["between"]),
            arguments["report"],
        )

    def _write(self, report: model.Report, dest: str | None) -> tuple[dict[str, str], str]:
        """The files by kind, and what the last line says of them."""
        if dest is None and not Path(_MARK).is_dir():
            return {}, "For the whole report as HTML, JSON and JUnit: -e k8n_report_dir=reports"
        if self._play_context.check_mode:
            return {}, "No report is written in check mode."
        folder = Path(dest or _REPORTS)
        try:
            written = files.write(report, folder)
        except OSError as exc:
            say(
                f"The report cannot be written: {exc.filename or folder}: {exc.strerror}.",
                C.COLOR_WARN,
            )
            return {}, "Give -e k8n_report_dir=FOLDER to write it elsewhere."
        return written, f"The whole report: {written['html']}"


# What of the results of quorum and kubespray_settings is theirs, not Ansible's.
_QUORUM = {"members", "majority", "losses", "zones", "pairs", "even", "best"}
_ANSIBLES = {
    "problems",
    "fix",
    "passed",
    "unknown",
    "not_applicable",
    "changed",
    "failed",
    "invocation",
    "warnings",
    "deprecations",
    "ansible_facts",
}


def _lost(task_vars: Mapping[str, Any]) -> dict[str, Any]:
    """A result for each host that failed earlier, such as in prepare, and is in the play no more."""
    present = set(task_vars["ansible_play_hosts"])
    return {
        host: {"msg": "this host failed earlier in this run."}
        for host in task_vars["ansible_play_hosts_all"]
        if host not in present
    }


def _known(hosts: Iterable[str], task_vars: Mapping[str, Any]) -> dict[str, model.Known]:
    hostvars = task_vars["hostvars"]
    groups = roles.groups(task_vars["groups"], hostvars)
    of_host: dict[str, list[str]] = {}
    for name, members in groups.items():
        if name not in ("all", "ungrouped"):
            for host in members:
                of_host.setdefault(host, []).append(name)
    known = {}
    for host in hosts:
        variables = hostvars[host]
        known[host] = model.Known(
            tuple(of_host.get(host, ())), _quorum.zone_of(variables), _quorum.address_of(variables)
        )
    return known
