# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files and images the installed Kubespray needs: its own answer, evaluated with the cluster's settings."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
GROUPS = ("kube_control_plane", "kube_node", "etcd")


class EvaluationError(Exception):
    """Kubespray's variables cannot be evaluated; the text is Ansible's."""


@dataclass(frozen=True)
class File:
    """A file that Kubespray downloads: its name in `downloads` and its URL."""

    name: str
    url: str


@dataclass(frozen=True)
class Wanted:
    """The values of version variables, the files, and the images as (repository, tag)."""

    versions: Mapping[str, str]
    files: tuple[File, ...]
    images: tuple[tuple[str, str], ...]


def wanted(settings: Iterable[str], names: Iterable[str]) -> Wanted:
    """Ask Kubespray.

    settings: the texts of the cluster's group_vars, in their order. names: the version variables whose values are
    needed. Raises EvaluationError.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        host = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
        }
        groups: dict[str, Any] = {name: {"hosts": {"evaluated": {}}} for name in GROUPS}
        groups["k8s_cluster"] = {"children": {"kube_control_plane": {}, "kube_node": {}}}
        hosts = {"all": {"hosts": {"evaluated": host}, "children": groups}}
        (folder / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
        group_vars = folder / "group_vars" / "k8s_cluster"
        group_vars.mkdir(parents=True)
        for number, text in enumerate(settings):
            (group_vars / f"{number}.yml").write_text(text, encoding="utf-8")
        dest = folder / "wanted.json"
        given = json.dumps({"names": sorted(set(names)), "dest": str(dest)})
        done = subprocess.run(
            ["ansible-playbook", "-i", "hosts.yml", str(HERE / "evaluate.yml"), "-e", given],
            cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            raise EvaluationError(f"Kubespray's downloads: {done.stdout[-3000:]}{done.stderr}")
        read = json.loads(dest.read_text(encoding="utf-8"))
    downloads = read["downloads"]
    return Wanted(
        {name: str(value) for name, value in read["versions"].items()},
        tuple(File(name, one["url"]) for name, one in downloads.items() if one.get("file")),
        tuple((one["repo"], str(one["tag"])) for one in downloads.values() if one.get("container")),
    )
