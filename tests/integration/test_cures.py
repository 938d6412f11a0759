# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each fault of the control node, the inventory and the settings: its cure, done to the letter, is one.

A scene has faults that do not disturb each other. preflight finds them and nothing else; then what their fixes say is
done, and the same command finds nothing of them, and nothing new.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from _cures import (
    HOSTS,
    Cluster,
    Cure,
    Found,
    assignment,
    command,
    key,
    line,
    option,
    parts,
    quoted,
    section,
    to_the_letter,
    variable,
)


class Scene(NamedTuple):
    """make brings the faults; each of ways is the cure of every check that finds one, as another user chooses it."""

    make: Callable[[Path], Cluster]
    ways: tuple[Mapping[str, Cure], ...]
    # What the same fault may bring as well, by the size of the machine.
    more: frozenset[str] = frozenset()


def hosts(count: int = 3) -> dict[str, Any]:
    """A sound inventory, with each host in a zone of its own."""
    names = [f"node{number}" for number in range(1, count + 1)]
    first, every = {names[0]: None}, dict.fromkeys(names)
    return {
        "all": {
            "vars": dict(HOSTS),
            "hosts": {
                name: {"ansible_host": f"192.0.{number // 250}.{number % 250}", "k8n_zone": name}
                for number, name in enumerate(names, 2)
            },
            "children": {
                "kube_control_plane": {"hosts": dict(first)},
                "kube_node": {"hosts": dict(every)},
                "etcd": {"hosts": dict(first)},
            },
        }
    }


# The ansible.cfg.

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


# How many at a time.

# What no probe has to be made for: as many hosts as this machine has room for.
COUNTED = """\
- hosts: node1
  gather_facts: false
  tasks:
    - k8n.cluster.controller_check:
      register: controller
    - k8n.cluster.preflight_report:
        probes: {}
        controller: controller
        dest: "{{ k8n_report_dir }}"
"""
SIZE = frozenset({"open_files_low", "controller_memory_low"})


def counted(folder: Path, count: int, forks: int) -> Cluster:
    cluster = Cluster(folder, hosts(count), config="k8s.cfg")
    (folder / "counted.yml").write_text(COUNTED)
    cluster.playbook = "counted.yml"
    cluster.write(f"[defaults]\ntimeout = 60\nforks = {forks}\n")
    # Under another name than that which a user might look for.
    cluster.shell.append("export ANSIBLE_CONFIG=k8s.cfg")
    return cluster


def few_forks(folder: Path) -> Cluster:
    return counted(folder, 12, 1)


def few_forks_of_the_environment(folder: Path) -> Cluster:
    cluster = few_forks(folder)
    cluster.drop("defaults", "forks")
    cluster.shell.append("export ANSIBLE_FORKS=1")
    return cluster


def few_forks_and_few_files(folder: Path) -> Cluster:
    """There is room for five workers."""
    cluster = few_forks(folder)
    cluster.shell.append("ulimit -Sn 60")
    return cluster


def many_forks(folder: Path) -> Cluster:
    many = 20 * (os.cpu_count() or 1)
    return counted(folder, many, many)


def few_files(folder: Path) -> Cluster:
    cluster = counted(folder, 12, 12)
    cluster.shell.append("ulimit -Sn 60")
    return cluster


def little_memory(folder: Path) -> Cluster:
    cluster = counted(folder, 12, 12)
    (folder / "meminfo").write_text("MemAvailable:     500000 kB\n")
    cluster.shell.append("mount --bind meminfo /proc/meminfo")
    cluster.inside = ("unshare", "-m")
    return cluster


@to_the_letter("Free memory on this machine")
def free_memory(cluster: Cluster, found: Found) -> None:
    (cluster.folder / "meminfo").write_text("MemAvailable:     5000000 kB\n")


# How long, and with what.


def short_timeout(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(1))
    cluster.shell.append("unset NO_HOST_ANSWERS")
    cluster.write("[defaults]\n[ssh_connection]\ntimeout = 9\n")
    return cluster


