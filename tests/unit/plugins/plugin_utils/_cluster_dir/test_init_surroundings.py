# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The path of a cluster directory, ARA's plugin, and the last lines."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import machine
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import ara, directory, report
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import InitError


def test_a_relative_path_starts_where_ansible_was_started(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert directory.resolve("prod") == tmp_path / "prod"
    assert directory.resolve("a b/prod") == tmp_path / "a b" / "prod"


def test_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert directory.resolve("~/prod") == tmp_path / "prod"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            " ",
            "k8n_dir: nothing is given; name the directory, such as -e k8n_dir=prod, or -e k8n_dir=. for the one that "
            "you are in.",
        ),
        (
            "/etc/hostname/prod",
            "k8n_dir: /etc/hostname is not a directory; choose another name, or move it away.",
        ),
        (
            "/x/{{ y }}",
            "k8n_dir: '/x/{{ y }}' holds '{', which ansible.cfg cannot hold in a path; choose another name.",
        ),
        (
            "/x/50%",
            "k8n_dir: '/x/50%' holds '%', which ansible.cfg cannot hold in a path; choose another name.",
        ),
        ("~nosuchuser/prod", "k8n_dir: ~nosuchuser/prod: there is no such user."),
        (
            f"/tmp/{'x' * 300}",
            f"k8n_dir: /tmp/{'x' * 300}: File name too long; choose another one.",
        ),
    ],
)
def test_where_no_directory_can_be(given, message):
    with pytest.raises(InitError) as raised:
        directory.resolve(given)
    assert raised.value.mistakes == (message,)


def test_none_is_made_inside_another(tmp_path, monkeypatch):
    (tmp_path / ".k8n").mkdir()
    (tmp_path / ".k8n" / "init.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InitError) as raised:
        directory.resolve("prod")
    assert raised.value.mistakes == (
        f"k8n_dir: {tmp_path} is a cluster directory, and {tmp_path}/prod would be another one in it. "
        "Give -e k8n_dir=. for the one that you are in, or a path outside of it.",
    )
    assert directory.resolve(".") == tmp_path


def test_a_directory_whose_ansible_cfg_would_not_be_read(tmp_path):
    tmp_path.chmod(0o777)
    with pytest.raises(InitError) as raised:
        directory.resolve(str(tmp_path))
    assert raised.value.mistakes == (
        f"k8n_dir: everyone may write into {tmp_path}: its mode is 0777, and what is kept there can be replaced. "
        f"Run: chmod o-w {tmp_path}",
    )


def fake_python(path: Path, output: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\n[ "$*" = "-m ara.setup.callback_plugins" ] && echo "{output}"\n')
    path.chmod(0o755)
    return path


def test_ara_of_the_directorys_own_installation_comes_first(tmp_path):
    own, running = tmp_path / "own", tmp_path / "running"
    own.mkdir()
    running.mkdir()
    python = fake_python(tmp_path / "python", str(running))
    assert ara.callback_plugins(tmp_path, str(python)) == str(running)
    fake_python(tmp_path / ara.INTERPRETER, str(own))
    assert ara.callback_plugins(tmp_path, str(python)) == str(own)


@pytest.mark.parametrize("python", [sys.executable, "/nonexistent/python"])
def test_no_ara(tmp_path, python):
    with pytest.raises(InitError) as raised:
        ara.callback_plugins(tmp_path, python)
    assert raised.value.mistakes == (
        f"k8n_ara: {python} has no ARA. Install it: run k8n.cluster.controller with k8n_ara=true, or "
        f"{python} -m pip install 'ara[server]'.",
    )


def test_the_last_lines():
    assert report.closing(Path("/a b/prod"), 1, [], {}, ara=False) == (
        "/a b/prod is the directory of a cluster of 1 host: look at cluster.k8n.yml and group_vars. Then:\n"
        "  cd '/a b/prod'\n"
        "  ansible-playbook k8n.cluster.preflight\n"
        "  ansible-playbook site.yml -b        # with -K where sudo asks for a password"
    )


def test_the_last_lines_name_hosts_without_a_key(tmp_path):
    unknown = [f"n{number}" for number in range(1, 8)]
    assert report.closing(
        tmp_path, 9, unknown, {"kubespray_version": "./my kubespray"}, ara=False
    ).splitlines()[1:5] == [
        "  # SSH needs the keys of 7 hosts (n1, n2, n3, n4, n5 and 2 more):",
        f"  ansible-playbook k8n.cluster.init -e k8n_dir={tmp_path} "
        """-e '{"kubespray_version": "./my kubespray"}' """
        "-e k8n_trust_host_keys=true",
        "  # or, in place of the last one, -e k8n_known_hosts=FILE that has them",
        f"  cd {tmp_path}",
    ]


def test_the_last_lines_with_an_installation_and_ara(tmp_path):
    (tmp_path / "activate").write_text("export ANSIBLE_CONFIG=x\n")
    lines = report.closing(tmp_path, 9, [], {}, ara=True).splitlines()
    assert lines[1:4] == [
        f"  cd {tmp_path}",
        "  . ./activate        # in each new shell",
        f"  export ARA_BASE_DIR={tmp_path}/.k8n/ara",
    ]
    # An activate that sets it does not need it said.
    (tmp_path / "activate").write_text("export ARA_BASE_DIR=x\n")
    assert "export" not in report.closing(tmp_path, 9, [], {}, ara=True)


def test_the_machine_has_a_size():
    assert machine.cores() >= 1
    assert machine.memory_mb() > 100
