# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that a closed place serves to Kubespray: what was built, packed as its releases are."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from _programs import BuildError, Built
from _wanted import File, Wanted

# What a shell completes is no work; for everything else it says what it is, and fails.
PLACEHOLDER = """\
#!/bin/sh
# PLACEHOLDER for {name}: it cannot be built here, one of its modules is not served.
if [ "$1" = completion ]; then
  echo '# PLACEHOLDER for {name}: nothing to complete'
  exit 0
fi
echo "PLACEHOLDER for {name}: cannot do: {name} $*" >&2
exit 1
"""


@dataclass(frozen=True)
class Packing:
    """How a download is made of programs.

    built: their folder in programs/, None for a placeholder. checksum, version: Kubespray's variables. only: one of
    the programs, else all. tar: whether they are packed, and inside: below which folder of the archive.
    """

    built: str | None
    checksum: str
    version: str
    only: str | None = None
    tar: bool = False
    inside: str = ""


PACKINGS = {
    "kubeadm": Packing("kubernetes", "kubeadm_binary_checksum", "kube_version", "kubeadm"),
    "kubelet": Packing("kubernetes", "kubelet_binary_checksum", "kube_version", "kubelet"),
    "kubectl": Packing("kubernetes", "kubectl_binary_checksum", "kube_version", "kubectl"),
    "etcd": Packing(
        "etcd", "etcd_binary_checksum", "etcd_version", tar=True, inside="etcd-v{version}-linux-amd64/"
    ),
    "containerd": Packing(
        "containerd", "containerd_archive_checksum", "containerd_version", tar=True, inside="bin/"
    ),
    "runc": Packing("runc", "runc_binary_checksum", "runc_version", "runc"),
    "cni": Packing("cni-plugins", "cni_binary_checksum", "cni_version", tar=True),
    "crictl": Packing("crictl", "crictl_binary_checksum", "crictl_version", tar=True),
    "nerdctl": Packing(None, "nerdctl_archive_checksum", "nerdctl_version", tar=True),
}  # fmt: skip


def pack(wanted: Wanted, built: Mapping[str, Built], base: str, root: Path) -> dict[str, str]:
    """Write every file that is not there yet, and return Kubespray's variables that differ from its own.

    base: the URL below which they are served; root: the folder that is served there. Raises BuildError where
    Kubespray needs a file that nothing here makes.
    """
    unknown = sorted(file.name for file in wanted.files if file.name not in PACKINGS)
    if unknown:
        raise BuildError(f"Kubespray downloads {', '.join(unknown)}, which tests/e2e cannot make.")
    variables: dict[str, str] = {}
    for file in wanted.files:
        packing = PACKINGS[file.name]
        asked = wanted.versions[packing.version]
        version = built[packing.built].version if packing.built else asked
        target = root / file.url.removeprefix(f"{base}/").replace(asked, version)
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            scratch = target.with_name(target.name + ".part")
            scratch.write_bytes(_content(file, packing, built, version))
            scratch.rename(target)
        with target.open("rb") as content:
            variables[packing.checksum] = (
                f"sha256:{hashlib.file_digest(content, 'sha256').hexdigest()}"
            )
        if version != asked:
            variables[packing.version] = version
    return variables


def _content(file: File, packing: Packing, built: Mapping[str, Built], version: str) -> bytes:
    if packing.built is None:
        programs = {file.name: PLACEHOLDER.format(name=file.name).encode()}
    else:
        programs = {
            name: path.read_bytes()
            for name, path in built[packing.built].programs.items()
            if packing.only in (None, name)
        }
    if not packing.tar:
        (content,) = programs.values()
        return content
    return _tarball(programs, packing.inside.format(version=version))


def _tarball(contents: Mapping[str, bytes], folder: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for name, content in sorted(contents.items()):
            member = tarfile.TarInfo(f"{folder}{name}")
            member.mode, member.size = 0o755, len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
