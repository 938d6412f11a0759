# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One command for the whole: where, with which Kubespray, and the run that goes on in the directory."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import record, source, up

DIRECTORY = Path("/srv/prod")


def test_the_directory_is_the_given_one_or_the_one_around_or_a_new_one(tmp_path):
    assert up.place("prod", tmp_path) == "prod"
    assert up.place(" ", tmp_path) == "cluster"
    (tmp_path / record.FILE).parent.mkdir()
    (tmp_path / record.FILE).write_text("{}")
    assert up.place("", tmp_path) == "."
    assert up.place("other", tmp_path) == "other"


def test_what_of_the_command_line_cannot_be_meant():
    assert up.mistakes((), None) == []
    assert up.mistakes(("a.ini", "b.ini"), "node1") == [
        "-i a.ini -i b.ini: k8n.cluster.up makes the inventory, in k8n_dir. Leave -i out, or run k8n.cluster.deploy "
        "with the inventory that you have.",
        "--limit node1: k8n.cluster.up is about the whole cluster. For some of its hosts run site.yml in the cluster "
        "directory, with --limit.",
    ]


@pytest.mark.parametrize(
    ("inside", "wanted", "installed", "needed"),
    [
        (False, "", None, None),
        (False, "", "2.31.0", False),
        (True, "", None, False),
        # Which init refuses where there is none.
        (False, "installed", None, False),
        (False, "v2.31.0", "2.31.0", False),
        (False, "v2.30.0", "2.31.0", True),
        (False, "v2.31.0", None, True),
        # The directory's own is the one that runs.
        (True, "v2.31.0", "2.31.0", True),
    ],
)
def test_whether_kubespray_is_to_be_installed(tmp_path, inside, wanted, installed, needed):
    if inside:
        (tmp_path / source.CURRENT).mkdir(parents=True)
    assert up.needs_controller(tmp_path, wanted, installed) is needed


def run(argv, become=False, extra=(), path=DIRECTORY):
    return up.command(
        argv, ("k8n.cluster.up",), path, become=become, extra=dict.fromkeys(extra, True)
    )


def test_the_same_ansible_goes_on_with_the_directorys_configuration():
    found = run(["/v/bin/ansible-playbook", "-u", "admin", "k8n.cluster.up", "-K"])
    assert found.environment == {
        "ANSIBLE_CONFIG": "/srv/prod/ansible.cfg",
        "K8N_TYPED_COMMAND": '["/v/bin/ansible-playbook", "-u", "admin", "k8n.cluster.up", "-K"]',
    }
    assert found.argv == (
        *(sys.executable, "/v/bin/ansible-playbook", "/srv/prod/site.yml", "-u", "admin", "-K"),
        *("-b", "-e", '{"k8n_fetch_kubeconfig": true, "k8n_report_dir": "/srv/prod/reports"}'),
    )
    assert found.typed == ("ansible-playbook", *found.argv[2:])


def test_what_is_given_stays_as_it_is():
    extra = ("k8n_fetch_kubeconfig", "k8n_report_dir")
    found = run(["ansible-playbook", "k8n.cluster.up", "-b"], become=True, extra=extra)
    assert found.typed == ("ansible-playbook", "/srv/prod/site.yml", "-b")


def test_python_m_ansible():
    found = run(["/v/ansible/__main__.py", "playbook", "k8n.cluster.up"])
    assert found.argv[:5] == (sys.executable, "-m", "ansible", "playbook", "/srv/prod/site.yml")


@pytest.mark.parametrize("first", [(), ("playbook",)])
def test_an_ansible_that_was_installed_there_goes_on(tmp_path, first):
    (tmp_path / "activate").write_text("")
    program = "/v/ansible/__main__.py" if first else "ansible-playbook"
    found = run([program, *first, "k8n.cluster.up", "-v"], path=tmp_path)
    assert list(found.environment) == ["K8N_TYPED_COMMAND"]
    assert found.argv[:6] == (
        *("sh", "-c", '. "$0" && exec ansible-playbook "$@"', f"{tmp_path}/activate"),
        *(f"{tmp_path}/site.yml", "-v"),
    )
    assert found.argv[6:8] == ("-b", "-e")
