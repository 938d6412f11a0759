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
from pathlib import Path

import pytest
from conftest import run
from cures import config, inventory, load, settings
from cures import kubespray as needs
from cures.cluster import CHECKS, Cluster, Found, command, parts
from cures.scene import Scene

SCENES = {**config.SCENES, **load.SCENES, **inventory.SCENES, **settings.SCENES}

# Of those that the tests below bring, one of its own each.
OF_KUBESPRAY = {
    "kubespray_missing", "kubespray_unreadable", "library_missing", "library_version", "collection_missing",
    "collection_version",
}  # fmt: skip
NOT_SHOWN = {
    "controller_unknown": "said where a task of ours failed, whose own words have the cure: test_controller_check.py",
    "etcd_members": "said where a task of ours failed; an inventory without members ends before that",
    "ansible_core_version": "its cure installs another ansible-core: test_controller.py does it, from the web",
    "python_version": "it needs a Python on which an ansible-core runs that does not name it, and one that it names",
    "sshd_max_sessions": "it needs an sshd: the fault few_sessions of test_faults.py, and the role's molecule scenario",
    "sshd_max_startups": "it needs an sshd: likewise",
    "become_password_not_given": "it needs a host whose sudo asks: the fault password_sudo of test_faults.py",
}


def test_every_check_of_these_places_is_cured_here_or_says_why_not() -> None:
    scenes = [*SCENES.values(), load.LITTLE_MEMORY]
    cured = {check for scene in scenes for way in scene.ways for check in way} | OF_KUBESPRAY
    assert cured & NOT_SHOWN.keys() == set()
    assert cured | NOT_SHOWN.keys() == CHECKS


def play(scene: Scene, folder: Path) -> None:
    """Every fault of a scene is found and nothing else is; cured in each of the ways, none of them is."""
    found = scene.make(folder).look()
    for way in scene.ways:
        assert set(found) - scene.more == set(way), found
        cluster = scene.make(folder)
        for check, cure in way.items():
            for each in found[check]:
                cure(cluster, each)
        assert cluster.look() == {}


@pytest.mark.usefixtures("kubespray")
@pytest.mark.parametrize("name", SCENES)
def test_the_cure_is_one(name: str, tmp_path: Path) -> None:
    play(SCENES[name], tmp_path / "my cluster")


@pytest.mark.skipif(
    os.getuid() != 0 or run("unshare", "-m", "true").code != 0,
    reason="it takes root and mount namespaces to have another /proc/meminfo",
)
@pytest.mark.usefixtures("kubespray")
def test_memory_that_is_not_free(tmp_path: Path) -> None:
    play(load.LITTLE_MEMORY, tmp_path / "my cluster")


def test_the_playbook_that_remembers_facts_is_there(kubespray: Path) -> None:
    assert (kubespray / "playbooks" / "facts.yml").is_file()


def test_kubespray_is_installed_and_repaired_by_the_command(
    tmp_path: Path, repository: Path
) -> None:
    cluster = needs.without_kubespray(tmp_path / "my cluster", repository)
    found = cluster.look()
    assert set(found) == {"kubespray_missing"}
    command(cluster, found["kubespray_missing"][0])
    assert cluster.look() == {}

    installed = cluster.folder / "collections" / needs.INSTALLED
    (installed / "meta" / "runtime.yml").write_text("requires_ansible: [")
    found = cluster.look()
    assert set(found) == {"kubespray_unreadable"}
    command(cluster, found["kubespray_unreadable"][0])
    assert cluster.look() == {}


def test_an_installation_is_used_once_its_file_is_sourced(tmp_path: Path, kubespray: Path) -> None:
    cluster = needs.with_installation(tmp_path / "my cluster", kubespray)
    found = cluster.look()
    assert set(found) == {"kubespray_missing"}
    (typed,) = parts(re.compile(r"in each new shell: (.+)"), found["kubespray_missing"][0].fix)
    cluster.type(typed)
    assert cluster.look() == {}


def galaxy_command(cluster: Cluster, found: Found) -> None:
    """The other half of: Run: pip ..., whose package ansible brings it, or ansible-galaxy ..."""
    (typed,) = parts(re.compile(r"(ansible-galaxy collection install .+)$"), found.fix)
    cluster.type(typed)


def test_what_kubespray_asks_for_is_installed_by_the_commands(
    tmp_path: Path, kubespray: Path
) -> None:
    cluster = needs.with_needs(
        tmp_path / "my cluster",
        kubespray,
        "ansible==11.13.0\nk8n_lib==1.2\nk8n_old==2.0\n",
        {
            "k8n_test.missing": ">=1.0.0",
            "k8n_test.old": ">=1.2.0,<2.0.0",
            "k8n_test.new": ">=1.2.0,<2.0.0",
        },
    )
    for name, version in (
        ("k8n_lib", "1.2"),
        ("k8n_lib", "1.3"),
        ("k8n_old", "1.0"),
        ("k8n_old", "2.0"),
    ):
        needs.wheel(cluster.folder / "wheels", name, version)
    cluster.type("python3 -m pip install -q k8n_old==1.0")
    served = {
        "k8n_test.missing": ["1.0.0"],
        "k8n_test.old": ["1.0.0", "1.5.0", "2.0.0"],
        "k8n_test.new": ["1.0.0", "1.5.0", "2.0.0"],
    }
    with needs.galaxy(served) as address:
        cluster.shell.append(f"export ANSIBLE_GALAXY_SERVER={shlex.quote(address)}")
        cluster.type("ansible-galaxy collection install k8n_test.old:1.0.0 k8n_test.new:2.0.0")
        found = cluster.look()
        assert {check: len(each) for check, each in found.items()} == {
            "collection_missing": 1,
            "collection_version": 2,
            "library_missing": 1,
            "library_version": 1,
        }
        for check, each in found.items():
            for one in each:
                (galaxy_command if check == "collection_missing" else command)(cluster, one)
        assert cluster.look() == {}
