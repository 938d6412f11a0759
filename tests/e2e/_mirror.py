# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that a closed place serves to Kubespray: real ones of Debian, and placeholders for the rest."""

from __future__ import annotations

import functools
import hashlib
import io
import os
import re
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

CACHE = Path(__file__).resolve().parent.parent.parent / ".cache" / "e2e"
PORT = 8088
# A mirror may be frozen, and then its newest state has expired. It is signed all the same, and only unpacked here.
SOURCE = (
    "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg check-valid-until=no] "
    "http://deb.debian.org/debian sid main\n"
)
PACKAGES = ("etcd-server", "etcd-client", "containerd", "runc", "containernetworking-plugins")
# Debian has none of these. What a shell completes is no work; for everything else it says what it is, and fails.
PLACEHOLDER = """\
#!/bin/sh
# PLACEHOLDER for {name}: Debian has no package of it, and the tests' hosts have no way out.
if [ "$1" = completion ]; then
  echo '# PLACEHOLDER for {name}: nothing to complete'
  exit 0
fi
echo "PLACEHOLDER for {name}: cannot do: {name} $*" >&2
exit 1
"""


class Files:
    """A folder of files in the layout of docs/offline/group_vars.yml, and the variables that describe them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.variables: dict[str, str] = {}

    def add(self, path: str, content: bytes, **variables: str) -> None:
        """Write a file; of variables the value "checksum" becomes the file's own."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        for name, value in variables.items():
            self.variables[name] = digest if value == "checksum" else value


def variables(kubespray: Path) -> dict[str, Any]:
    """Make the files unless they are there, and return Kubespray's variables for them.

    kubespray is the installed collection. Raises CalledProcessError where apt-get cannot fetch a package.
    """
    packed = CACHE / "packed.yml"
    if not packed.is_file():
        _make(kubespray_version(kubespray), packed)
    read: dict[str, Any] = yaml.safe_load(packed.read_text(encoding="utf-8"))
    return read


def kubespray_version(kubespray: Path) -> str:
    """The Kubernetes version that this Kubespray installs: the first of its kubelets, as its own default says."""
    checksums = yaml.safe_load(
        (kubespray / "roles/kubespray_defaults/vars/main/checksums.yml").read_text(encoding="utf-8")
    )
    return str(next(iter(checksums["kubelet_checksums"]["amd64"])))


def _make(kube_version: str, packed: Path) -> None:
    shutil.rmtree(CACHE / "files", ignore_errors=True)
    files = Files(CACHE / "files")
    debs = _download()
    _real(files, debs)
    _placeholders(files, kube_version)
    packed.write_text(yaml.safe_dump(files.variables), encoding="utf-8")


def _download() -> dict[str, Path]:
    """Debian's packages, by their name. apt-get runs with folders of its own: the machine's state is not touched."""
    apt, debs = CACHE / "apt", CACHE / "debs"
    shutil.rmtree(debs, ignore_errors=True)
    for folder in (apt / "etc", apt / "lists" / "partial", apt / "archives" / "partial", debs):
        folder.mkdir(parents=True, exist_ok=True)
    (apt / "status").write_text("")
    (apt / "etc" / "sources.list").write_text(SOURCE)
    config = apt / "apt.conf"
    config.write_text(
        f'Dir::Etc "{apt}/etc";\nDir::Etc::sourceparts "-";\nDir::Etc::parts "-";\nDir::State "{apt}";\n'
        f'Dir::State::status "{apt}/status";\nDir::Cache "{apt}";\nAPT::Architecture "amd64";\n'
        'APT::Sandbox::User "root";\nAcquire::Languages "none";\n'
    )
    env = {**os.environ, "APT_CONFIG": str(config)}
    for argv in (["update"], ["download", *PACKAGES]):
        subprocess.run(["apt-get", "-q", *argv], cwd=debs, env=env, check=True)
    return {path.name.split("_")[0]: path for path in debs.glob("*.deb")}


