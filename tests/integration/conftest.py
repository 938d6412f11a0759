# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real hosts and the real Kubespray for the tests; started by `make test`, or by nox -s integration."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LAB = [sys.executable, str(ROOT / "tests" / "lab" / "lab.py")]
# Of hosts without a way out, on purpose: what preflight says of that is right.
NO_WAY_OUT = 'k8n_checks: {name_server_missing: "off", download_unreachable: "off", registry_unreachable: "off"}\n'
KUBESPRAY = "ansible_collections/kubernetes_sigs/kubespray"
REPOSITORY = ROOT / ".cache" / "kubespray.git"


@dataclass(frozen=True)
class Ran:
    """An ended command."""

    code: int
    output: str

    def tasks(self) -> list[str]:
        """The names of the tasks that ansible-playbook started, in order."""
        return re.findall(r"^TASK \[(.+?)\] \*", self.output, re.M)


def run(*argv: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> Ran:
    """Run a command of the venv with all its output in one text, wrapped nowhere."""
    done = subprocess.run(
        argv,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "1000", "ANSIBLE_NOCOLOR": "1", **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout)


def play(folder: Path, site: str, hosts: str, env: Mapping[str, str], witness: str = "") -> str:
    """Play a playbook's text in a folder, with a callback plugin of the test's own; what it printed."""
    (folder / "site.yml").write_text(site)
    (folder / "hosts").write_text(hosts)
    if witness:
        (folder / "callback_plugins").mkdir()
        (folder / "callback_plugins" / "witness.py").write_text(witness)
    ran = run("ansible-playbook", "-i", "hosts", "site.yml", cwd=folder, env=env)
    assert ran.code == 0, ran.output
    return ran.output


def left_out(what: str) -> NoReturn:
    """Skip the test; `nox -s integration` says at its end how many of them, and this."""
    pytest.skip(
        f"{what} is not on this machine and could not be fetched. From a git checkout of Kubespray: "
        "K8N_KUBESPRAY_CHECKOUT=/path/to/kubespray make test"
    )


@pytest.fixture(scope="session")
def kubespray() -> Path:
    """Where Kubespray is installed; the test skips where it is not."""
    for path in os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep):
        if (Path(path) / KUBESPRAY).is_dir():
            return Path(path) / KUBESPRAY
    left_out("The collection kubernetes_sigs.kubespray")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Kubespray's git repository, as tests/setup.sh found or fetched it; the test skips where there is none."""
    if not REPOSITORY.is_dir():
        left_out("Kubespray's git repository")
    return REPOSITORY.resolve()


@pytest.fixture(scope="session")
def boot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """A function that boots the lab of a spec's text and returns its state folder; all are removed at the end."""
    specs: list[Path] = []

    def start(text: str) -> Path:
        spec = tmp_path_factory.mktemp("lab") / "lab.yml"
        spec.write_text(text, encoding="utf-8")
        specs.append(spec)
        subprocess.run([*LAB, "up", str(spec)], check=True)
        name = re.search(r"^name: (\S+)$", text, re.M)
        assert name
        return ROOT / ".lab" / name.group(1)

    yield start
    for spec in specs:
        subprocess.run([*LAB, "down", str(spec)], check=True)
