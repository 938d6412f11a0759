# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A preflight over the hosts of the table, and what it said."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conftest import LAB, Ran, run

from . import table

# Its hosts have no way out.
VARIABLES = f"""\
files_repo: http://{table.MIRROR}:8080
registry_host: {table.MIRROR}:5000
github_url: "{{{{ files_repo }}}}"
dl_k8s_io_url: "{{{{ files_repo }}}}"
storage_googleapis_url: "{{{{ files_repo }}}}"
get_helm_url: "{{{{ files_repo }}}}"
kube_image_repo: "{{{{ registry_host }}}}"
gcr_image_repo: "{{{{ registry_host }}}}"
github_image_repo: "{{{{ registry_host }}}}"
docker_image_repo: "{{{{ registry_host }}}}"
quay_image_repo: "{{{{ registry_host }}}}"
k8n_probe_timeout: 60
{table.RELAXED}"""
CONFIG = """\
[defaults]
inventory = hosts.yml
forks = 8
{timeout}
interpreter_python = auto_silent
[ssh_connection]
pipelining = true
# Alive: else the ssh to the host that dies would outlive this test for ever.
ssh_args = -o ControlMaster=auto -o ControlPersist=60 -o ServerAliveInterval=20 -o ServerAliveCountMax=4
control_path_dir = {folder}/cp
"""


@dataclass(frozen=True)
class Looked:
    """A preflight that has ended."""

    folder: Path
    ran: Ran
    seconds: float
    report: Mapping[str, Any]

    def checks(self, place: str) -> dict[str, Any]:
        """What each check said of a host, or of (controller), (inventory) or (cluster)."""
        places = {each["name"]: each for each in [*self.report["hosts"], *self.report["others"]]}
        return dict(places[place]["checks"]) if place in places else {}

    def problems(self, place: str) -> list[dict[str, str]]:
        """What was found there."""
        return [
            {"id": name, **problem}
            for name, check in self.checks(place).items()
            for problem in check.get("problems", ())
        ]

    def unknown(self, place: str) -> dict[str, str]:
        """The checks that could say nothing of it, and why not."""
        return {
            name: check["reason"]
            for name, check in self.checks(place).items()
            if check["status"] == "unknown"
        }


def write_settings(
    folder: Path, inventory: str, variables: str, timeout: str = "timeout = 30"
) -> None:
    """What ansible-playbook reads in a folder; variables are for all hosts, timeout is a line of ansible.cfg."""
    (folder / "hosts.yml").write_text(inventory)
    (folder / "ansible.cfg").write_text(CONFIG.format(folder=folder, timeout=timeout))
    (folder / "group_vars").mkdir(parents=True)
    (folder / "group_vars" / "all.yml").write_text(variables)


def look(lab: Path, reports: str, *options: str) -> Looked:
    """Run preflight with its report in this folder of the lab's."""
    began = time.monotonic()
    ran = run(
        "ansible-playbook", "k8n.cluster.preflight", "-e", f"k8n_report_dir={reports}", *options,
        cwd=lab,
    )  # fmt: skip
    seconds = time.monotonic() - began
    (lab / f"{reports}.output").write_text(ran.output)
    path = lab / reports / "preflight.json"
    assert path.is_file(), ran.output[-3000:]
    return Looked(lab, ran, seconds, json.loads(path.read_text()))


def on(lab: Path, host: str, script: str) -> str:
    """What a shell of the host's root says, not through SSH."""
    return run(*LAB, "exec", str(lab / "lab.yml"), host, "sh", "-c", script).output