def short_timeout_of_a_variable(folder: Path) -> Cluster:
    cluster = short_timeout(folder)
    cluster.write("[defaults]\ntimeout = 60\n")
    cluster.variables["ansible_ssh_timeout"] = 9
    return cluster


def long_path(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts())
    cluster.write(
        f"[ssh_connection]\ncontrol_path = /tmp/{'d' * 90}/%%h\ncontrol_path_dir = {folder / ('d' * 90)}\n"
    )
    return cluster


@to_the_letter(
    " to a folder of your own with a path of at most 79 characters, such as ~/.cp, and take out control_path "
)
def short_path(cluster: Cluster, found: Found) -> None:
    cluster.set("ssh_connection", "control_path_dir", "~/.cp")
    cluster.drop("ssh_connection", "control_path")


def long_path_of_an_argument(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts())
    cluster.write("[ssh_connection]\ncontrol_path_dir = /tmp/cp\n")
    cluster.options.append(f"--ssh-extra-args=-o ControlPath=/tmp/{'d' * 90}")
    return cluster


@to_the_letter("Take out ControlPath in --ssh-extra-args")
def no_path(cluster: Cluster, found: Found) -> None:
    cluster.options.pop()


def limited(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts())
    cluster.options += ["--limit", "node1,node2"]
    return cluster


@to_the_letter("ansible-playbook kubernetes_sigs.kubespray.facts")
def remember_facts(cluster: Cluster, found: Found) -> None:
    """That playbook changes its hosts, which are none here: only its name is looked up, by the last test."""
    name, value, there, file, place = parts(REMEMBER, found.fix)
    cluster.write("")
    assert file == place == "ansible.cfg"
    cluster.set(there, name, value)
    cluster.set(there, "fact_caching_connection", str(cluster.folder / "facts"))


REMEMBER = re.compile(
    r"Set (\w+) = (\w+) in the section \[(\w+)\] of (.+), and fact_caching_connection in the section \[defaults\] of "
    r"(.+) to a folder of your own\. Then, once without --limit: "
)


# The inventory.


def bad_inventory(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(4))
    everything = cluster.hosts["all"]
    everything["hosts"] |= {
        "localhost": {"k8n_zone": "here"},
        "spare": {"ansible_host": "192.0.2.99"},
    }
    everything["children"]["kube_node"]["hosts"]["localhost"] = None
    everything["children"]["etcd"]["hosts"] = {"node1": None, "node2": None}
    return cluster


@to_the_letter("Give the machine its own name and address in the inventory.")
def named(cluster: Cluster, found: Found) -> None:
    everything = cluster.hosts["all"]
    everything["hosts"]["node9"] = {
        **everything["hosts"].pop("localhost"),
        "ansible_host": "192.0.2.9",
    }
    nodes = everything["children"]["kube_node"]["hosts"]
    nodes["node9"] = nodes.pop("localhost")


@to_the_letter("Put it into kube_node, kube_control_plane or etcd")
def in_a_group(cluster: Cluster, found: Found) -> None:
    cluster.hosts["all"]["children"]["kube_node"]["hosts"]["spare"] = None


@to_the_letter("or into a group of your own if the cluster is not to have it.")
def in_a_group_of_its_own(cluster: Cluster, found: Found) -> None:
    cluster.hosts["all"]["children"]["others"] = {"hosts": {"spare": None}}


def members(cluster: Cluster, found: Found) -> None:
    made = re.match(r"Make (.+), and no other host, the group (\w+) of the inventory", found.fix)
    assert made, found.fix
    names = re.split(r", | and ", made[1])
    cluster.hosts["all"]["children"][made[2]]["hosts"] = dict.fromkeys(names)


def by_kubeadm(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(3))
    cluster.variables["etcd_deployment_type"] = "kubeadm"
    everything = cluster.hosts["all"]
    everything["hosts"]["localhost"] = {}
    everything["children"]["kube_control_plane"]["hosts"] = {"node1": None, "node2": None}
    return cluster


@to_the_letter("Take localhost out of the inventory")
def without_localhost(cluster: Cluster, found: Found) -> None:
    del cluster.hosts["all"]["hosts"]["localhost"]


