# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubespray, what it asks for, and this machine as the place where those commands find it: no web is asked."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
import os
import shlex
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from conftest import ROOT

from .cluster import Cluster
from .scene import hosts

SOURCE = "https://github.com/kubernetes-sigs/kubespray.git"
INSTALLED = Path("ansible_collections") / "kubernetes_sigs" / "kubespray"


def without_kubespray(folder: Path, repository: Path | None = None) -> Cluster:
    """A user whose collections are this one alone, and whose git finds Kubespray's repository here."""
    cluster = Cluster(folder, hosts(1))
    # Not one of the paths that there are: setup puts Kubespray beside this collection.
    ours = folder / "ours"
    (ours / "ansible_collections" / "k8n").mkdir(parents=True)
    (ours / "ansible_collections" / "k8n" / "cluster").symlink_to(ROOT)
    place = shlex.quote(f"url.{repository}.insteadOf")
    paths = [str(folder / "collections"), str(ours)]
    cluster.shell += [
        f"export ANSIBLE_COLLECTIONS_PATH={shlex.quote(os.pathsep.join(paths))} PYTHONPATH={shlex.quote(str(ours))}",
        f"export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0={place} GIT_CONFIG_VALUE_0={SOURCE}",
    ]
    return cluster


def with_installation(folder: Path, kubespray: Path) -> Cluster:
    """A cluster directory as the playbook controller leaves it, and a shell that has not sourced its file."""
    cluster = without_kubespray(folder)
    (folder / ".k8n" / "controller" / "current").mkdir(parents=True)
    path = f"{kubespray.parents[2]}{os.pathsep}$ANSIBLE_COLLECTIONS_PATH"
    (folder / "activate").write_text(f'export ANSIBLE_COLLECTIONS_PATH="{path}"\n')
    return cluster


def with_needs(
    folder: Path, kubespray: Path, libraries: str, collections: Mapping[str, str]
) -> Cluster:
    """A Kubespray that asks for these, a venv of its own for Ansible, and the versions that are found there first."""
    cluster = without_kubespray(folder)
    copy = folder / "collections" / INSTALLED
    copy.mkdir(parents=True)
    for each in kubespray.iterdir():
        if each.name not in ("MANIFEST.json", "requirements.txt"):
            (copy / each.name).symlink_to(each)
    manifest = json.loads((kubespray / "MANIFEST.json").read_text())
    manifest["collection_info"]["dependencies"] = dict(collections)
    (copy / "MANIFEST.json").write_text(json.dumps(manifest))
    (copy / "requirements.txt").write_text(libraries)
    venv = folder / "venv"
    cluster.type(f"{shlex.quote(sys.executable)} -m venv --without-pip {shlex.quote(str(venv))}")
    site = (
        venv / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    )
    (site / "ansible.pth").write_text(sysconfig.get_path("purelib"))
    program = venv / "bin" / "ansible-playbook"
    program.write_text(f'#!/bin/sh\nexec "{venv}/bin/python3" -m ansible playbook "$@"\n')
    program.chmod(0o755)
    (folder / "wheels").mkdir()
    cluster.shell += [
        f"export PATH={shlex.quote(str(venv / 'bin'))}:$PATH",
        f"export PIP_NO_INDEX=1 PIP_FIND_LINKS={shlex.quote((folder / 'wheels').as_uri())}",
    ]
    return cluster


def wheel(folder: Path, name: str, version: str) -> None:
    """A library that pip can install."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


@functools.cache
def collection(namespace: str, name: str, version: str) -> bytes:
    """A collection as ansible-galaxy builds it, with nothing in it; the same bytes each time, whatever the time is."""
    listed = json.dumps({"files": [{"name": ".", "ftype": "dir"}], "format": 1}).encode()
    manifest = {
        "collection_info": {
            **{
                "namespace": namespace,
                "name": name,
                "version": version,
                "authors": ["x"],
                "readme": "README.md",
            },
            **{
                "tags": [],
                "dependencies": {},
                "license": [],
                "license_file": None,
                "description": "x",
            },
        },
        "file_manifest_file": {
            **{"name": "FILES.json", "ftype": "file", "chksum_type": "sha256", "format": 1},
            "chksum_sha256": hashlib.sha256(listed).hexdigest(),
        },
        "format": 1,
    }
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        for path, data in (
            ("MANIFEST.json", json.dumps(manifest).encode()),
            ("FILES.json", listed),
        ):
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(data), 0o644
            archive.addfile(member, io.BytesIO(data))
    return whole.getvalue()


@contextlib.contextmanager
def galaxy(versions: Mapping[str, list[str]]) -> Iterator[str]:
    """The address of a Galaxy that has these versions of these collections."""

    class Galaxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            words = [word for word in urlsplit(self.path).path.split("/") if word]
            if words[0] == "files":
                namespace, name, version = words[1].removesuffix(".tar.gz").split("-")
                self._send(collection(namespace, name, version))
            elif words == ["api"]:
                self._send({"available_versions": {"v3": "v3/"}})
            elif (answer := _answer(words[3:], f"http://{self.headers['Host']}")) is not None:
                self._send(answer)
            else:
                self.send_error(404)

        def _send(self, answer: bytes | dict[str, Any]) -> None:
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words: Any) -> None:
            """Nothing: the output is the test's."""

    def _answer(words: list[str], host: str) -> dict[str, Any] | None:
        namespace, name, *rest = words
        if f"{namespace}.{name}" not in versions:
            return None
        here = f"/api/v3/collections/{namespace}/{name}/"
        if not rest:
            return {
                "href": here,
                "namespace": namespace,
                "name": name,
                "versions_url": f"{here}versions/",
            }
        if rest == ["versions"]:
            every = [
                {"version": version, "href": f"{here}versions/{version}/"}
                for version in versions[f"{namespace}.{name}"]
            ]
            return {"meta": {"count": len(every)}, "links": {"next": None}, "data": every}
        version = rest[1]
        file = f"{namespace}-{name}-{version}.tar.gz"
        data = collection(namespace, name, version)
        return {
            "version": version,
            "href": f"{here}versions/{version}/",
            "namespace": {"name": namespace},
            "collection": {"name": name},
            "download_url": f"{host}/files/{file}",
            "artifact": {
                "filename": file,
                "size": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            },
            "metadata": {"dependencies": {}},
            "signatures": [],
        }

    server = ThreadingHTTPServer(("127.0.0.1", 0), Galaxy)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/"
    finally:
        server.shutdown()
        server.server_close()
