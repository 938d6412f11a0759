# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The images of a closed place, made of what was built and of Debian's packages, in a real registry."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import _lab
from _programs import BuildError, Built, Say

HERE = Path(__file__).resolve().parent / "images"
RELEASE = "trixie"
HAPROXY = ("haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg")


@dataclass(frozen=True)
class Content:
    """One image: a program of a folder of programs/ at its place, and what is started.

    built is None where the program is in the base, or ours. bare images have no base.
    """

    built: str | None = None
    program: str | None = None
    path: str = ""
    entrypoint: tuple[str, ...] = ()
    bare: bool = False


def _kubernetes(name: str) -> Content:
    return Content("kubernetes", name, f"/usr/local/bin/{name}")


# By the last part of the repository's name, whatever registry and path come before it.
CONTENTS = {
    **{
        name: _kubernetes(name)
        for name in (
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kube-proxy",
        )
    },
    "coredns": Content("coredns", "coredns", "/coredns", ("/coredns",), bare=True),
    "pause": Content(None, "pause", "/pause", ("/pause",), bare=True),
    "flannel": Content("flannel", "flanneld", "/opt/bin/flanneld", ("/opt/bin/flanneld",)),
    "flannel-cni-plugin": Content("flannel-cni", "flannel", "/flannel"),
    "haproxy": Content(entrypoint=HAPROXY),
    # What the tests' own pods run.
    "e2e-tools": Content(),
}


def push(
    images: Iterable[tuple[str, str]],
    built: Mapping[str, Built],
    registry: str,
    done: Path,
    say: Say,
) -> None:
    """Make the images that the registry does not have yet, and push them.

    images: repository and tag, the repository beginning with a registry's name, which becomes `registry`, HOST:PORT
    of one that is running. done: the file that remembers what is in it. Raises BuildError where Kubespray needs an
    image that nothing here makes.
    """
    wanted = sorted({(repository.split("/", 1)[1], tag) for repository, tag in images})
    unknown = [name for name, _tag in wanted if name.rsplit("/", 1)[-1] not in CONTENTS]
    if unknown:
        raise BuildError(f"Kubespray pulls {', '.join(unknown)}, which tests/e2e cannot make.")
    there = json.loads(done.read_text(encoding="utf-8")) if done.is_file() else {}
    keys = {(name, tag): _key(name, tag, built) for name, tag in wanted}
    todo = [image for image in wanted if there.get(":".join(image)) != keys[image]]
    if not todo:
        return
    base = _base(say)
    say(f"making {len(todo)} images")

    def one(image: tuple[str, str]) -> None:
        _make(*image, base, built, registry)

    # The first alone: it brings the base's layer there, which all others then find.
    one(todo[0])
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(one, todo[1:]))
    there.update({":".join(image): keys[image] for image in todo})
    done.write_text(json.dumps(there, indent=1, sort_keys=True), encoding="utf-8")
    say(f"{len(wanted)} images in the registry")


def _content(name: str) -> Content:
    return CONTENTS[name.rsplit("/", 1)[-1]]


def _key(name: str, tag: str, built: Mapping[str, Built]) -> str:
    """What an image is made of."""
    content = _content(name)
    programs = built[content.built].programs if content.built and content.program else {}
    parts = [repr(content), tag, str(programs.get(content.program or "", ""))]
    parts += [path.read_text(encoding="utf-8") for path in sorted(HERE.iterdir())]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _base(say: Say) -> str:
    """The image on which most others stand: a small Debian with what their programs call."""
    text = (HERE / "packages.txt").read_text(encoding="utf-8")
    words = [
        word for line in text.splitlines() if not line.startswith("#") for word in line.split()
    ]
    name = f"localhost/k8n-e2e-base:{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    if _lab.podman("images", "-q", name):
        return name
    say(f"making the images' base with mmdebstrap ({RELEASE})")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as scratch:
        tar = Path(scratch) / "rootfs.tar"
        subprocess.run(
            [
                "mmdebstrap", "-q", "--variant=minbase", f"--include={','.join(words)}",
                # Kubespray's manifests and the tests need programs, no documentation and no lists of packages.
                "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*",
                "--dpkgopt=path-exclude=/usr/share/locale/*", RELEASE, str(tar),
            ],
            check=True,
        )  # fmt: skip
        _lab.podman("import", "-q", tar, name)
    return name


def _make(name: str, tag: str, base: str, built: Mapping[str, Built], registry: str) -> None:
    content = _content(name)
    image = f"{registry}/{name}:{tag}"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        lines = [f"FROM {'scratch' if content.bare else base}"]
        if content.program:
            if content.built:
                shutil.copy(built[content.built].programs[content.program], folder / "program")
            else:
                _pause(folder / "program", tag)
            lines.append(f"COPY program {content.path}")
        if content.entrypoint:
            lines.append(f"ENTRYPOINT {json.dumps(list(content.entrypoint))}")
        (folder / "Containerfile").write_text("\n".join(lines) + "\n", encoding="utf-8")
        _lab.podman("build", "-q", "--pull=never", "-t", image, folder)
    _lab.podman("push", "-q", "--tls-verify=false", image)
    _lab.podman("rmi", image)


def _pause(target: Path, tag: str) -> None:
    subprocess.run(
        ["gcc", "-Os", "-static", f'-DVERSION="{tag}"', "-o", str(target), str(HERE / "pause.c")],
        check=True,
    )
    target.chmod(0o755)
