# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the host reaches what Kubespray downloads on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block

from ..._text.words import some
from ..model import Check, Finding, Host, Skipped, Stage, Unknown

CHECKS: tuple[Check, ...] = (
    Check(
        "download_unreachable",
        "the host reaches what Kubespray downloads",
        "block",
        Stage.DOWNLOADS,
    ),
    Check(
        "registry_unreachable",
        "the host reaches the registries of the images",
        "block",
        Stage.DOWNLOADS,
    ),
)
THRESHOLDS: dict[str, float] = {}
_MAX_LISTED = 5
_REACH = (
    "Let the host reach it (route, firewall, name server), set http_proxy and https_proxy, "
    "or mirror it with files_repo and registry_host as in Kubespray's offline.yml."
)


def wants(host: Host) -> dict[str, Any]:
    """What the collector is to ask for: of a public origin one URL, of a mirror of one's own each file."""
    downloads = _downloads(host)
    return {
        "urls": _asked(_on(host, downloads.get("urls")), bool(downloads.get("offline"))),
        # Kubespray's download_validate_certs
        "verify_certificates": downloads.get("validate_certs") is not False,
        "registries": [
            {"host": entry["host"], "mirrors": entry.get("mirrors", [])}
            for entry in _on(host, downloads.get("registries"))
        ],
    }


def _asked(entries: Sequence[Mapping[str, Any]], offline: bool) -> list[dict[str, Any]]:
    """The URLs, each with the machines on which it is asked for: the host alone knows which one it is."""
    chosen: dict[tuple[str, str], str] = {}
    for entry in entries:
        for machine in entry["machines"]:
            what = entry["url"] if offline else _origin(entry["url"])
            chosen.setdefault((machine, what), entry["url"])
    machines: dict[str, list[str]] = {}
    for (machine, _what), url in chosen.items():
        machines.setdefault(url, []).append(machine)
    return [{"url": url, "machines": each} for url, each in machines.items()]


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """The findings for what module_utils/_host/downloads.py collected."""
    downloads, asked = _downloads(host), wants(host)
    where = _elsewhere(host)
    if not asked["urls"]:
        yield Skipped(
            "download_unreachable",
            where or "It is not known what Kubespray downloads on this host.",
        )
    elif not any(found["machine"] in each["machines"] for each in asked["urls"]):
        yield Unknown(
            "download_unreachable",
            f"It is not known what Kubespray downloads for a {found['machine']}.",
        )
    if not asked["registries"]:
        # Wrong names are what registry_invalid says.
        reason = (
            "No image has a name that a host could ask for."
            if downloads
            else "It is not known which images this host needs."
        )
        yield Skipped("registry_unreachable", where or reason)
    through = f" through {', '.join(found['proxies'])}" if found["proxies"] else ""
    by_origin: dict[str, list[Mapping[str, Any]]] = {}
    for entry in found["failed"]:
        by_origin.setdefault(_origin(entry["url"]), []).append(entry)
    for origin, failed in by_origin.items():
        yield _unreachable(
            origin, failed, through, bool(downloads.get("offline")), _named(host, origin)
        )
    for entry in found["failed_registries"]:
        what = [each["what"] for each in downloads["registries"] if each["host"] == entry["host"]]
        yield block(
            "registry_unreachable",
            f"The registry {entry['host']} cannot be reached{through}: {_why(entry)}. "
            f"Images from there: {', '.join(what)}.",
            _REACH,
        )


def _unreachable(
    origin: str, failed: Sequence[Mapping[str, Any]], through: str, offline: bool, named: str
) -> Finding:
    if all(entry["status"] is None for entry in failed):
        # Without a URL, so that all hosts that have this say the same.
        return block(
            "download_unreachable",
            f"{origin}, from where Kubespray downloads, cannot be reached{through}: {_why(failed[0])}.",
            f"Let the host reach this mirror, or correct the variables that name {origin}: {named}."
            if offline
            else _REACH,
        )
    urls = some((f"{entry['url']} ({_why(entry)})" for entry in failed), _MAX_LISTED)
    return block(
        "download_unreachable",
        f"{origin} answers{through}, but does not give what Kubespray downloads: {urls}.",
        f"Put these files onto {origin}, or correct the variables that name them: {named}."
        if offline
        else f"Let the proxy or firewall in between pass {origin}, or mirror what Kubespray downloads from there.",
    )


def _named(host: Host, origin: str) -> str:
    """The variables that hold an address of this origin, for downloads of this host."""
    names = [
        entry.get("variable") or f"downloads.{entry['what']}.url"
        for entry in _on(host, _downloads(host).get("urls"))
        if _origin(entry["url"]) == origin
    ]
    return some(dict.fromkeys(names), _MAX_LISTED)


def _why(entry: Mapping[str, Any]) -> str:
    return str(entry["error"]) if entry["status"] is None else f"status {entry['status']}"


def _downloads(host: Host) -> Mapping[str, Any]:
    """Kubespray's downloads, none where another machine makes them for this host."""
    return {} if _elsewhere(host) else host.settings.get("downloads") or {}


def _elsewhere(host: Host) -> str:
    """Where the downloads of this host are made, if not on it; "" if on it."""
    downloads = host.settings.get("downloads") or {}
    if downloads.get("localhost"):
        return "Kubespray downloads on the control node (download_localhost)."
    # Kubespray takes one host of the control plane for it, which is not known here.
    if downloads.get("once") and not host.is_control_plane:
        return "Kubespray downloads on a host of the control plane (download_run_once)."
    return ""


def _on(host: Host, entries: Sequence[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """Those of the entries that a host of these groups needs; without groups, every host does."""
    return [
        entry
        for entry in entries or ()
        if not entry.get("on") or host.groups.intersection(entry["on"])
    ]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
