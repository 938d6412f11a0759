# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which of the ports that Kubernetes needs are taken, and by whom."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import socket
import struct
import time
from pathlib import Path
from typing import Any, Iterator, Mapping, NamedTuple

from .files import text
from .processes import pids, process

# State of a socket that waits for connections; one of UDP that is bound to no peer has 07.
_WAITING = {"tcp": "0A", "udp": "07"}
_HEADING = "local_address"
_MAX_TABLE = 4 << 20
_MAX_TAKEN = 64
_OWNERS_SECONDS = 2.0
_SOCKET = re.compile(r"socket:\[(\d+)\]$")


class _Bound(NamedTuple):
    protocol: str
    port: int
    address: str
    inode: int


def collect(wants: Mapping[str, Any], root: Path = Path("/")) -> dict[str, Any]:
    """taken: {port, protocol, address, process, pid, unit} for those of wants["ports"] that are bound.

    process, pid and unit are None where nobody was seen to hold the port: only root sees all, and
    the kernel itself holds those of its tunnels.
    taken is None where the kernel's tables cannot be read. root is where the host's files lie.
    """
    wanted = {(port["protocol"], port["port"]) for port in wants.get("ports", ())}
    tables = {
        name: text(root / "proc/net" / name, _MAX_TABLE) for name in ("tcp", "tcp6", "udp", "udp6")
    }
    # Without IPv6 two of them are not there; what has no heading is no table.
    if not all(_HEADING in (tables[name] or "") for name in ("tcp", "udp")):
        return {"taken": None}
    bound = [
        socket_
        for name, table in tables.items()
        for socket_ in _bound(name[:3], table or "")
        if (socket_.protocol, socket_.port) in wanted
    ]
    owners = _owners(root / "proc", {socket_.inode for socket_ in bound})
    return {"taken": [_entry(socket_, owners, root / "proc") for socket_ in bound[:_MAX_TAKEN]]}


def _bound(protocol: str, table: str) -> Iterator[_Bound]:
    for line in table.splitlines()[1:]:
        words = line.split()
        with contextlib.suppress(IndexError, ValueError, struct.error, OSError):
            address, port = words[1].split(":")
            if words[3] == _WAITING[protocol]:
                yield _Bound(protocol, int(port, 16), _address(address), int(words[9]))


def _address(digits: str) -> str:
    """An address as the kernel prints it: words of four bytes in the order of the machine."""
    words = struct.unpack(f"!{len(digits) // 8}I", bytes.fromhex(digits))
    packed = struct.pack(f"={len(words)}I", *words)
    family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6
    return str(ipaddress.ip_address(socket.inet_ntop(family, packed)))


def _owners(proc: Path, inodes: set[int]) -> dict[int, int]:
    """The process that holds each of these sockets, as far as they may be seen."""
    found: dict[int, int] = {}
    deadline = time.monotonic() + _OWNERS_SECONDS
    for pid in pids(proc) if inodes else ():
        if len(found) == len(inodes) or time.monotonic() > deadline:
            break
        # A process may end, and others' are not shown to every login.
        with contextlib.suppress(OSError):
            for entry in os.scandir(str(proc / str(pid) / "fd")):
                with contextlib.suppress(OSError):
                    match = _SOCKET.match(os.readlink(entry.path))
                    if match and int(match.group(1)) in inodes:
                        found.setdefault(int(match.group(1)), pid)
    return found


def _entry(bound: _Bound, owners: Mapping[int, int], proc: Path) -> dict[str, Any]:
    pid = owners.get(bound.inode)
    owner = None if pid is None else process(pid, proc)
    return {
        "port": bound.port,
        "protocol": bound.protocol,
        "address": bound.address,
        "process": owner and owner.name,
        "pid": pid,
        "unit": owner and owner.unit,
    }
