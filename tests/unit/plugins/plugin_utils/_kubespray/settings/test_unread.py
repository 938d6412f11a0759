# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that nothing in Kubespray reads: those that are named, and those that may well be the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.settings import wrong
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import versions
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings import unread
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings.unread import Unread
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.variable_names import Known

NAMES = frozenset(
    {
        "kube_network_plugin", "download_run_once", "etcd_deployment_type", "upstream_dns_servers",
        "containerd_version", "docker_fedora_repo_base_url", "calico_mtu",
    }
)  # fmt: skip
KUBESPRAY = Known(NAMES, NAMES | {"kube_owner", "http_proxy"})


def find(given: dict[str, Any], directory: Path | None = None) -> list[Unread]:
    return unread.find(given, KUBESPRAY, directory)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("kube_netwrok_plugin", "kube_network_plugin"),
        ("kube_networkplugin", "kube_network_plugin"),
        ("dowload_run_once", "download_run_once"),
        ("upstream_dns_server", "upstream_dns_servers"),
        # Of an earlier release.
        ("etcd_kubeadm_enabled", ""),
        # Another product's variable is not meant, however near it is.
        ("containerd_fedora_repo_base_url", ""),
    ],
)
def test_what_is_misspelt_or_of_another_release(name: str, meant: str) -> None:
    assert find({name: 1}) == [Unread(name, meant, ())]


@pytest.mark.parametrize(
    "name",
    [
        "kube_network_plugin",  # a default
        "kube_owner",  # a word in a task
        "my_thing", "download", "rack", "http_proxies",  # the user's own
        "ansible_usr", "k8n_nods", "prepare_pakages", "inventory_dirs",  # said elsewhere, or Ansible's
    ],
)  # fmt: skip
def test_what_is_none(name: str) -> None:
    assert find({name: 1}) == []


@pytest.mark.parametrize("value", [None, False, "", [], {}])
def test_nothing_of_what_is_not_there_is_what_comes_of_it(value: Any) -> None:
    # As in the sample of Kubespray 2.31.
    assert find({"docker_container_storage_setup": value}) == []
    assert find({"kube_netwrok_plugin": value}) != []


def test_what_the_users_own_values_use_is_his_own() -> None:
    assert find({"kube_domain": "x", "a": {"b": ["{{ kube_domain }}"]}}) == []
    assert find({"kube_domain": "x", "a": "kube_domain"}) == [Unread("kube_domain", "", ())]
    # All variables once more are no use of them.
    assert find({"kube_domain": "x", "hostvars": {"n1": {"y": "{{ kube_domain }}"}}}) != []


def test_where_it_is_set(tmp_path: Path) -> None:
    folder = tmp_path / "group_vars" / "all"
    folder.mkdir(parents=True)
    (folder / "mine.yml").write_text("a: 1\nkube_netwrok_plugin: calico\n")
    assert find({"kube_netwrok_plugin": 1}, tmp_path) == [
        Unread("kube_netwrok_plugin", "kube_network_plugin", ("group_vars/all/mine.yml:2",))
    ]
    assert find({"kube_netwrok_plugin": 1}, tmp_path / "none")[0].places == ()


def test_values_without_an_end_are_not_looked_into() -> None:
    endless: list[Any] = ["{{ kube_domain }}"]
    for _level in range(40):
        endless = [endless, endless]
    assert find({"kube_domain": 1, "x": endless}) == [Unread("kube_domain", "", ())]


def judged(*found: Unread) -> list[Any]:
    kubernetes = versions.read("2.31.0", "", lambda _name: None)
    return [
        problem
        for problem in wrong.judge([], {}, kubernetes, "", found).problems
        if problem["id"] == "variable_unread"
    ]


def test_what_is_said() -> None:
    own = " If it is a variable of your own plays: k8n_checks: {variable_unread: 'off'}."
    assert judged(
        Unread("dowload_run_once", "download_run_once", ("group_vars/all/x.yml:3",)),
        Unread("etcd_kubeadm_enabled", "", ()),
    ) == [
        warn(
            "variable_unread",
            "dowload_run_once (group_vars/all/x.yml:3) is set, and nothing in this Kubespray reads it: it has no "
            "effect.",
            f"Write download_run_once, if that is what is meant; else remove it.{own}",
        ),
        warn(
            "variable_unread",
            "etcd_kubeadm_enabled is set, and nothing in this Kubespray reads it: it has no effect.",
            f"Remove it, or look for its new name in Kubespray's sample group_vars.{own}",
        ),
    ]
    many = judged(*(Unread(f"kube_{number}", "", ()) for number in range(7)))
    assert len(many) == 6
    assert many[-1]["message"] == "2 more are not read either: kube_5, kube_6."
