# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The checks that are older than the judges: of the connection, sudo, names, the control node and the inventory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils import _arguments

from .model import BETWEEN, CONTROLLER, HOST, INVENTORY, Check, Stage

# Those that the modules of one check have as options, with their defaults from there.
THRESHOLDS: dict[str, float] = {
    name: {"latency": _arguments.LATENCY, "sudo": _arguments.SUDO}[check][option]["default"]
    for name, (check, option) in _arguments.THRESHOLDS.items()
}

_BLOCK, _WARN = "block", "warn"


def _checks(
    stage: Stage, place: str, *rows: tuple[str, str, str], **more: Mapping[str, Any]
) -> tuple[Check, ...]:
    """Rows of id, severity and title; more is what else is to be said of a check, by its id."""
    return tuple(
        Check(name, title, severity, stage, place, **more.get(name, {}))
        for name, severity, title in rows
    )


ESSENTIAL = _checks(
    Stage.ESSENTIAL,
    HOST,
    ("unreachable", _BLOCK, "Ansible can connect to the host"),
    ("python_missing", _BLOCK, "there is a Python that this ansible-core can use"),
    ("probe_failed", _BLOCK, "the login's shell, home and Python work"),
    python_missing={"fixed_by_prepare": "python"},
)
# What node_probe says of login, sudo and names, whose judges run on the host.
OF_LOGIN = _checks(
    Stage.REACH,
    HOST,
    ("ssh_slow_connect", _WARN, "a new connection is quick"),
    ("ssh_high_rtt", _WARN, "round trips are short"),
    ("ssh_timeout_short", _WARN, "the timeout fits what was measured"),
)
OF_SUDO = _checks(
    Stage.SUDO,
    HOST,
    ("sudo_missing", _BLOCK, "there is a sudo"),
    ("sudo_not_permitted", _BLOCK, "the login may use sudo"),
    ("sudo_password_required", _BLOCK, "sudo wants no password, or has one"),
    ("sudo_password_wrong", _BLOCK, "sudo takes the password"),
    ("sudo_prompt_unknown", _BLOCK, "Ansible knows sudo's prompt for the password"),
    ("sudo_requires_tty", _BLOCK, "sudo works without a terminal"),
    ("sudo_timed_out", _BLOCK, "sudo answers within its time limit"),
    ("sudo_slow", _BLOCK, "sudo is quick"),
    sudo_missing={"fixed_by_prepare": "sudo"},
    sudo_not_permitted={"fixed_by_prepare": "sudo"},
    sudo_password_required={"fixed_by_prepare": "passwordless_sudo"},
    sudo_timed_out={"fixed_by_prepare": "own_name_lookup"},
    sudo_slow={"fixed_by_prepare": "own_name_lookup"},
)
OF_NAMES = _checks(
    Stage.NAMES,
    HOST,
    ("hostname_invalid", _BLOCK, "the host's name is one that a Kubernetes node may have"),
    ("hostname_mismatch", _BLOCK, "the host has the name that the inventory gives it"),
    ("hostname_not_in_hosts", _WARN, "/etc/hosts has the host's own name"),
    ("hostname_fqdn_differs", _WARN, "the host's full name begins with its own name"),
    hostname_invalid={"kubespray": ("stop_if_bad_hostname",), "formerly": ("hostname",)},
    hostname_mismatch={"fixed_by_prepare": "hostname"},
    hostname_not_in_hosts={"fixed_by_prepare": "hosts_line"},
    hostname_fqdn_differs={"fixed_by_prepare": "hosts_line"},
)
OF_ACCESS = (*ESSENTIAL, *OF_LOGIN, *OF_SUDO, *OF_NAMES)

