# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What etcd on this host says of itself and of its cluster."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .ask import ask, ask_all
from .service import state

if TYPE_CHECKING:
    from typing import Mapping

_MAX_ENV = 65536
_ENDPOINT = "https://127.0.0.1:2379"


@dataclass(frozen=True)
class Places:
    """Where Kubespray puts etcd: env is its environment file, certificates the folder that kubeadm's etcd has."""

    etcdctl: str = "/usr/local/bin/etcdctl"
    env: str = "/etc/etcd.env"
    certificates: str = "/etc/kubernetes/ssl/etcd"


def collect(places: Places, timeout: float) -> dict[str, Any]:
    """What is set up here, and the answers of etcdctl, each None with its reason in errors where there is none.

    timeout is in seconds, for each question; they are asked at once.
    """
    env = _environment(places.env)
    tls = _tls(env, places.certificates)
    found: dict[str, Any] = {
        "configured": tls is not None,
        "name": env.get("ETCD_NAME"),
        "urls": [
            url
            for key in ("ETCD_INITIAL_ADVERTISE_PEER_URLS", "ETCD_ADVERTISE_CLIENT_URLS")
            for url in env.get(key, "").split(",")
            if url
        ],
        "quota_bytes": _number(env.get("ETCD_QUOTA_BACKEND_BYTES")),
        "service": None,
        "status": None,
        "members": None,
        "health": None,
        "errors": {},
    }
    if tls is None:
        return found
    # The question for all members' health is two: first who they are.
    common = [
        places.etcdctl,
        *tls,
        f"--command-timeout={max(1, int(timeout * 0.4))}s",
        "-w",
        "json",
    ]

    def said(*words: str) -> Any:
        return ask([*common, *words], timeout)

    answers = ask_all(
        {
            "status": lambda: status(said("endpoint", "status")),
            "members": lambda: members(said("member", "list")),
            "health": lambda: health(said("endpoint", "health", "--cluster")),
        }
    )
    return {**found, **answers, "service": state("etcd.service", timeout)}


def status(answer: Any) -> dict[str, Any]:
    """What `endpoint status` says of the one endpoint here; sizes are in bytes, ids in hexadecimal."""
    said = answer[0]["Status"]
    return {
        "cluster": _hex(said["header"]["cluster_id"]),
        "member": _hex(said["header"]["member_id"]),
        # 0 is left out of the JSON.
        "leader": _hex(said.get("leader", 0)),
        "term": int(said.get("raftTerm", 0)),
        "version": str(said.get("version", "")),
        "size_bytes": int(said.get("dbSize", 0)),
        "used_bytes": int(said.get("dbSizeInUse", 0)),
        "errors": [str(error)[:200] for error in (said.get("errors") or [])[:5]],
    }


def members(answer: Any) -> list[dict[str, Any]]:
    """The members in `member list`. One that has never started has not told its client URLs yet."""
    return [
        {
            "id": _hex(each["ID"]),
            "name": str(each.get("name", "")),
            "urls": [
                *map(str, each.get("peerURLs") or ()),
                *map(str, each.get("clientURLs") or ()),
            ],
            "started": bool(each.get("clientURLs")),
            "learner": bool(each.get("isLearner", False)),
        }
        for each in answer["members"]
    ]


def health(answer: Any) -> list[dict[str, Any]]:
    """What `endpoint health` says of each endpoint; error is None where it is healthy."""
    return [
        {
            "url": str(each["endpoint"]),
            "error": None if each["health"] else str(each.get("error") or "unhealthy")[:200],
        }
        for each in answer
    ]


def _hex(number: Any) -> str:
    return format(int(number), "x")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _environment(path: str) -> dict[str, str]:
    """The assignments of an environment file of systemd; empty where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(_MAX_ENV)
    except OSError:
        return {}
    pairs = (line.partition("=") for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {key.strip(): value.strip().strip("\"'") for key, equals, value in pairs if equals}


def _tls(env: Mapping[str, str], certificates: str) -> list[str] | None:
    """How etcdctl logs in here; None where no etcd is set up."""
    if env.get("ETCDCTL_CERT"):
        return [
            f"--endpoints={env.get('ETCDCTL_ENDPOINTS') or _ENDPOINT}",
            f"--cacert={env.get('ETCDCTL_CACERT', '')}",
            f"--cert={env['ETCDCTL_CERT']}",
            f"--key={env.get('ETCDCTL_KEY', '')}",
        ]
    if os.path.exists(f"{certificates}/server.crt"):
        return [
            f"--endpoints={_ENDPOINT}",
            f"--cacert={certificates}/ca.crt",
            f"--cert={certificates}/server.crt",
            f"--key={certificates}/server.key",
        ]
    return None