def even_members(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(2))
    everything = cluster.hosts["all"]
    everything["children"]["etcd"]["hosts"] = {"node1": None, "node2": None}
    everything["hosts"]["spare"] = {"ansible_host": "192.0.2.99"}
    return cluster


@to_the_letter("say so once: even_etcd in the list k8n_waivers.")
def waived(cluster: Cluster, found: Found) -> None:
    cluster.variables["k8n_waivers"] = ["even_etcd"]


def one_zone_of_three(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(5))
    everything = cluster.hosts["all"]
    for name in ("node1", "node2", "node3"):
        everything["hosts"][name]["k8n_zone"] = "rack"
    everything["children"]["etcd"]["hosts"] = {"node1": None, "node2": None, "node3": None}
    return cluster


@to_the_letter("or name zones that really fail apart (the variable k8n_zone).")
def zones(cluster: Cluster, found: Found) -> None:
    for name, host in cluster.hosts["all"]["hosts"].items():
        host["k8n_zone"] = name


def of_a_list(folder: Path) -> Cluster:
    listed = {
        "plugin": "k8n.cluster.ip_list",
        "nodes": "192.0.2.2-6",
        "control_plane": 2,
        "vars": {"all": {**HOSTS, "etcd_deployment_type": "kubeadm"}},
    }
    return Cluster(folder, listed, inventory="nodes.k8n.yml")


def set_options(cluster: Cluster, found: Found) -> None:
    options = re.findall(r"`(\w+: .+?)`", found.fix)
    assert options, found.fix
    for each in options:
        cluster.hosts |= yaml.safe_load(each)


@to_the_letter("say so once: allow_even_etcd: true in the inventory")
def allowed(cluster: Cluster, found: Found) -> None:
    cluster.hosts["allow_even_etcd"] = True


def not_pinned(folder: Path) -> Cluster:
    cluster = of_a_list(folder)
    cluster.hosts |= {"control_plane": 1, "layout": "auto", "vars": {"all": dict(HOSTS)}}
    return cluster


# The settings of Kubespray.


def bad_settings(folder: Path) -> Cluster:
    cluster = Cluster(folder, hosts(3))
    cluster.variables |= {
        "kube_version": "v9.9.9",
        "registry_host": "http://127.0.0.1:5000/home/",
        "kube_image_repo": "{{ registry_host }}",
        "containerd_registries_mirrors": {"docker.io": "http://127.0.0.1:5000"},
        "etcd_download_url": "mirror.example.com/etcd.tar.gz",
        "files_repo": "files.example.com",
        "runc_download_url": "{{ files_repo }}/runc",
        "kube_netwrk_plugin": "calico",
        "calico_zzz_of_mine": "x",
        "kube_pods_subnet": "10.233.0.0/26",
        "kube_service_addresses": "10.233.0.0/29",
    }
    return cluster


def registry(cluster: Cluster, found: Found) -> None:
    form = re.search(r"Write a list of this form: (\[.+\])\.$", found.fix)
    if form:
        cluster.variables["containerd_registries_mirrors"] = yaml.safe_load(form[1])
    else:
        assignment(cluster, found)


def address(cluster: Cluster, found: Found) -> None:
    begins = re.fullmatch(
        r"Begin it with http:// or https://, also in files_repo where (\w+) is made of that\.",
        found.fix,
    )
    assert begins
    name = "files_repo" if "files_repo" in str(cluster.variables[begins[1]]) else begins[1]
    cluster.variables[name] = f"https://{cluster.variables[name]}"


def meant(cluster: Cluster, found: Found) -> None:
    name = found.message.split()[0]
    value = cluster.variables.pop(name)
    if right := re.match(r"Write (\w+), if that is what is meant; else remove it\.", found.fix):
        cluster.variables[right[1]] = value
    else:
        assert found.fix.startswith("Remove it, or look for its new name")


def unread_off(cluster: Cluster, found: Found) -> None:
    named = re.search(r"of your own plays: (.+)\.$", found.fix)
    assert named, found.fix
    cluster.variables |= yaml.safe_load(named[1])


