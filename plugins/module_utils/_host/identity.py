# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What no two machines may have in common, unless one is a copy of the other."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from pathlib import Path
from typing import Any, Mapping

from .files import line, names

_MOST = 32
# How network plugins and container engines call the links to what runs on the host.
_OF_PODS = re.compile(r"cali|veth|lxc|cilium|kube|nodelocaldns|tap|vxlan|flannel|tunl|wg|dummy")
_ZERO = re.compile(r"[0:]*")


def collect(_wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """machine_id, product_uuid (only root may read it), boot_id: texts or None. macs, host_keys: lists of texts.

    host_keys are fingerprints as `ssh-keygen -l` shows them. root is where the host's files lie.
    """
    return {
        "hostname": os.uname().nodename,
        "machine_id": line(root / "etc/machine-id"),
        "product_uuid": line(root / "sys/class/dmi/id/product_uuid"),
        "boot_id": line(root / "proc/sys/kernel/random/boot_id"),
        "macs": _macs(root / "sys/class/net"),
        "host_keys": _host_keys(root / "etc/ssh"),
    }


def _macs(folder: Path) -> list[str]:
    """Those of network cards; in a container, which has none, of what it has for them.

    Bridges, tunnels and the links to pods are of the host's own making, and many hosts have the same ones.
    """
    links = [name for name in names(folder) if name != "lo"]
    cards = [name for name in links if (folder / name / "device").exists()]
    if not cards:
        cards = [name for name in links if _has_peer(folder / name) and not _OF_PODS.match(name)]
    found = {line(folder / name / "address") or "" for name in cards}
    return sorted(mac for mac in found if not _ZERO.fullmatch(mac))[:_MOST]


def _has_peer(link: Path) -> bool:
    """Whether it is one end of a pair, of which the other one is outside."""
    return line(link / "iflink") != line(link / "ifindex")


def _host_keys(folder: Path) -> list[str]:
    found = []
    for name in names(folder):
        if name.startswith("ssh_host_") and name.endswith("_key.pub"):
            words = (line(folder / name) or "").split()
            if len(words) > 1 and (key := _fingerprint(words[1])):
                found.append(key)
    return found[:_MOST]


def _fingerprint(text: str) -> str | None:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")
