# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installations made up of the files that are looked at."""

from __future__ import annotations

import json
import sys
from pathlib import Path

PYTHON = ".".join(map(str, sys.version_info[:3]))
MINOR = f"python{sys.version_info[0]}.{sys.version_info[1]}"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def manifest(path: Path, version: str, **dependencies: str) -> None:
    names = {name.replace("_", ".", 1): spec for name, spec in dependencies.items()}
    info = {"collection_info": {"version": version, "dependencies": names}}
    write(path / "MANIFEST.json", json.dumps(info))


def package(release: Path, name: str, version: str) -> None:
    folder = release / "venv" / "lib" / MINOR / "site-packages" / f"{name}-{version}.dist-info"
    write(folder / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def kubespray_files(path: Path) -> None:
    write(path / "meta" / "runtime.yml", "requires_ansible: '>=2.18.0,<2.19.0'")
    write(path / "playbooks" / "ansible_version.yml", "[]")
    write(path / "requirements.txt", "ansible==11.13.0\n# why\nnetaddr==1.3.0\n")


def install(release: Path) -> Path:
    """Make a release that is sound, with no record of being complete."""
    (release / "venv" / "bin").mkdir(parents=True)
    (release / "venv" / "bin" / "python").symlink_to(sys.executable)
    for name, version in {
        "ansible": "11.13.0",
        "ansible_core": "2.18.19",
        "Netaddr": "1.3.0",
        "distlib": "0.4.4",
    }.items():
        package(release, name, version)
    collections = release / "collections" / "ansible_collections"
    kubespray = collections / "kubernetes_sigs" / "kubespray"
    kubespray_files(kubespray)
    manifest(kubespray, "2.31.0", ansible_utils=">=2.5.0")
    manifest(collections / "k8n" / "cluster", "0.1.0")
    libraries = release / "venv" / "lib" / MINOR / "site-packages"
    manifest(libraries / "ansible_collections" / "ansible" / "utils", "5.1.2")
    return release
