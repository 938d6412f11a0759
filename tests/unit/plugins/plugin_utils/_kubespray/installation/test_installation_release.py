# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import release
from release_tree import MINOR, PYTHON, install, manifest, package


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return install(tmp_path / "v2.31.0-12345678")


def lacks(path: Path, ara: bool = False) -> list[str]:
    """The lines about what is missing."""
    with pytest.raises(release.ReleaseError) as caught:
        release.check(path, ara)
    first, *rest = str(caught.value).splitlines()
    assert first == f"Kubespray 2.31.0 lacks in {path}:"
    return rest


def test_all_that_it_wants_is_there(sound: Path) -> None:
    assert release.check(sound, ara=False) == release.Sound("2.31.0", "2.18.19", PYTHON)


def test_everything_missing_or_wrong_is_named_at_once(sound: Path) -> None:
    libraries = sound / "venv" / "lib" / MINOR / "site-packages"
    for name in ("Netaddr-1.3.0", "distlib-0.4.4", "ansible-11.13.0", "ansible_core-2.18.19"):
        shutil.rmtree(libraries / f"{name}.dist-info")
    package(sound, "ansible", "11.12.0")
    package(sound, "ansible-core", "2.19.0")
    manifest(libraries / "ansible_collections" / "ansible" / "utils", "2.4.9")
    (release.collection(sound, "k8n.cluster") / "MANIFEST.json").unlink()
    assert lacks(sound, ara=True) == [
        "  - ansible==11.13.0: 11.12.0 is installed",
        "  - netaddr==1.3.0: not installed",
        "  - distlib: not installed",
        "  - ara[server]: not installed",
        "  - ansible-core<2.19.0,>=2.18.0: 2.19.0 is installed",
        "  - the collection k8n.cluster is not there",
        "  - the collection ansible.utils >=2.5.0: 2.4.9 is installed",
    ]


def test_a_collection_that_ansible_does_not_bring_is_named(sound: Path) -> None:
    shutil.rmtree(sound / "venv" / "lib" / MINOR / "site-packages" / "ansible_collections")
    assert lacks(sound) == [
        "  - the collection ansible.utils >=2.5.0: not there, and the package ansible does not bring it"
    ]


def test_a_collection_of_the_releases_own_counts_first(sound: Path) -> None:
    manifest(release.collection(sound, "ansible.utils"), "2.0.0")
    assert lacks(sound) == ["  - the collection ansible.utils >=2.5.0: 2.0.0 is installed"]


def test_any_version_of_a_dependency(sound: Path) -> None:
    kubespray = release.collection(sound, "kubernetes_sigs.kubespray")
    manifest(kubespray, "2.31.0", ansible_utils="*")
    assert release.check(sound, ara=False).kubespray == "2.31.0"


def test_a_python_that_went_away(sound: Path) -> None:
    python = sound / "venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/usr/bin/python3.0")
    with pytest.raises(release.ReleaseError) as caught:
        release.check(sound, ara=False)
    assert str(caught.value).startswith(f"{python} does not start: ")


def test_a_python_that_became_another(sound: Path) -> None:
    """The system's python3 was upgraded: it starts, and does not look where the packages are."""
    (sound / "venv" / "lib" / MINOR).rename(sound / "venv" / "lib" / "python3.2")
    assert "  - ansible==11.13.0: not installed" in lacks(sound)


def test_no_kubespray(sound: Path) -> None:
    shutil.rmtree(release.collection(sound, "kubernetes_sigs.kubespray"))
    with pytest.raises(release.ReleaseError, match=r"Cannot read .*/kubespray/meta/runtime\.yml"):
        release.check(sound, ara=False)


def record(folder: Path, **data: object) -> None:
    (folder / "release.json").write_text(json.dumps(data))


def test_a_record_is_complete_at_its_own_path_only(sound: Path, tmp_path: Path) -> None:
    assert release.record(sound) is None
    record(sound, path=str(sound), digest="1")
    assert release.record(sound) == {"path": str(sound), "digest": "1"}
    (tmp_path / "link").symlink_to(tmp_path)
    assert release.record(tmp_path / "link" / sound.name) is not None
    moved = sound.rename(tmp_path / "moved")
    assert release.record(moved) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"path": 1}'])
def test_a_broken_record_is_none(sound: Path, text: str) -> None:
    (sound / "release.json").write_text(text)
    assert release.record(sound) is None


def test_the_last_line_can_be_copied() -> None:
    said = release.usage(release.Sound("2.31.0", "2.18.19", "3.11.2"), "/srv/a b/activate")
    assert said == (
        "Kubespray 2.31.0, ansible-core 2.18.19, Python 3.11.2. To use them in this shell:\n"
        ". '/srv/a b/activate'"
    )