def another_network(cluster: Cluster, found: Found) -> None:
    names = re.fullmatch(r"Set (\w+) or (\w+) to another network\.", found.fix)
    assert names, found.fix
    cluster.variables[names[2]] = cluster.variables[names[2]].replace("10.233", "10.234")


def larger_network(cluster: Cluster, found: Found) -> None:
    name, prefix = parts(re.compile(r"Set (\w+) to a network of (/\d+) or larger"), found.fix)
    cluster.variables[name] = cluster.variables[name].partition("/")[0] + prefix


SCENES: dict[str, Scene] = {
    "bad_file": Scene(bad_file, (BAD_FILE,)),
    "by_environment": Scene(by_environment, (BY_ENVIRONMENT,)),
    "world_writable": Scene(world_writable, ({"config_world_writable": command},)),
    "of_everybody": Scene(of_everybody, ({"config_world_writable": moved},)),
    "beside_the_inventory": Scene(
        beside_the_inventory,
        ({"config_not_read": run_from_there}, {"config_not_read": command}),
    ),
    "few_forks": Scene(few_forks, ({"forks_low": key}, {"forks_low": option})),
    "few_forks_of_the_environment": Scene(
        few_forks_of_the_environment, ({"forks_low": command}, {"forks_low": option})
    ),
    "few_forks_and_few_files": Scene(few_forks_and_few_files, ({"forks_low": key},)),
    "many_forks": Scene(many_forks, ({"forks_high": key}, {"forks_high": option}), SIZE),
    "few_files": Scene(few_files, ({"open_files_low": quoted}, {"open_files_low": option})),
    "short_timeout": Scene(short_timeout, ({"timeout_short": key}, {"timeout_short": option})),
    "short_timeout_of_a_variable": Scene(
        short_timeout_of_a_variable, ({"timeout_short": variable},)
    ),
    "long_path": Scene(long_path, ({"control_path_long": short_path},)),
    "long_path_of_an_argument": Scene(long_path_of_an_argument, ({"control_path_long": no_path},)),
    "limited": Scene(limited, ({"limit_without_fact_cache": remember_facts},)),
    "bad_inventory": Scene(
        bad_inventory,
        (
            {
                "localhost_in_inventory": named,
                "host_in_no_group": in_a_group,
                "even_etcd": members,
                "zone_loss": members,
            },
        ),
    ),
    "by_kubeadm": Scene(
        by_kubeadm,
        (
            {
                "localhost_in_inventory": without_localhost,
                "even_etcd": members,
                "zone_loss": members,
            },
        ),
    ),
    "even_members": Scene(
        even_members, ({"even_etcd": waived, "host_in_no_group": in_a_group_of_its_own},)
    ),
    "one_zone_of_three": Scene(one_zone_of_three, ({"zone_loss": zones}, {"zone_loss": members})),
    "of_a_list": Scene(of_a_list, ({"even_etcd": set_options}, {"even_etcd": allowed})),
    "not_pinned": Scene(not_pinned, ({"etcd_not_pinned": set_options},)),
    "bad_settings": Scene(
        bad_settings,
        (
            {
                "registry_invalid": registry,
                "download_url_invalid": address,
                "kube_version_unknown": assignment,
                "variable_unread": meant,
                "pod_service_overlap": another_network,
                "service_network_small": larger_network,
                "pod_network_small": larger_network,
            },
        ),
    ),
}


def play(scene: Scene, folder: Path) -> None:
    """Every fault of a scene is found and nothing else is; cured in each of the ways, none of them is."""
    for way in scene.ways:
        cluster = scene.make(folder)
        found = cluster.look()
        assert set(found) - scene.more == set(way), found
        for check, cure in way.items():
            for each in found[check]:
                cure(cluster, each)
        assert cluster.look() == {}


@pytest.mark.usefixtures("kubespray")
@pytest.mark.parametrize("name", SCENES)
def test_the_cure_is_one(name: str, tmp_path: Path) -> None:
    play(SCENES[name], tmp_path / "my cluster")
