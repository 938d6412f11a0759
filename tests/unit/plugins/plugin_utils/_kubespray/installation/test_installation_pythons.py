# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.collection import Kubespray
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import pythons
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation.core_pythons import (
    CORE_PYTHONS,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation.pythons import (
    Python,
)
from packaging.specifiers import SpecifierSet

V2_31 = SpecifierSet(">=2.18.0,<2.19.0")
DEBIAN_12 = Python("/usr/bin/python3", (3, 11, 2), True)
PYENV = [
    Python(f"/home/me/.pyenv/versions/3.{minor}.0/bin/python3", (3, minor, 0), True)
    for minor in (9, 10, 12, 13, 14)
]


@pytest.mark.parametrize(
    ("window", "wanted"),
    [
        # Begins within the patch releases of 2.17.
        (">=2.17.3,<2.18.0", (10, 12)),
        (">=2.18.0,<2.19.0", (11, 13)),
        (">=2.19,<2.20", (11, 13)),
        (">=2.17.3,<2.20", (10, 13)),
        # A core that is not known yet: as its newest forerunner, and no upper bound.
        (">=2.30,<2.31", (12, None)),
    ],
)
def test_the_pythons_of_a_window(window: str, wanted: tuple[int, int | None]) -> None:
    assert pythons.bounds(SpecifierSet(window)) == wanted


def test_the_table_has_every_core_between_its_ends() -> None:
    assert list(CORE_PYTHONS) == [f"2.{minor}" for minor in range(17, 17 + len(CORE_PYTHONS))]


def test_the_systems_own_python_comes_first() -> None:
    assert pythons.choose([*PYENV, DEBIAN_12], V2_31) is DEBIAN_12


def test_else_the_newest_that_fits() -> None:
    chosen = pythons.choose(PYENV, V2_31)
    assert chosen is not None
    assert chosen.text == "3.13.0"


@pytest.mark.parametrize(
    "found",
    [
        [],
        [Python("/usr/bin/python3", (3, 9, 2), True)],
        [Python("/usr/bin/python3", (3, 14, 0), True)],
        [Python("/usr/bin/python3", (3, 11, 2), False)],
    ],
    ids=["none", "too old", "too new", "without venv"],
)
def test_none_fits(found: list[Python]) -> None:
    assert pythons.choose(found, V2_31) is None


def test_what_is_wanted_and_found_is_said_with_what_apt_offers() -> None:
    found = [Python("/usr/bin/python3", (3, 11, 2), False), PYENV[0]]
    offered = ["python3.11", "python3.11-venv", "python3.9-venv"]
    assert pythons.none_fits(found, V2_31, offered) == (
        "runs on Python 3.11 to 3.13 with venv; found 3.9.0 (/home/me/.pyenv/versions/3.9.0/bin/python3), "
        "3.11.2 (/usr/bin/python3, without venv).\n"
        "  Install one, and run this again:  apt-get install python3.11 python3.11-venv"
    )


def test_where_apt_offers_none_it_comes_from_elsewhere() -> None:
    assert pythons.none_fits([], V2_31, ["python3.9-venv"]) == (
        "runs on Python 3.11 to 3.13 with venv; found none.\n"
        "  Install one, and run this again:  uv python install 3.13   (or: pyenv install 3.13)"
    )


def test_an_unknown_core_has_no_upper_bound() -> None:
    said = pythons.none_fits([], SpecifierSet(">=2.30"), [])
    assert said.startswith("runs on Python 3.12 or later with venv; found none.")


def test_the_running_python_is_found_and_is_never_a_venvs() -> None:
    found = pythons.on_this_machine("/no/such/folder")
    assert sys.version_info[:3] in [python.version for python in found]
    for python in found:
        assert not (Path(python.path).parent.parent / "pyvenv.cfg").exists()


def test_each_is_found_once_and_what_does_not_start_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "python3").symlink_to(sys.executable)
    (tmp_path / "python3.11").write_text("#!/bin/sh\nexit 127\n")
    (tmp_path / "python3.11").chmod(0o755)
    (tmp_path / "python3.12").write_text("not executable")
    found = [python.path for python in pythons.on_this_machine(str(tmp_path))]
    assert len(found) == len({Path(path).resolve() for path in found})
    assert not [path for path in found if path.startswith(str(tmp_path / "python3."))]


def kubespray(window: str) -> Kubespray:
    return Kubespray(Path("/kubespray"), "9.9.9", SpecifierSet(window))


def test_a_python_that_was_asked_for_has_to_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "probe", lambda path: Python(path, (3, 9, 2), True))
    monkeypatch.setattr(pythons, "_apt_packages", list)
    with pytest.raises(pythons.PythonError) as caught:
        pythons.wanted(kubespray(">=2.18,<2.19"), "/opt/python3", "")
    assert str(caught.value) == (
        "Kubespray 9.9.9 wants ansible-core >=2.18,<2.19, which runs on Python 3.11 to 3.13 with venv; "
        "found 3.9.2 (/opt/python3).\n"
        "  Install one, and run this again:  uv python install 3.13   (or: pyenv install 3.13)"
    )


def test_a_python_that_was_asked_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "probe", lambda path: Python(path, (3, 12, 1), True))
    assert pythons.wanted(kubespray(">=2.18,<2.19"), "/opt/python3", "").text == "3.12.1"


def test_a_kubespray_that_is_too_old_for_this_collection() -> None:
    with pytest.raises(pythons.PythonError) as caught:
        pythons.wanted(kubespray(">=2.16.4,<2.17.0"), "", "")
    assert str(caught.value) == (
        "Kubespray 9.9.9 wants ansible-core >=2.16.4,<2.17.0; this collection runs on 2.17 and later. "
        "Choose a newer Kubespray, such as v2.31.0."
    )


def test_the_table_begins_where_the_collection_does() -> None:
    runtime = Path(pythons.__file__).parents[4] / "meta" / "runtime.yml"
    lowest = yaml.safe_load(runtime.read_text())["requires_ansible"]
    assert lowest.startswith(f">={next(iter(CORE_PYTHONS))}.")
