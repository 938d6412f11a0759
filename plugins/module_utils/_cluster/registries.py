# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the registries from which this host's container engine has its images still answer it.

Only those that somebody has configured for containerd, and only where an image on the host is from there: what was
loaded by hand needs no registry.
"""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .._commands import run
from .._host.web import client
from .ask import AskError, ask

if TYPE_CHECKING:
    from typing import Iterable, Mapping

_MAX_FILE = 65536
_MAX_REGISTRIES = 10
_MAX_SERVERS = 5
_MAX_TEXT = 200
_SECONDS = 3.0
_LINE = re.compile(r"^\s*(?P<key>[\w\"-]+)\s*=\s*(?P<value>.+?)\s*$")
_HOST = re.compile(r"^\s*\[host\.\"(?P<url>[^\"]+)\"\]\s*$")
_QUOTED = re.compile(r"\"([^\"]*)\"")
# As containerd writes a port into a folder's name.
_PORT = re.compile(r"_(\d+)_$")
_PROXY = re.compile(r"\b(https?_proxy|no_proxy)=(\S*?)(?=[\"\s]|$)", re.IGNORECASE)
_ALL = "_default"


def collect(folder: str, crictl: str, timeout: float) -> list[dict[str, Any]] | None:
    """Each registry with what its servers say (error is None where one answers); None where none is configured.

    folder is containerd's with a hosts.toml for each registry; timeout is in seconds, for one question.
    """
    try:
        configured = sorted(os.listdir(folder))
    except OSError:
        return None
    used = _used(crictl, timeout)
    wanted = [name for name in configured if name == _ALL or _PORT.sub(r":\1", name) in used]
    if not wanted:
        return None
    proxies = _proxies(timeout)
    return [
        {"registry": _PORT.sub(r":\1", name)[:_MAX_TEXT], "servers": _ask(servers, proxies)}
        for name in wanted[:_MAX_REGISTRIES]
        if (servers := read(_text(f"{folder}/{name}/hosts.toml")))
    ]


def _used(crictl: str, timeout: float) -> set[str]:
    """The registries of the images on this host."""
    try:
        answer = ask([crictl, "images", "-o", "json"], timeout)
        names = [name for image in answer["images"] for name in image.get("repoTags") or ()]
    except (AskError, AttributeError, KeyError, TypeError):
        return set()
    return {str(name).split("/", 1)[0] for name in names if "/" in str(name)}


def read(text: str) -> list[tuple[str, bool]]:
    """The URLs to ask in a hosts.toml, each with whether its certificate must be one that the host trusts."""
    servers: list[tuple[str, dict[str, str]]] = []
    fallback = None
    for line in text.splitlines():
        if host := _HOST.match(line):
            servers.append((host.group("url"), {}))
        elif pair := _LINE.match(line):
            if servers:
                servers[-1][1][pair.group("key")] = pair.group("value")
            elif pair.group("key") == "server":
                fallback = next(iter(_QUOTED.findall(pair.group("value"))), None)
    asked = [
        (
            url if values.get("override_path") == "true" else f"{url.rstrip('/')}/v2",
            values.get("skip_verify") != "true" and "ca" not in values,
        )
        for url, values in servers
        if "pull" in values.get("capabilities", "pull")
    ]
    if fallback and fallback.rstrip("/") not in [url.rstrip("/") for url, _values in servers]:
        asked.append((f"{fallback.rstrip('/')}/v2", True))
    return [(f"{url.rstrip('/')}/", verify) for url, verify in asked][:_MAX_SERVERS]


def _ask(servers: Iterable[tuple[str, bool]], proxies: Mapping[str, str]) -> list[dict[str, Any]]:
    def one(server: tuple[str, bool]) -> dict[str, Any]:
        url, verify = server
        answer = client(proxies, _SECONDS, verify)("GET", url)
        error = answer.error
        # Who is not logged in is refused, and that is an answer.
        if error is None and answer.status not in (200, 206, 401, 403):
            error = f"HTTP {answer.status}"
        return {"url": url[:_MAX_TEXT], "error": error and " ".join(error.split())[:_MAX_TEXT]}

    asked = list(servers)
    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(one, asked))


def _proxies(timeout: float) -> dict[str, str]:
    """The proxies that systemd gives to containerd."""
    argv = ["systemctl", "show", "-p", "Environment", "containerd.service"]
    said = str(run({"kind": "command", "argv": argv}, timeout)["stdout"])
    return {name.lower(): value for name, value in _PROXY.findall(said)}


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_MAX_FILE)
    except OSError:
        return ""
