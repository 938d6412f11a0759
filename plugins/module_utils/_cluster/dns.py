# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the name servers that the kubelet gives to pods answer for the cluster's own names."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import struct
import time
from typing import Any

_TRIES = 2
_MAX_FILE = 262144
_MAX_SERVERS = 3
_DOMAIN = re.compile(r"^clusterDomain:\s*[\"']?([A-Za-z0-9.-]{1,200})[\"']?\s*$", re.MULTILINE)
_SERVERS = re.compile(r"^clusterDNS:[ \t]*\n((?:[ \t]*-[ \t]*\S+[ \t]*\n)+)", re.MULTILINE)
_RCODES = {1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}


def collect(kubelet_config: str, timeout: float) -> dict[str, Any] | None:
    """For each name server its error, None where it answers; None where there is no such file.

    timeout is in seconds, for each of two tries.
    """
    try:
        with open(kubelet_config, encoding="utf-8", errors="replace") as file:
            text = file.read(_MAX_FILE)
    except OSError:
        return None
    name = f"kubernetes.default.svc.{domain(text)}"
    answers = [{"server": server, "error": ask(server, name, timeout)} for server in servers(text)]
    return {"name": name, "answers": answers}


def domain(text: str) -> str:
    """The cluster's domain in a kubelet's configuration."""
    found = _DOMAIN.search(text)
    return found.group(1).strip(".") if found else "cluster.local"


def servers(text: str) -> list[str]:
    """The addresses under clusterDNS in a kubelet's configuration, as Kubespray and kubeadm write it."""
    found = _SERVERS.search(text)
    words = [line.strip(" \t-\"'") for line in found.group(1).splitlines()] if found else []
    return [word for word in words if _is_address(word)][:_MAX_SERVERS]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def ask(server: str, name: str, timeout: float, port: int = 53) -> str | None:
    """None if the server knows an address of the name, else what is wrong; timeout in seconds is for each try."""
    error = "no answer"
    for _try in range(_TRIES):
        try:
            return _answer(server, name, timeout, port)
        except socket.timeout:
            error = f"no answer within {timeout:g} s"
        except OSError as exc:
            error = os.strerror(exc.errno) if exc.errno else str(exc)
    return error


def _answer(server: str, name: str, timeout: float, port: int) -> str | None:
    """One question and its answer; raises OSError."""
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    number = os.urandom(2)
    labels = b"".join(bytes([len(label)]) + label for label in name.encode("ascii").split(b"."))
    # An A record, or an AAAA record where the cluster's services may be of IPv6 alone.
    kind = 28 if family == socket.AF_INET6 else 1
    question = labels + b"\0" + struct.pack(">HH", kind, 1)
    # Recursion desired, one question.
    message = number + struct.pack(">HHHHH", 0x0100, 1, 0, 0, 0) + question
    deadline = time.monotonic() + timeout
    with socket.socket(family, socket.SOCK_DGRAM) as asked:
        asked.connect((server, port))
        asked.send(message)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise socket.timeout
            asked.settimeout(left)
            answer = asked.recv(4096)
            # Another answer is late, or not from there.
            if len(answer) >= 12 and answer[:2] == number:
                break
    flags, _questions, records = struct.unpack(">HHH", answer[2:8])
    if flags & 0xF:
        return _RCODES.get(flags & 0xF, f"error {flags & 0xF}")
    return None if records else "no address"
