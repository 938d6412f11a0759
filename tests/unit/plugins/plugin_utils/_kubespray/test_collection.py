# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import groups
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection

INSTALL = (
    "pip install distlib && ansible-galaxy collection install --force --no-deps "
    "git+https://github.com/kubernetes-sigs/kubespray.git,v2.31.0"
)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with the files that are read, as Kubespray v2.31.0 has them."""
    (tmp_path / "meta").mkdir()
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "meta" / "runtime.yml").write_text('---\nrequires_ansible: ">=2.18.0,<2.19.0"\n')
    (tmp_path / "playbooks" / "ansible_version.yml").write_text(
        "---\n- name: Check Ansible version\n  hosts: all\n  vars:\n"
        "    minimal_ansible_version: 2.18.0\n    maximal_ansible_version: 2.19.0\n"
    )
    manifest = {"collection_info": {"version": "2.31.0", "dependencies": {}}}
    (tmp_path / "MANIFEST.json").write_text(json.dumps(manifest))
    (tmp_path / "requirements.txt").write_text("ansible==11.13.0\n# a comment\npytest==9.2.0\n")
    return tmp_path


def test_reads_version_and_window_from_its_files(installed: Path) -> None:
    kubespray = collection.read(installed)
    assert (kubespray.version, kubespray.window) == ("2.31.0", ">=2.18.0,<2.19.0")


def test_the_playbooks_window_counts_where_runtime_yml_is_wider(installed: Path) -> None:
    """Up to Kubespray 2.28 runtime.yml has no upper bound, but the playbook refuses it."""
    (installed / "meta" / "runtime.yml").write_text("requires_ansible: '>=2.18.0'\n")
    assert collection.read(installed).window == ">=2.18.0,<2.19.0"


@pytest.mark.parametrize("core", ["2.18.0", "2.18.19", "2.18.1rc1"])
def test_a_core_inside_the_window_is_usable(installed: Path, core: str) -> None:
    assert collection.usable(installed, core).version == "2.31.0"


@pytest.mark.parametrize("core", ["2.17.14", "2.19.0", "2.21.5"])
def test_a_core_outside_the_window_names_both_and_the_commands(installed: Path, core: str) -> None:
    with pytest.raises(collection.KubesprayError) as caught:
        collection.usable(installed, core)
    assert str(caught.value) == (
        f"Kubespray 2.31.0 in {installed} wants ansible-core >=2.18.0,<2.19.0; "
        f"this is ansible-core {core}.\n"
        f"  Make a venv of its own for it:  python3 -m venv kubespray-venv && "
        f"kubespray-venv/bin/pip install distlib -r {installed}/requirements.txt\n"
        f"  and run from there:  kubespray-venv/bin/ansible-playbook ...\n"
        f"  or install a Kubespray for this core; its releases name theirs in meta/runtime.yml."
    )


def test_a_missing_kubespray_names_the_commands() -> None:
    with pytest.raises(collection.KubesprayError) as caught:
        collection.usable(None, "2.18.0")
    assert str(caught.value) == (
        "Kubespray is not installed: the collection kubernetes_sigs.kubespray is in none of "
        f"Ansible's collection paths.\n  Install it:  {INSTALL}"
    )


def test_missing_collections_and_libraries_are_named(installed: Path) -> None:
    manifest = {"collection_info": {"version": "2.31.0", "dependencies": {"no.such": ">=1"}}}
    (installed / "MANIFEST.json").write_text(json.dumps(manifest))
    (installed / "requirements.txt").write_text(
        "ansible==11.13.0\nno-such-library==1  # why\npytest\n"
    )
    missing = [need.name for need in collection.needs(installed) if need.found is None]
    assert missing == ["no.such", "no-such-library"]
    with pytest.raises(
        collection.KubesprayError, match=r"does not have: no\.such, no-such-library\."
    ):
        collection.usable(installed, "2.18.0")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("meta/runtime.yml", "requires_ansible: [", "Cannot read {path}/meta/runtime.yml"),
        ("playbooks/ansible_version.yml", "\t", "Cannot read {path}/playbooks/ansible_version.yml"),
        ("meta/runtime.yml", "requires_ansible: newest", "{path}: cannot read which ansible-core"),
        ("MANIFEST.json", "{", "Cannot read {path}/MANIFEST.json"),
        ("MANIFEST.json", "{}", "{path}: no version in MANIFEST.json"),
    ],
)
def test_a_broken_installation_names_its_file(
    installed: Path, name: str, content: str, said: str
) -> None:
    (installed / name).write_text(content)
    with pytest.raises(collection.KubesprayError) as caught:
        collection.read(installed)
    assert str(caught.value).startswith(said.format(path=installed))


def test_requirements_that_are_no_text_are_named(installed: Path) -> None:
    (installed / "requirements.txt").write_bytes(b"\xff")
    with pytest.raises(collection.KubesprayError) as caught:
        collection.usable(installed, "2.18.0")
    assert str(caught.value) == (
        f"Cannot read {installed}/requirements.txt of the installed Kubespray: 'utf-8' codec can't decode byte 0xff in "
        f"position 0: invalid start byte. Install it again: rm -rf {installed} && {INSTALL}"
    )


@pytest.mark.parametrize(
    "plays", ["- text", "- hosts: all\n  vars:", "- hosts: all\n  vars: []", "{}"]
)
def test_a_mangled_version_playbook_leaves_what_runtime_yml_says(
    installed: Path, plays: str
) -> None:
    (installed / "playbooks" / "ansible_version.yml").write_text(plays)
    assert collection.read(installed).window == ">=2.18.0,<2.19.0"


def test_a_bare_number_is_no_window(installed: Path) -> None:
    (installed / "meta" / "runtime.yml").write_text("requires_ansible: 2.18\n")
    with pytest.raises(collection.KubesprayError, match="cannot read which ansible-core"):
        collection.read(installed)


def test_no_window_at_all_is_an_error_and_not_everything(installed: Path) -> None:
    (installed / "meta" / "runtime.yml").write_text("{}\n")
    (installed / "playbooks" / "ansible_version.yml").write_text("[]\n")
    with pytest.raises(collection.KubesprayError, match="says which ansible-core Kubespray wants"):
        collection.read(installed)


def test_an_installation_beside_that_is_not_in_use_is_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".k8n" / "controller" / "current").mkdir(parents=True)
    (tmp_path / "activate").write_text("")
    monkeypatch.chdir(tmp_path)
    assert collection.not_installed() == (
        "Kubespray is not installed: the collection kubernetes_sigs.kubespray is in none of Ansible's collection "
        f"paths.\n  In each new shell:  . {tmp_path}/activate"
    )


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (["kube_node"], {"kube_node", "k8s_cluster"}),
        (["etcd", "kube_control_plane"], {"etcd", "kube_control_plane", "k8s_cluster"}),
        (["etcd"], {"etcd"}),
        ([], set()),
    ],
)
def test_the_group_that_kubespray_makes(given, made):
    assert groups.with_made(given) == made
