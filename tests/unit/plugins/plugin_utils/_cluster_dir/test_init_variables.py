# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which variables a Kubespray knows, and where a user sets those that are gone."""

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import report
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import variable_names
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.variable_names import (
    Known,
    Use,
)


def test_known(kubespray):
    checkout = kubespray(
        files={"roles/a/defaults/main/more.yml": "deep: 1\n", "roles/a/vars/main.yml": "internal: 1\n"}
    )  # fmt: skip
    known = variable_names.known(checkout)
    assert known.names == {"etcd_dir", "etcd_old", "bin_dir", "shown_only", "helm_enabled", "deep"}
    assert {"read_by_a_task", "internal"} <= known.words


def test_removed_is_what_nothing_mentions_any_more():
    new = Known(frozenset({"kept"}), frozenset({"read_by_a_task"}))
    assert variable_names.removed(["kept", "read_by_a_task", "gone"], new) == {"gone": []}


@pytest.mark.parametrize(
    ("old", "new", "guesses"),
    [
        ("ssh_bastion_confing__name", {"ssh_bastion_config_name"}, ["ssh_bastion_config_name"]),
        (
            "cilium_hubble_certgen_image_repo",
            {"cilium_certgen_image_repo", "cilium_certgen_image_tag", "cilium_envoy_image_repo"},
            ["cilium_certgen_image_repo"],
        ),
        ("krew_enabled", {"runc_enabled"}, []),
        ("weave_kube_image_repo", {"kubeadm_image_repo"}, []),
    ],
)
def test_guesses_of_the_new_name(old, new, guesses):
    assert variable_names.removed([old], Known(frozenset(new), frozenset())) == {old: guesses}


def test_a_name_that_was_there_before_is_no_guess():
    new = Known(frozenset({"a_b_c_d"}), frozenset())
    assert variable_names.removed(["a_b_c_d", "a_b_c_e"], new) == {"a_b_c_e": []}


def test_uses():
    files = {
        "group_vars/all/all.yml": "# gone: 0\ngone: 1\nother:\n  gone: inside\n'gone' : 2\n",
        "group_vars/all/data.json": '{\n  "gone": 1\n}\n',
        "group_vars/all/vault.yml": "$ANSIBLE_VAULT;1.1;AES256\n3030\n",
        "host_vars/n1.yml": "gone_not: 1\n",
        "cluster.k8n.yml": "nodes:\n  - ip: 10.1.1.1\n    vars: {gone: 3}\n",
        "hosts.ini": "[all:vars]\ngone=4\n",
    }
    found, encrypted = variable_names.uses(files, {"gone"})
    assert found == [
        Use("gone", "group_vars/all/all.yml", 2),
        Use("gone", "group_vars/all/all.yml", 5),
        Use("gone", "group_vars/all/data.json", 2),
        Use("gone", "cluster.k8n.yml", 3),
        Use("gone", "hosts.ini", 2),
    ]
    assert encrypted == ["group_vars/all/vault.yml"]


def test_the_files_that_are_looked_into(tmp_path):
    for name in (
        "cluster.k8n.yml",
        "group_vars/all/a.yml",
        "group_vars/all/a.yml.2026~",
        "group_vars/.git/b.yml",
        "host_vars/n1",
        "ansible.cfg",
        "logs/x.yml",
        ".k8n/facts/n1",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert variable_names.texts(tmp_path) == {
        name: name for name in ("cluster.k8n.yml", "group_vars/all/a.yml", "host_vars/n1")
    }


REMOVED = {
    "a": {"gone_in": "2.30.0", "guesses": []},
    "b": {"gone_in": "2.31.0", "guesses": ["b2", "b3"]},
    "c": {"gone_in": "2.31.0", "guesses": ["c2"]},
}


def test_the_report():
    uses = [Use("b", "group_vars/all/all.yml", 12), Use("a", "host_vars/n1", 1)]
    text = report.variables(REMOVED, uses, ["group_vars/all/vault.yml"], ["b", "c"], 80)
    assert text == (
        "VARIABLES that are set here and that Kubespray no longer reads:\n"
        "\n"
        "VARIABLE  SET IN                     NOW\n"
        "b         group_vars/all/all.yml:12  gone in 2.31.0; renamed, at a guess: b2 or b3\n"
        "a         host_vars/n1:1             gone in 2.30.0\n"
        "\n"
        "Gone in Kubespray 2.31.0, and set nowhere here: 1 variable.\n"
        "  c (at a guess: c2)\n"
        "\n"
        "Not looked into, since encrypted: group_vars/all/vault.yml."
    )


def test_nothing_to_say():
    assert report.variables(REMOVED, [], ["group_vars/all/vault.yml"], [], 80) == ""
