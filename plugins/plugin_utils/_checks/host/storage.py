# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Is there room where the cluster's directories will lie, and can one write and execute there?"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn

from ..model import Check, Finding, Host, Stage, Unknown
from ..reasons import NOT_READ

_SPACE, _INODES = "disk_space_low", "inodes_low"
_READ_ONLY, _NOEXEC = "mount_read_only", "mount_noexec"
_REMOTE_TMP = "login_tmp_not_writable"
CHECKS = (
    Check(_SPACE, "there is room where the cluster's directories lie", "warn", Stage.STORAGE),
    Check(_INODES, "there are inodes left there", "warn", Stage.STORAGE),
    Check(_READ_ONLY, "what the run has to write is not mounted read-only", "block", Stage.STORAGE),
    Check(_NOEXEC, "what the cluster has to execute is not mounted noexec", "block", Stage.STORAGE),
    Check(_REMOTE_TMP, "the login may write where Ansible puts its files", "block", Stage.REACH),
)
# What must be free. etcd: two of its databases at their limit of 2 GiB; containerd: the images of one node;
# releases: what Kubespray downloads.
THRESHOLDS: dict[str, float] = {
    "etcd_free_gib": 4.0,
    "containerd_free_gib": 10.0,
    "kubelet_free_gib": 2.0,
    "releases_free_gib": 0.75,
    "root_free_gib": 1.0,
    # What tasks that copy files put there; by default it is in the login's home.
    "remote_tmp_free_gib": 0.1,
    # With less than this part of one of these it is not a matter of time any more.
    "free_block_percent": 25.0,
    # kubelet drives pods away at 5 %.
    "inodes_free_percent": 6.0,
}
_MB_IN_GIB = 1024

# Beside the directories of the settings. Nothing is executed in /tmp: hosts hardened with noexec there are fine.
_ALWAYS = {"root": "/", "etc": "/etc", "var": "/var", "tmp": "/tmp"}
_CNI = "/opt/cni/bin"
_EXECUTED = ("bin", "cni", "containerd", "kubelet")
# On a system whose /usr is read-only on purpose Kubespray takes another place for these.
_ELSEWHERE = ("bin", "root")


def wants(host: Host) -> dict[str, Any]:
    """The directories to look at, by name."""
    listed = host.settings.get("directories") or {}
    named = {name: path for name, path in listed.items() if isinstance(path, str)}
    if not host.is_etcd_member:
        named = {name: path for name, path in named.items() if not name.startswith("etcd")}
    if not (host.is_control_plane or host.is_node):
        # A host that is only an etcd member runs no pods.
        named.pop("kubelet", None)
        named.pop("containerd", None)
    elif listed:
        named["cni"] = _CNI
    return {"directories": {**_ALWAYS, **named}}


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """found is what module_utils/_host/storage.py collected."""
    mounts = found["mounts"]
    places = {name: {**place, **mounts[place["mount"]]} for name, place in found["places"].items()}
    space = {
        name: place
        for name, place in places.items()
        if f"{name}_free_gib" in host.thresholds and place["free_mb"] is not None
    }
    if space:
        if (problem := _space(space, host.thresholds)) is not None:
            yield problem
    else:
        yield Unknown(_SPACE, NOT_READ)
    yield from _inodes(places, host.thresholds["inodes_free_percent"])
    yield from _mounts(places, immutable=found["immutable"])
    yield from _of_login(found["remote_tmp"], places.get("remote_tmp") or {})


def _of_login(own: Mapping[str, Any] | None, place: Mapping[str, Any]) -> Iterator[Finding]:
    if own is None:
        yield Unknown(_REMOTE_TMP, NOT_READ)
    elif not own["writable"] and not place.get("read_only"):
        above, login = shlex.quote(str(own["above"])), shlex.quote(str(own["login"]))
        yield block(
            _REMOTE_TMP,
            f"The login {own['login']} may not write into {own['above']}, where Ansible puts its files "
            f"({own['path']}): each task that copies a file fails.",
            f"Run on the host: chown {login} {above}, or set ansible_remote_tmp to a directory that the login may "
            "write.",
        )