# What controller_check says something of.
OF_CONFIG_KEYS = _checks(
    Stage.CONTROLLER,
    CONTROLLER,
    ("config_overridden", _WARN, "no environment variable overrides the ansible.cfg"),
    ("config_key_unknown", _WARN, "Ansible knows every key of the ansible.cfg"),
    ("config_key_removed", _WARN, "no key of the ansible.cfg was removed"),
    ("config_section_unknown", _WARN, "Ansible knows every section of the ansible.cfg"),
    ("config_key_deprecated", _WARN, "no key of the ansible.cfg goes with a later release"),
)
OF_SSH = _checks(
    Stage.CONTROLLER,
    CONTROLLER,
    ("control_persist_off", _WARN, "ssh keeps connections open"),
    ("control_path_long", _BLOCK, "the path of ssh's sockets is short enough"),
    ("ssh_common_args_lost", _WARN, "Kubespray keeps the arguments of ssh"),
    ("host_key_checking_off", _WARN, "the hosts' keys are verified"),
    ("known_hosts_discarded", _WARN, "the hosts' keys are remembered"),
)
OF_CONTROLLER = (
    *_checks(
        Stage.CONTROLLER,
        CONTROLLER,
        ("controller_unknown", _WARN, "the check of the control node ran"),
        ("kubespray_missing", _WARN, "Kubespray is installed"),
        ("kubespray_unreadable", _BLOCK, "Kubespray's files say what it asks for"),
        ("ansible_core_version", _BLOCK, "Kubespray runs on this ansible-core"),
        ("python_version", _WARN, "ansible-core runs on this Python"),
        ("library_missing", _BLOCK, "every library that Kubespray asks for is there"),
        ("library_version", _WARN, "each library has the version that Kubespray names"),
        ("collection_missing", _BLOCK, "every collection that Kubespray depends on is there"),
        ("collection_version", _WARN, "each collection has a version in Kubespray's range"),
        ("config_named_missing", _WARN, "the file that ANSIBLE_CONFIG names is there"),
        ("config_world_writable", _WARN, "nobody else may write beside the ansible.cfg"),
        ("config_not_read", _WARN, "no other ansible.cfg looks as if it counted"),
        ("callback_missing", _WARN, "every callback is installed"),
        ("forks_low", _WARN, "there are enough forks for these hosts"),
        ("forks_high", _WARN, "there are no more forks than the machine serves"),
        ("sshd_max_sessions", _WARN, "sshd lets as many sessions into a connection as come"),
        ("sshd_max_startups", _WARN, "sshd lets as many new connections in as come"),
        ("timeout_short", _WARN, "a connection's timeout is at least 30 s"),
        ("task_timeout_short", _WARN, "a task_timeout leaves Kubespray's long tasks their time"),
        ("open_files_low", _BLOCK, "the control node may open enough files for these forks"),
        ("controller_memory_low", _WARN, "the control node has the memory for these forks"),
        ("fact_cache_public", _WARN, "nobody else may write the facts"),
        ("limit_without_fact_cache", _WARN, "a limited run knows the facts of the others"),
        ("become_password_not_given", _WARN, "sudo's password was given where it is asked for"),
        limit_without_fact_cache={
            "kubespray": ("stop_if_any_host_not_in_limit_does_not_have_a_fact_cache",),
            "formerly": ("fact_cache",),
        },
    ),
    *OF_CONFIG_KEYS,
    *OF_SSH,
    *_checks(
        Stage.INVENTORY,
        INVENTORY,
        ("localhost_in_inventory", _BLOCK, "localhost is not a host of the inventory"),
        ("host_in_no_group", _WARN, "every host of the inventory is in a group"),
    ),
)

# What quorum says something of.
EVEN_ETCD = "even_etcd"
OF_QUORUM = _checks(
    Stage.INVENTORY,
    INVENTORY,
    ("etcd_members", _BLOCK, "the etcd members are known"),
    (EVEN_ETCD, _BLOCK, "etcd's members are an odd number, or somebody explained it"),
    ("zone_loss", _WARN, "etcd survives the loss of any zone that it can survive"),
    ("etcd_not_pinned", _WARN, "a node added later moves no etcd member"),
    even_etcd={"kubespray": ("stop_if_even_number_of_etcd_hosts",)},
)

CHECKS = (
    *OF_ACCESS,
    *OF_CONTROLLER,
    *_checks(Stage.LAST, BETWEEN, ("between_failed", _WARN, "the checks between the hosts ran")),
    *OF_QUORUM,
)
