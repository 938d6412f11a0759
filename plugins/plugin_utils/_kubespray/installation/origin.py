# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Where a Kubespray comes from: a tag or branch of its git repository, a folder, or the installed collection."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..._text import secrets
from ..._text.outside import printable
from .. import collection
from . import proxy as _proxy
from . import tree

INSTALLED = "installed"
_FOLDER = re.compile(r"[/~]|\.\.?(/|$)")
_REMOTE_SECONDS = 120
_LONGEST_SAID = 300
# Of a URL; what it begins with is whose it is.
_SECRET = (
    "holds a login or a token, which git would show to every login of this machine. Leave out of the URL what stands "
    "before its @ or looks like a key in it, and give it to git's own store: "
    "git config --global credential.helper store"
)


class OriginError(Exception):
    """There is no Kubespray there; the text says what is wanted."""


@dataclass(frozen=True)
class Origin:
    """A Kubespray that can be fetched."""

    # tag, branch, path or installed
    kind: str
    # The name of a tag or branch, else the version in the collection's metadata.
    version: str
    # The git repository's URL or path, else the folder.
    place: str
    # The commit, else the digest of the folder's content.
    identity: str


def is_folder(version: str) -> bool:
    """Whether a kubespray_version means a folder: a branch's name may hold a slash, but not begin with one."""
    return bool(_FOLDER.match(version))


def of_folder(folder: Path, kind: str = "path") -> Origin:
    """The Kubespray in a folder."""
    if not folder.is_dir():
        raise OriginError(f"kubespray_version: {folder} is not a folder.")
    try:
        version = collection.read(folder).version
        identity = tree.digest(folder)
    except collection.KubesprayError as exc:
        raise OriginError(f"kubespray_version: {folder} holds no Kubespray: {exc}") from exc
    except OSError as exc:
        raise OriginError(f"kubespray_version: {folder} cannot be read: {exc}") from exc
    return Origin(kind, version, str(folder), identity)


def installed() -> Origin:
    """The collection that Ansible finds now."""
    folder = collection.find()
    if folder is None:
        raise OriginError(
            f"kubespray_version is '{INSTALLED}', but the collection {collection.COLLECTION} is in none of "
            f"Ansible's collection paths. Name a release instead, such as {collection.TESTED_VERSION}."
        )
    # A checkout in its place is fetched as one.
    checkout = not (folder / "MANIFEST.json").is_file()
    return of_folder(folder, "path" if checkout else INSTALLED)


def repository(source: str) -> str:
    """A repository's URL as git takes it; a path becomes one, so that git does not copy its whole history."""
    if is_folder(source):
        return Path(os.path.abspath(os.path.expanduser(source))).as_uri()
    return source


def source_mistakes(source: str) -> list[str]:
    """What is wrong with k8n_kubespray_source, never quoting it where it may hold a secret."""
    if secrets.in_url(source):
        return [f"k8n_kubespray_source {_SECRET}"]
    try:
        urlsplit(source)
    except ValueError:
        return ["k8n_kubespray_source is no URL and no path of a git repository."]
    if source.startswith("-") or any(ord(letter) <= 32 for letter in source):
        return ["k8n_kubespray_source is no URL and no path of a git repository."]
    return []


def name_mistakes(version: str) -> list[str]:
    """What is wrong with the name of a tag or branch."""
    if collection.REF.fullmatch(version):
        return []
    return [
        f"kubespray_version is '{version}', which is no tag ({collection.TESTED_VERSION}), no branch (master), "
        f"no folder (/path/to/kubespray) and not '{INSTALLED}'."
    ]


def remote_refs(source: str, proxy: str) -> dict[str, str]:
    """The tags and branches of a repository, as refs/tags/NAME and refs/heads/NAME, with their commits."""
    git = shutil.which("git")
    if not git:
        raise OriginError("git is not installed, and Kubespray comes from git: apt-get install git")
    try:
        done = subprocess.run(
            [git, "ls-remote", "--tags", "--heads", "--", repository(source)],
            capture_output=True,
            check=False,
            text=True,
            timeout=_REMOTE_SECONDS,
            # Else git asks for a login, at a terminal that may not be there.
            env={**os.environ, **_proxy.environment(proxy), "GIT_TERMINAL_PROMPT": "0"},
        )
    except subprocess.TimeoutExpired as exc:
        raise OriginError(
            f"k8n_kubespray_source: {source} did not answer for {_REMOTE_SECONDS} s."
        ) from exc
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if line.startswith("fatal:")), "")
        for secret in _proxy.secrets(proxy):
            said = said.replace(secret, "********")
        said = printable(secrets.without_url_secrets(said), _LONGEST_SAID)
        raise OriginError(
            f"k8n_kubespray_source: git cannot read {source}: {said.removeprefix('fatal: ') or done.returncode}\n"
            f"  Behind a proxy, give controller_proxy={_proxy.WANTED}; without the web, give a copy of the "
            f"repository, or kubespray_version=/path/to/kubespray."
        )
    pairs = (line.split("\t", 1) for line in done.stdout.splitlines() if "\t" in line)
    return {name: commit for commit, name in pairs}


def compared(found: Origin, commit: str) -> Origin:
    """The tag or branch, if it is that commit or none is wanted."""
    if commit and found.identity != commit:
        raise OriginError(
            f"kubespray_version: the {found.kind} {found.version} of {found.place} is the commit {found.identity}, and "
            f"not {commit}. Somebody has moved it, or this is not the repository that you mean. Look at what is "
            f"different before you take it: kubespray_version={found.version}@{found.identity}."
        )
    return found


def of_refs(refs: Mapping[str, str], version: str, source: str) -> Origin:
    """A tag of that name, or else a branch."""
    tag, branch = f"refs/tags/{version}", f"refs/heads/{version}"
    if tag in refs:
        # An annotated tag has a commit behind it, under this name.
        return Origin("tag", version, source, refs.get(f"{tag}^{{}}", refs[tag]))
    if branch in refs:
        return Origin("branch", version, source, refs[branch])
    names = [name.split("/", 2)[2] for name in refs if not name.endswith("^{}")]
    near = difflib.get_close_matches(version, names, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    folder = f" For a folder of that name write ./{version}." if Path(version).is_dir() else ""
    raise OriginError(
        f"kubespray_version is '{version}', which is neither a tag nor a branch of {source}.{hint}{folder}"
    )
