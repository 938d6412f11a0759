# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The host as a node: its kubelet and container engine, how the kubelet logs in, the range of its pods."""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import os
import re
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .._commands import run
from .service import state

if TYPE_CHECKING:
    from typing import Iterator, Mapping

_MAX_FILE = 262144
_MAX_TEXT = 200
_MAX_BRIDGES = 5
_HEALTH_SECONDS = 3.0
_HEALTHZ = re.compile(r"^healthzPort:\s*[\"']?(\d+)[\"']?\s*$", re.MULTILINE)
_HEALTHZ_PORT = 10248
_UNITS = {
    "containerd": ("containerd.service",),
    "crio": ("crio.service",),
    "docker": ("docker.service", "cri-dockerd.service"),
}
# The bridges that plugins make out of .spec.podCIDR: flannel and others, kube-router.
_BRIDGES = ("cni0", "kube-bridge")
_FLANNEL = "/run/flannel/subnet.env"
_SUBNET = re.compile(r"^FLANNEL_(?:IPV6_)?SUBNET=(\S+)$", re.MULTILINE)
_ANONYMOUS = "system:anonymous"
_MEMORY = "/proc/self/fd/"


@dataclass(frozen=True)
class Places:
    """What Kubespray has written: the kubelet's kubeconfig and configuration; engine is its container_manager."""

    kubeconfig: str
    config: str
    engine: str = "containerd"


def collect(places: Places, name: str, timeout: float) -> dict[str, Any]:
    """name is the host's in the inventory; timeout is in seconds, for each question."""
    kubelet = state("kubelet.service", timeout)
    return {
        "service": kubelet,
        "health": _health(places.config) if kubelet == "active" else None,
        "said": _said(timeout) if kubelet not in (None, "active", "inactive") else None,
        "engine": [
            {"unit": unit, "state": found}
            for unit in _UNITS.get(places.engine, ())
            if (found := state(unit, timeout)) is not None
        ],
        "login": login(places.kubeconfig, name, timeout),
        "ranges": [*bridges(timeout), *flannel()],
    }


def _said(timeout: float) -> str | None:
    """The last error in the kubelet's journal."""
    argv = ["journalctl", "-u", "kubelet.service", "-n", "60", "-o", "cat", "--no-pager"]
    lines = str(run({"kind": "command", "argv": argv}, timeout)["stdout"]).splitlines()
    # Of systemd's own lines none tells why.
    telling = [line for line in lines if re.match(r"[EF]\d{4} |Error:", line) or "err=" in line]
    return " ".join(telling[-1].split())[:_MAX_TEXT] if telling else None


def _health(config: str) -> str | None:
    """Why the kubelet does not say that it is well; None where it does, or says so to nobody."""
    found = _HEALTHZ.search(_text(config))
    port = int(found.group(1)) if found else _HEALTHZ_PORT
    if not port:
        return None
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=_HEALTH_SECONDS)
    try:
        asked.request("GET", "/healthz")
        answer = asked.getresponse()
        text = answer.read(_MAX_TEXT).decode("utf-8", "replace")
        return None if answer.status == 200 else f"HTTP {answer.status}: {' '.join(text.split())}"
    except socket.timeout:
        return f"no answer within {_HEALTH_SECONDS:g} s"
    except (OSError, http.client.HTTPException) as exc:
        return (getattr(exc, "strerror", None) or str(exc))[:_MAX_TEXT]
    finally:
        asked.close()


def login(kubeconfig: str, name: str, timeout: float) -> dict[str, Any] | None:
    """What the API server answers to the kubelet's own kubeconfig; None where there is none.

    Asked for its node: that is what a kubelet may always see. status is that of HTTP, None without an answer, which
    error then explains; known is whether the API server knows who asks.
    """
    text = _text(kubeconfig)
    server = _field(text, "server")
    if not server:
        return None
    found: dict[str, Any] = {
        "server": server[:_MAX_TEXT],
        "status": None,
        "known": False,
        "error": None,
    }
    place = urlsplit(server)
    try:
        context = _context(text)
        token = _field(text, "token")
        asked = http.client.HTTPSConnection(
            place.hostname or "", place.port or 443, timeout=timeout, context=context
        )
        try:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            asked.request("GET", f"/api/v1/nodes/{name.lower()}", headers=headers)
            answer = asked.getresponse()
            said = answer.read(_MAX_FILE).decode("utf-8", "replace")
        finally:
            asked.close()
    except socket.timeout:
        return {**found, "error": f"no answer within {timeout:g} s"}
    except ssl.SSLCertVerificationError as exc:
        return {
            **found,
            "error": f"its certificate is not that of the cluster ({exc.verify_message})",
        }
    except (OSError, http.client.HTTPException, ValueError, binascii.Error) as exc:
        # What ssl says of a file never holds any of it.
        return {**found, "error": (getattr(exc, "strerror", None) or str(exc))[:_MAX_TEXT]}
    known = answer.status != 401 and not (answer.status == 403 and _ANONYMOUS in said)
    return {**found, "status": answer.status, "known": known}


def _field(text: str, key: str) -> str | None:
    found = re.search(rf"^[ \t-]*{key}:[ \t]*[\"']?([^\s\"']+)[\"']?[ \t]*$", text, re.MULTILINE)
    return found.group(1) if found else None


def _context(text: str) -> ssl.SSLContext:
    """TLS as the kubeconfig has it. Raises OSError, ValueError."""
    authority, data = (
        _field(text, "certificate-authority"),
        _field(text, "certificate-authority-data"),
    )
    context = ssl.create_default_context(
        cafile=None if data else authority,
        cadata=base64.b64decode(data).decode("ascii", "replace") if data else None,
    )
    # Newer Pythons refuse certificates here that a kubelet accepts.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    with_key = [
        _field(text, f"client-{part}") or _in_memory(_field(text, f"client-{part}-data"))
        for part in ("certificate", "key")
    ]
    try:
        if with_key[0]:
            context.load_cert_chain(with_key[0], with_key[1])
    finally:
        for path in with_key:
            if path and path.startswith(_MEMORY):
                os.close(int(path[len(_MEMORY) :]))
    return context


def _in_memory(data: str | None) -> str | None:
    """A path to the decoded text that is on no disk: it may be a key."""
    if not data:
        return None
    file = os.memfd_create("k8n")
    os.write(file, base64.b64decode(data))
    return f"{_MEMORY}{file}"


def bridges(timeout: float) -> list[dict[str, str]]:
    """The bridges of network plugins that take the node's range, with an address in it."""
    argv = ["ip", "-j", "address", "show", "type", "bridge"]
    try:
        links = json.loads(run({"kind": "command", "argv": argv}, timeout)["stdout"] or "[]")
        return list(_addresses(links))[:_MAX_BRIDGES]
    except (AttributeError, KeyError, TypeError, ValueError):
        return []


def flannel(path: str = _FLANNEL) -> list[dict[str, str]]:
    """The ranges that flannel has told the pods of this host since it was started, which may have no bridge yet."""
    found = _SUBNET.findall(_text(path))
    return [{"name": path, "address": address[:_MAX_TEXT]} for address in found[:_MAX_BRIDGES]]


def _addresses(links: Any) -> Iterator[dict[str, str]]:
    for link in links:
        if link.get("ifname") not in _BRIDGES:
            continue
        each: Mapping[str, Any]
        for each in link.get("addr_info") or ():
            if each.get("scope") == "global":
                yield {"name": link["ifname"], "address": f"{each['local']}/{each['prefixlen']}"}


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_MAX_FILE)
    except OSError:
        return ""
