# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Ansible's settings as it has resolved them for this run, with where each was set."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible import context
from ansible.errors import AnsibleError
from ansible.plugins.loader import callback_loader
from ansible.release import __version__ as _core_version

from ..._inventory import groups as _groups
from ..._inventory import roles
from ..._kubespray import collection
from ..listed import OF_CONFIG_KEYS, OF_CONTROLLER
from ..model import Finding, Judged, Skipped
from . import config_files, config_keys, config_overridden, load, run, versions
from . import ssh as ssh_settings
from .in_force import InForce
from .plugin_keys import knowledge
from .values import Value, this_machine


def check(
    connection: Any, variables: Mapping[str, Any], probes: Mapping[str, object]
) -> tuple[dict[str, Any], Judged]:
    """Everything about this controller and this run: values for who registers them, and what the checks said.

    connection and variables are those of one host, which stands for all; probes maps each host to its node_probe.
    """
    kubespray = collection.find()
    found, findings = versions.check(kubespray, _core_version)
    in_effect = C.config.get_config_value("CONFIG_FILE")
    keys = config_keys.read(Path(in_effect)) if in_effect else []
    in_force = InForce(in_effect, keys)
    config, more = _config(in_effect, keys, in_force)
    findings += more
    hosts = probes or dict.fromkeys(_groups.hosts(variables["groups"]))
    forks, ssh = in_force.forks(), in_force.ssh(connection, variables)
    cache, callbacks = in_force.setting("CACHE_PLUGIN"), in_force.setting("CALLBACKS_ENABLED")
    machine = this_machine()
    persistent = ssh.persistent if ssh else None
    findings += load.check(
        hosts,
        forks,
        machine,
        persistent,
        _delegates(roles.groups(variables["groups"], variables["hostvars"])),
        in_force.timeout(connection, variables),
    )
    findings += load.check_task_timeout(in_force.setting("TASK_TIMEOUT"))
    findings += ssh_settings.check(
        ssh,
        lambda: _targets(variables["hostvars"], hosts),
        lambda name: kubespray is not None and collection.role_default(kubespray, name),
    )
    left_out = sorted(
        set(_groups.hosts(variables["groups"])) - set(variables["ansible_play_hosts_all"])
    )
    limit = context.CLIARGS.get("subset")
    findings += run.check_fact_cache(
        cache,
        in_force.setting("CACHE_PLUGIN_CONNECTION"),
        in_force.cache_folder(),
        limit,
        left_out,
    )
    findings += run.check_callbacks(callbacks, _missing_callback, sys.executable)
    findings += run.check_hosts(variables["groups"], hosts)
    judged = Judged()
    judged.add(OF_CONTROLLER, findings)
    values = {
        **found,
        "config": config,
        "machine": {
            "cores": machine.cores,
            "memory_mb": machine.memory_mb,
            "memory_available_mb": machine.available_mb,
            "open_files": machine.open_files,
        },
        "settings": {
            "forks": _shown(forks),
            "fact_caching": _shown(cache),
            "callbacks_enabled": _shown(callbacks),
            "host_key_checking": _shown(ssh.host_key_checking) if ssh else None,
            "control_persist": {"value": ssh.persistent, "origin": ssh.ssh_args.origin}
            if ssh
            else None,
        },
    }
    return values, judged


def _delegates(groups: Mapping[str, Any]) -> set[str]:
    """The hosts on which Kubespray runs tasks for all others: the first of the control plane, and of etcd."""
    return {host for name in ("kube_control_plane", "etcd") for host in groups.get(name, [])[:1]}


def _shown(setting: Value) -> dict[str, Any]:
    return {"value": setting.value, "origin": setting.origin}


def _config(
    in_effect: str | None, settings: Sequence[config_keys.Setting], in_force: InForce
) -> tuple[dict[str, Any], list[Finding]]:
    places = config_files.places(in_effect, os.environ, Path.cwd())
    inventories = (
        context.CLIARGS.get("inventory") or in_force.setting("DEFAULT_HOST_LIST").value or ()
    )
    folders = run.folders(map(str, inventories), map(str, context.CLIARGS.get("args") or ()))
    values = {**config_files.values(places), "overridden": []}
    findings: list[Finding] = [*config_files.check(places, folders)]
    if in_effect is None:
        findings += [
            Skipped(check.id, "Ansible has read no ansible.cfg.") for check in OF_CONFIG_KEYS
        ]
        return values, findings
    path = Path(in_effect)
    known = knowledge()
    values["overridden"] = config_overridden.overridden(settings, known.at_once, os.environ)
    findings += config_keys.check(path, settings, known)
    findings += config_overridden.check_overridden(path, values["overridden"])
    return values, findings


def _targets(hostvars: Mapping[str, Any], hosts: Mapping[str, object]) -> list[ssh_settings.Target]:
    user = context.CLIARGS.get("remote_user") or getpass.getuser()
    return [
        ssh_settings.Target(
            host,
            str(hostvars[host].get("ansible_host", host)),
            str(hostvars[host].get("ansible_user", user)),
            str(hostvars[host].get("ansible_port", 22)),
        )
        for host in hosts
    ]


def _missing_callback(name: str) -> str | None:
    """The full name under which Ansible has looked in vain for a callback plugin; None if it is there."""
    try:
        found = callback_loader.find_plugin_with_context(name)
    except AnsibleError:
        return name  # one that its collection has removed
    if found.resolved:
        return None
    return str(found.redirect_list[-1]) if found.redirect_list else name