def _version(deb: Path) -> str:
    """The upstream version of a package, such as 2.1.9 of 2.1.9+ds1-5."""
    match = re.match(r"\d+(\.\d+)*", deb.name.split("_")[1])
    assert match, f"{deb.name} has no version"
    return match[0]


def _contents(deb: Path, folder: str) -> dict[str, bytes]:
    """The plain files of one folder of a package, by their name."""
    unpacked = subprocess.run(
        ["dpkg-deb", "--fsys-tarfile", str(deb)], check=True, stdout=subprocess.PIPE
    ).stdout
    found = {}
    with tarfile.open(fileobj=io.BytesIO(unpacked)) as tar:
        for member in tar:
            path = Path(member.name)
            file = tar.extractfile(member) if member.isfile() else None
            if file and path.parent == Path(folder):
                found[path.name] = file.read()
    return found


def _tarball(contents: Mapping[str, bytes], folder: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for name, content in sorted(contents.items()):
            member = tarfile.TarInfo(f"{folder}{name}")
            member.mode, member.size = 0o755, len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _real(files: Files, debs: Mapping[str, Path]) -> None:
    github = "github.com"
    version = _version(debs["etcd-server"])
    folder = f"etcd-v{version}-linux-amd64"
    etcd = {
        **_contents(debs["etcd-server"], "usr/bin"),
        **_contents(debs["etcd-client"], "usr/bin"),
    }
    files.add(
        f"{github}/etcd-io/etcd/releases/download/v{version}/{folder}.tar.gz",
        _tarball(etcd, f"{folder}/"), etcd_version=version, etcd_binary_checksum="checksum",
    )  # fmt: skip
    version = _version(debs["containerd"])
    files.add(
        f"{github}/containerd/containerd/releases/download/v{version}/containerd-{version}-linux-amd64.tar.gz",
        _tarball(_contents(debs["containerd"], "usr/bin"), "bin/"),
        containerd_version=version, containerd_archive_checksum="checksum",
    )  # fmt: skip
    version = _version(debs["runc"])
    files.add(
        f"{github}/opencontainers/runc/releases/download/v{version}/runc.amd64",
        _contents(debs["runc"], "usr/sbin")["runc"], runc_version=version, runc_binary_checksum="checksum",
    )  # fmt: skip
    version = _version(debs["containernetworking-plugins"])
    files.add(
        f"{github}/containernetworking/plugins/releases/download/v{version}/cni-plugins-linux-amd64-v{version}.tgz",
        _tarball(_contents(debs["containernetworking-plugins"], "usr/lib/cni")),
        cni_version=version, cni_binary_checksum="checksum",
    )  # fmt: skip


def _placeholders(files: Files, kube_version: str) -> None:
    for name in ("kubeadm", "kubelet", "kubectl"):
        files.add(
            f"dl.k8s.io/release/v{kube_version}/bin/linux/amd64/{name}",
            PLACEHOLDER.format(name=name).encode(), **{f"{name}_binary_checksum": "checksum"},
        )  # fmt: skip
    none = "0.0.0"
    for name, path, checksum in (
        ("crictl", f"kubernetes-sigs/cri-tools/releases/download/v{none}/crictl-v{none}", "crictl_binary_checksum"),
        ("nerdctl", f"containerd/nerdctl/releases/download/v{none}/nerdctl-{none}", "nerdctl_archive_checksum"),
    ):  # fmt: skip
        files.add(
            f"github.com/{path}-linux-amd64.tar.gz",
            _tarball({name: PLACEHOLDER.format(name=name).encode()}),
            **{f"{name}_version": none, checksum: "checksum"},
        )


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing among the tests' lines."""


@contextmanager
def serve(address: str) -> Iterator[str]:
    """Serve the files on that address of this machine, and return their URL."""
    handler = functools.partial(_Quiet, directory=str(CACHE))
    with ThreadingHTTPServer((address, PORT), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{address}:{PORT}/files"
        server.shutdown()
