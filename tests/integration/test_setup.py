# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Kubespray gets onto a new machine, and what the last lines say where it does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import KUBESPRAY, ROOT, Ran, run

VERSION = "v2.31.0"
EVERYWHERE = Path("/usr/share/ansible/collections")
HINT = (
    "setup: What needs it is going to skip and say so. With a git checkout of it: "
    "K8N_KUBESPRAY_CHECKOUT=/path/to/it make setup\n"
)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout of this collection with its venv, beside an empty HOME."""
    if (EVERYWHERE / KUBESPRAY).is_dir():
        pytest.skip(f"Kubespray is in {EVERYWHERE}, so setup installs none")
    version = "plugins/plugin_utils/_kubespray/collection.py"
    for name in ("tests/setup.sh", "tests/requirements/controller.txt", version):
        (tmp_path / "k8n" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "k8n" / name)
    (tmp_path / "k8n" / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "home").mkdir()
    return tmp_path


@pytest.fixture
def checkout(tmp_path: Path) -> Callable[[str, str], Path]:
    """A function that makes a git checkout with the least that is a Kubespray, and a tag."""

    def make(name: str, tag: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "README.md").write_text(name)
        (folder / "galaxy.yml").write_text(
            "{namespace: kubernetes_sigs, name: kubespray, version: 2.31.0, readme: README.md, authors: [me]}"
        )
        git = ("git", "-C", str(folder), "-c", "user.name=me", "-c", "user.email=me@localhost")
        for words in (("init", "-q"), ("add", "."), ("commit", "-qm", name), ("tag", tag)):
            subprocess.run([*git, *words], check=True)
        return folder

    return make


def setup(machine: Path, web: str = "/nowhere", **environment: str) -> Ran:
    """Run it; what it wants from the web comes from a folder."""
    return run(
        "tests/setup.sh", cwd=machine / "k8n",
        env={
            "HOME": str(machine / "home"),
            "K8N_KUBESPRAY_CHECKOUT": "",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{web}.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://github.com/kubernetes-sigs/kubespray.git",
            **environment,
        },
    )  # fmt: skip


def found(machine: Path) -> tuple[str, Path]:
    """Of which checkout the installed Kubespray is, and which repository the tests use."""
    cache = machine / "k8n" / ".cache"
    readme = cache / "collections" / KUBESPRAY / "README.md"
    return readme.read_text(), (cache / "kubespray.git").resolve()


def test_from_a_checkout_that_a_variable_names(
    machine: Path, checkout: Callable[[str, str], Path]
) -> None:
    mine, other = checkout("mine", VERSION), checkout("other", VERSION)
    first = setup(machine, K8N_KUBESPRAY_CHECKOUT=str(mine))
    assert first == Ran(0, f"setup: installing Kubespray {VERSION} from {mine}\n")
    assert found(machine) == ("mine", mine)
    # It stays for whoever does not name it again.
    assert setup(machine) == Ran(0, "")
    assert found(machine) == ("mine", mine)
    # What is installed stays; the tests take what is named.
    assert setup(machine, K8N_KUBESPRAY_CHECKOUT=str(other)) == Ran(0, "")
    assert found(machine) == ("mine", other)


def test_a_variable_that_names_no_checkout(
    machine: Path, checkout: Callable[[str, str], Path]
) -> None:
    old = checkout("old", "v2.26.0")
    wanted = f"wanted is a git checkout of Kubespray with the tag {VERSION} in it."
    ran = setup(machine, K8N_KUBESPRAY_CHECKOUT=str(old))
    assert ran.code == 1
    assert f"setup: K8N_KUBESPRAY_CHECKOUT is '{old}', {wanted}" in ran.output
    ran = setup(machine, K8N_KUBESPRAY_CHECKOUT="/nowhere")
    assert ran.code == 1
    assert (
        f"setup: K8N_KUBESPRAY_CHECKOUT is '/nowhere', {wanted} fatal: cannot change to '/nowhere'"
        in ran.output
    )
    assert not (machine / "k8n" / ".cache" / "kubespray.git").exists()


def test_from_the_repository_of_the_user(
    machine: Path, checkout: Callable[[str, str], Path]
) -> None:
    mine = checkout("home/.ansible/kubespray/git", VERSION)
    assert setup(machine).code == 0
    assert found(machine) == ("home/.ansible/kubespray/git", mine)


def test_from_the_web(machine: Path, checkout: Callable[[str, str], Path]) -> None:
    ran = setup(machine, web=str(checkout("web", VERSION)))
    assert ran.code == 0, ran.output
    assert found(machine) == ("web", machine / "k8n" / ".cache" / "kubespray.git")
    # And from there alone.
    shutil.rmtree(machine / "web")
    assert setup(machine) == Ran(0, "")


def test_without_the_web(machine: Path, checkout: Callable[[str, str], Path]) -> None:
    ran = setup(machine)
    assert ran.code == 0
    assert "\nsetup: Kubespray could not be fetched: " in ran.output
    assert ran.output.endswith(HINT)
    # As the hint says.
    mine = checkout("mine", VERSION)
    assert setup(machine, K8N_KUBESPRAY_CHECKOUT=str(mine)).code == 0
    assert found(machine) == ("mine", mine)


def test_the_collection_of_the_user_is_not_installed_again(machine: Path) -> None:
    (machine / "home" / ".ansible" / "collections" / KUBESPRAY).mkdir(parents=True)
    ran = setup(machine)
    assert ran.code == 0
    # Its repository is another thing, which some tests need.
    assert ran.output.endswith(HINT)
    assert not (machine / "k8n" / ".cache" / "collections" / KUBESPRAY).exists()


SAYS = """\
import runpy, sys
from pathlib import Path
runpy.run_path("noxfile.py")["remember_skipped"](Path(sys.argv[1]))
print("what nox says last")
"""


def test_the_last_lines_say_what_was_not_run_and_why(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('number', range(3))\n"
        "def test_one(number):\n    pytest.skip('no such thing. To get it: make it')\n"
        "def test_two():\n    pytest.skip('slow')\n"
        "def test_three():\n    pass\n"
    )
    report = tmp_path / "integration.xml"
    pytest_of_it = (
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        f"--junit-xml={report}",
    )
    assert run(*pytest_of_it, "test_it.py", cwd=tmp_path).code == 0
    ran = run(sys.executable, "-c", SAYS, str(report))
    assert ran.output.endswith(
        "what nox says last\n\nNOT RUN:\n"
        "- 1 of integration: slow\n"
        "- 3 of integration: no such thing. To get it: make it\n"
    )
    # A run that did not get as far has left nothing out.
    assert "NOT RUN" not in run(sys.executable, "-c", SAYS, str(tmp_path / "none.xml")).output
