# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ansible.cfg, and the same settings in the environment."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from .cluster import (
    Cluster,
    Cure,
    Found,
    command,
    key,
    line,
    section,
    to_the_letter,
)
from .scene import Scene, hosts

NO_KEYS = "-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no"


def bad_file(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts())
    (folder / "facts").mkdir()
    (folder / "facts").chmod(0o777)
    cluster.write(f"""\
[defaults]
timeout = 60
host_key_checking = False
command_warnings = false
sudo_user = root
fact_caching = jsonfile
fact_caching_connection = {folder}/facts
fact_caching_timout = 86400
callbacks_enabled = timer, nowhere
task_timeout = 60
[ssh_connection]
ssh_args = -C
ansible_ssh_args = -o ControlMaster=auto
ssh_common_args = {NO_KEYS}
[privilege_escalaton]
become = false
become_methd = sudo
[persistent_connection]
ansible_connection_path = /x
""")
    cluster.shell.append("export ANSIBLE_TIMEOUT=50")
    return cluster


def unset_variables(cluster: Cluster, found: Found) -> None:
    cluster.shell += [f"unset {name}" for name in re.findall(r" by (\w+)", found.message)]


def keys_out_of_the_file(cluster: Cluster, found: Found) -> None:
    for there, name in re.findall(r"\[(\w+)\] (\w+) by ", found.message):
        cluster.drop(there, name)


@to_the_letter("or take it out.")
def take_callback_out(cluster: Cluster, found: Found) -> None:
    cluster.set("defaults", "callbacks_enabled", "timer")


FACTS = (
    r"Set fact_caching_connection in the section \[defaults\] of (.+\.cfg) to a folder of your own"
)


@to_the_letter("such as .k8n/facts in the cluster's directory.")
def facts_elsewhere(cluster: Cluster, found: Found) -> None:
    file = re.match(FACTS, found.fix)
    assert file
    cluster.set("defaults", "fact_caching_connection", ".k8n/facts", Path(file[1]))


PUT = re.compile(
    r"Put (.+) before all else in (?:ssh_args in the section \[(\w+)\] of (.+)|(.+))\."
)


def put_first(cluster: Cluster, found: Found) -> None:
    put = PUT.fullmatch(found.fix)
    assert put, found.fix
    words, there, file, elsewhere = put.groups()
    if there:
        cluster.set(there, "ssh_args", f"{words} {cluster.drop(there, 'ssh_args')}", Path(file))
    else:
        assert elsewhere == "the environment variable ANSIBLE_SSH_ARGS"
        cluster.shell.append(f'export ANSIBLE_SSH_ARGS="{words} $ANSIBLE_SSH_ARGS"')


@to_the_letter("Fill a known_hosts once", "and take the settings out.")
def check_host_keys(cluster: Cluster, found: Found) -> None:
    assert (
        "StrictHostKeyChecking=no in ssh_common_args in the section [ssh_connection]"
        in found.message
    )
    rest = cluster.drop("ssh_connection", "ssh_common_args").replace(
        "-o StrictHostKeyChecking=no", ""
    )
    cluster.set("ssh_connection", "ssh_common_args", rest)
    assert "host_key_checking is off" in found.message
    cluster.drop("defaults", "host_key_checking")


@to_the_letter("Name a file of the cluster's own there")
def keep_host_keys(cluster: Cluster, found: Found) -> None:
    assert "in ssh_common_args in the section [ssh_connection]" in found.message
    given = cluster.drop("ssh_connection", "ssh_common_args")
    named = given.replace("/dev/null", f"{cluster.folder}/known_hosts".replace(" ", r"\ "))
    cluster.set("ssh_connection", "ssh_common_args", named)


@to_the_letter("Set ansible_ssh_common_args as a variable of all hosts in the inventory.")
def common_args_of_the_inventory(cluster: Cluster, found: Found) -> None:
    # The same words, which a user who copies them has.
    text = cluster.file.read_text()
    given = re.search(r"^ssh_common_args = (.*)$", text, re.M)
    assert given
    cluster.variables["ansible_ssh_common_args"] = given[1]


BAD_FILE: dict[str, Cure] = {
    "config_section_unknown": section,
    "config_key_unknown": line,
    "config_key_removed": line,
    "config_key_deprecated": line,
    "config_overridden": unset_variables,
    "callback_missing": take_callback_out,
    "task_timeout_short": key,
    "fact_cache_public": facts_elsewhere,
    "control_persist_off": put_first,
    "host_key_checking_off": check_host_keys,
    "known_hosts_discarded": keep_host_keys,
    "ssh_common_args_lost": common_args_of_the_inventory,
}