def _space(
    places: Mapping[str, Mapping[str, Any]], thresholds: Mapping[str, float]
) -> Problem | None:
    """One problem for all places: what lies in the same file system is fixed together."""
    short: dict[str, tuple[float, float, str]] = {}
    for name, place in places.items():
        free, wanted = place["free_mb"] / _MB_IN_GIB, thresholds[f"{name}_free_gib"]
        mount = str(place["mount"])
        if free < wanted and wanted > short.get(mount, (0.0, 0.0, ""))[1]:
            short[mount] = free, wanted, str(place["path"])
    if not short:
        return None
    texts = [
        f"{free:.1f} GiB of {mount} are free, where {path} {'lies' if path == mount else 'will lie'} "
        f"(wanted: at least {wanted:g} GiB)"
        for mount, (free, wanted, path) in short.items()
    ]
    part = thresholds["free_block_percent"] / 100
    severe = any(free < wanted * part for free, wanted, _path in short.values())
    return (block if severe else warn)(
        _SPACE,
        f"Only {'; '.join(texts)}.",
        f"Make room in {', '.join(short)} or put a bigger disk there, or set k8n_thresholds to what this cluster "
        "needs.",
    )


def _inodes(places: Mapping[str, Mapping[str, Any]], wanted: float) -> Iterator[Finding]:
    known = [place for place in places.values() if place["free_mb"] is not None]
    if not known:
        yield Unknown(_INODES, NOT_READ)
        return
    short = {}
    for place in known:
        # Some file systems make inodes as they need them.
        if place["inodes"]:
            percent = 100 * place["inodes_free"] / place["inodes"]
            if percent < wanted:
                short[str(place["mount"])] = percent
    if short:
        texts = [f"{percent:.1f} % of the inodes of {mount}" for mount, percent in short.items()]
        yield warn(
            _INODES,
            f"Only {' and '.join(texts)} are free (wanted: at least {wanted:g} %). Without one no file can be made, "
            "however much room there is.",
            f"Look with 'du --inodes -x -d 2 {shlex.join(sorted(short))}' for what has so many files, and remove it.",
        )


def _mounts(places: Mapping[str, Mapping[str, Any]], immutable: bool) -> Iterator[Finding]:
    if any(place["read_only"] is None for place in places.values()):
        yield Unknown(_READ_ONLY, NOT_READ)
        yield Unknown(_NOEXEC, NOT_READ)
        return
    read_only: dict[str, list[str]] = {}
    noexec: dict[str, list[str]] = {}
    for name, place in places.items():
        if place["read_only"] and not (immutable and name in _ELSEWHERE):
            read_only.setdefault(str(place["mount"]), []).append(str(place["path"]))
        if place["noexec"] and name in _EXECUTED:
            noexec.setdefault(str(place["mount"]), []).append(str(place["path"]))
    if read_only:
        yield block(
            _READ_ONLY,
            f"{_listed(read_only)} read-only, where Kubespray has to write.",
            "Look with 'dmesg' whether the disk has errors, and mount it read-write: "
            f"{_remount('rw', read_only)}.",
        )
    if noexec:
        yield block(
            _NOEXEC,
            f"{_listed(noexec)} noexec, where programs of the cluster are executed.",
            f"Take noexec out of the line in /etc/fstab and run: {_remount('exec', noexec)}.",
        )


def _remount(option: str, mounts: Iterable[str]) -> str:
    """The commands for all of them, what is mounted in another one after that."""
    return " && ".join(
        f"mount -o remount,{option} {shlex.quote(mount)}" for mount in sorted(mounts)
    )


def _listed(mounts: Mapping[str, list[str]]) -> str:
    """Such as: "/ (with /etc, /var) is mounted"."""
    texts = []
    for mount, paths in mounts.items():
        below = [path for path in dict.fromkeys(paths) if path != mount]
        texts.append(f"{mount} (with {', '.join(below)})" if below else mount)
    return f"{' and '.join(texts)} {'is' if len(texts) == 1 else 'are'} mounted"
