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

from ansible_collections.k8n.cluster.plugins.module_utils._host.files import line, names

_MOST = 64
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
    """Those of network cards and of what a container or a virtual machine has for one; not of bridges and tunnels."""
    found = []
    for name in names(folder):
        # veth and virtio have a peer or a device; bridges, bonds and tunnels of the host's own making have neither.
        link = folder / name
        peer = line(link / "iflink") != line(link / "ifindex")
        if not ((link / "device").exists() or peer):
            continue
        mac = line(link / "address")
        if mac and not _ZERO.fullmatch(mac):
            found.append(mac)
    return sorted(set(found))[:_MOST]


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