def by_environment(folder: Path) -> Cluster:
    """The same settings, of which the ansible.cfg says nothing: what is written there would be no cure."""
    cluster = Cluster(folder, hosts())
    (folder / "facts").mkdir()
    (folder / "facts").chmod(0o777)
    cluster.write("[defaults]\ntimeout = 60\n")
    cluster.shell += [
        "export ANSIBLE_TASK_TIMEOUT=60",
        "export ANSIBLE_SSH_ARGS=-C",
        "export ANSIBLE_HOST_KEY_CHECKING=false",
        f"export ANSIBLE_SSH_COMMON_ARGS='{NO_KEYS}'",
        "export ANSIBLE_CACHE_PLUGIN=jsonfile",
        f"export ANSIBLE_CACHE_PLUGIN_CONNECTION={shlex.quote(str(folder / 'facts'))}",
        "export ANSIBLE_CONFIG=nowhere.cfg",
    ]
    return cluster


@to_the_letter(
    "Set the environment variable ANSIBLE_CACHE_PLUGIN_CONNECTION to a folder of your own"
)
def facts_of_the_variable(cluster: Cluster, found: Found) -> None:
    cluster.shell.append("export ANSIBLE_CACHE_PLUGIN_CONNECTION=.k8n/facts")


@to_the_letter("and take the settings out.")
def check_host_keys_of_the_environment(cluster: Cluster, found: Found) -> None:
    assert (
        "StrictHostKeyChecking=no in the environment variable ANSIBLE_SSH_COMMON_ARGS"
        in found.message
    )
    assert (
        "host_key_checking is off (environment variable ANSIBLE_HOST_KEY_CHECKING)" in found.message
    )
    cluster.shell += [
        "export ANSIBLE_SSH_COMMON_ARGS='-o UserKnownHostsFile=/dev/null'",
        "unset ANSIBLE_HOST_KEY_CHECKING",
    ]


@to_the_letter("Name a file of the cluster's own there")
def keep_host_keys_of_the_environment(cluster: Cluster, found: Found) -> None:
    assert "in the environment variable ANSIBLE_SSH_COMMON_ARGS forgets" in found.message
    cluster.shell.append("export ANSIBLE_SSH_COMMON_ARGS='-o UserKnownHostsFile=known_hosts'")


@to_the_letter("Set ansible_ssh_common_args as a variable of all hosts in the inventory.")
def common_args_of_the_environment(cluster: Cluster, found: Found) -> None:
    cluster.variables["ansible_ssh_common_args"] = "-o UserKnownHostsFile=known_hosts"


@to_the_letter("or unset ANSIBLE_CONFIG.")
def unset_config(cluster: Cluster, found: Found) -> None:
    cluster.shell.append("unset ANSIBLE_CONFIG")


BY_ENVIRONMENT: dict[str, Cure] = {
    "task_timeout_short": command,
    "fact_cache_public": facts_of_the_variable,
    "control_persist_off": put_first,
    "host_key_checking_off": check_host_keys_of_the_environment,
    "known_hosts_discarded": keep_host_keys_of_the_environment,
    "ssh_common_args_lost": common_args_of_the_environment,
    "config_named_missing": unset_config,
}


def world_writable(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts())
    cluster.write("[defaults]\ntimeout = 60\n")
    folder.chmod(0o777)
    return cluster


def of_everybody(folder: Path) -> Cluster:
    cluster = world_writable(folder)
    folder.chmod(0o1777)
    return cluster


@to_the_letter("Move it into a folder of your own, and run from there.")
def moved(cluster: Cluster, found: Found) -> None:
    cluster.cwd = cluster.folder / "own"
    cluster.cwd.mkdir(mode=0o700)
    cluster.file.rename(cluster.cwd / "ansible.cfg")


def beside_the_inventory(folder: Path) -> Cluster:
    """Run from a folder that has one as well."""
    cluster = Cluster(folder, hosts())
    cluster.write("[defaults]\ntimeout = 60\n")
    cluster.cwd = folder / "elsewhere"
    cluster.cwd.mkdir(mode=0o700)
    (cluster.cwd / "ansible.cfg").write_text("[defaults]\ntimeout = 50\n")
    return cluster


def run_from_there(cluster: Cluster, found: Found) -> None:
    there = re.match(r"Run from (.+) with ANSIBLE_CONFIG unset, or export ", found.fix)
    assert there
    cluster.cwd = Path(there[1])
    cluster.shell.append("unset ANSIBLE_CONFIG")


SCENES: dict[str, Scene] = {
    "bad_file": Scene(bad_file, (BAD_FILE,)),
    "by_environment": Scene(by_environment, (BY_ENVIRONMENT,)),
    "world_writable": Scene(world_writable, ({"config_world_writable": command},)),
    "of_everybody": Scene(of_everybody, ({"config_world_writable": moved},)),
    "beside_the_inventory": Scene(
        beside_the_inventory,
        ({"config_not_read": run_from_there}, {"config_not_read": command}),
    ),
}
