# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The variables k8n_* of the user: those that something here reads, and what is meant by one that nothing reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._text.words import did_you_mean, some

PREFIX = "k8n_"
# The table in the README says what each is for; of these that are not in it, ip_list sets the first two.
KNOWN = frozenset(
    {
        "k8n_allow_even_etcd", "k8n_etcd_pin", "k8n_ara", "k8n_between", "k8n_checks", "k8n_control_plane", "k8n_dir",
        "k8n_etcd", "k8n_fetch_kubeconfig", "k8n_hosts", "k8n_jump_host", "k8n_known_hosts",
        "k8n_kubespray_source", "k8n_naming", "k8n_nodes", "k8n_playbook", "k8n_port", "k8n_probe_timeout",
        "k8n_report_dir", "k8n_thresholds", "k8n_trust_host_keys", "k8n_user", "k8n_verify_after_deploy",
        "k8n_verify_wait_seconds", "k8n_waivers", "k8n_zone", "k8n_zones",
    }
)  # fmt: skip
_NODES = "k8n_nodes"
# What Ansible calls the words without a "=".
_REST = "_raw_params"


def unknown(hostvars: Mapping[str, Iterable[str]], extra: Mapping[str, Any]) -> list[str]:
    """A sentence for each variable k8n_* that nothing reads, and for words of -e that are in no variable.

    hostvars has by host the names of its variables; extra are the extra variables, which are every host's.
    """
    of_all = set(extra)
    found: dict[str, list[str]] = {name: [] for name in sorted(_strange(of_all))}
    for host, names in hostvars.items():
        for name in sorted(_strange(set(names) - of_all)):
            found.setdefault(name, []).append(host)
    return [
        *_left_over(extra),
        *(f"{name}{_where(hosts, len(hostvars))}: {_cure(name)}" for name, hosts in found.items()),
    ]


def of(task_vars: Mapping[str, Any], extra: Mapping[str, Any]) -> list[str]:
    """The same, from the variables of a task and the extra variables."""
    hostvars = task_vars.get("hostvars") or {}
    hosts = (task_vars.get("groups") or {}).get("all", ())
    return unknown({host: list(hostvars[host]) for host in hosts}, extra)


def _left_over(extra: Mapping[str, Any]) -> Iterator[str]:
    """Ansible ends the value of NAME=VALUE at a blank, and keeps the rest under a name that nobody reads."""
    rest = str(extra.get(_REST) or "").split()
    if not rest:
        return
    nodes = str(extra.get(_NODES) or "").split()
    better = (
        f"with commas in place of the blanks, -e {_NODES}={','.join([*nodes, *rest])}"
        if nodes
        else 'as JSON, -e \'{"NAME": "a value with blanks"}\''
    )
    yield (
        f"-e: Ansible ends a value at a blank, so that {' '.join(rest)!r} is in no variable. Write it {better}."
    )


def _strange(names: Iterable[str]) -> set[str]:
    return {name for name in names if str(name).startswith(PREFIX) and name not in KNOWN}


def _where(hosts: list[str], everywhere: int) -> str:
    if not hosts or len(hosts) == everywhere:
        return ""
    return f" (of {some(hosts)})"


def _cure(name: str) -> str:
    hint = did_you_mean(name, sorted(KNOWN))
    return (
        f"nothing reads this variable{hint}"
        if hint
        else f"nothing reads this variable; take it out, or give it a name that does not begin with {PREFIX}."
    )
