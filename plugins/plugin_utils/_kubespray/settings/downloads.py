# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What Kubespray is going to download with a cluster's configuration, and from where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from ..._text import secrets
from . import images
from .values import Values

# The variable that a download's address stands in.
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
# What kubeadm pulls on its own, beside what Kubespray lists.
_KUBEADM_IMAGES = "kube-apiserver"


def read(values: Values, machines: Sequence[str] | None) -> dict[str, Any]:
    """The downloads as kubespray_settings returns them; machines are those that a host of the cluster may be."""
    urls: dict[str, dict[str, Any]] = {}
    registries: dict[str, dict[str, Any]] = {}
    by_machine = {machine: values.on(machine) for machine in machines or [values.machine]}
    for name, download in _enabled(values):
        groups = [str(group) for group in download.get("groups") or []]
        if values.truth(download.get("file")):
            for machine, its in by_machine.items():
                url = without_login(its.evaluate(download.get("url")))
                if url:
                    variable = _variable(download.get("url"))
                    found = {
                        "url": url,
                        "what": name,
                        "variable": variable,
                        "on": groups,
                        "machines": [],
                    }
                    for_machines = urls.setdefault(url, found)["machines"]
                    if machine not in for_machines:
                        for_machines.append(machine)
        if values.truth(download.get("container")):
            _add(registries, values.evaluate(download.get("repo")), name, groups)
    _add(registries, values.text("kubeadm_image_repo"), _KUBEADM_IMAGES, ["kube_control_plane"])
    mirrors = _mirrors(values)
    return {
        "urls": list(urls.values()),
        "registries": [
            {
                "host": host,
                "what": ", ".join(found["what"]),
                "on": found["on"],
                "mirrors": mirrors.get(host, []),
            }
            for host, found in registries.items()
        ],
        "offline": any(values.text(name) for name in ("files_repo", "registry_host")),
        "once": values.flag("download_run_once"),
        "localhost": values.flag("download_localhost"),
        "validate_certs": values.flag("download_validate_certs"),
    }


def _enabled(values: Values) -> list[tuple[str, Mapping[str, Any]]]:
    listed = values.raw("downloads")
    if values.flag("skip_downloads") or not isinstance(listed, Mapping):
        return []
    return [
        (str(name), download)
        for name, download in listed.items()
        if isinstance(download, Mapping) and values.truth(download.get("enabled"))
    ]


def _add(registries: dict[str, dict[str, Any]], image: Any, name: str, groups: list[str]) -> None:
    host = images.registry(image)
    if host:
        found = registries.setdefault(host, {"what": [], "on": []})
        found["what"].append(name)
        found["on"] += [group for group in groups if group not in found["on"]]


def wrong(values: Values) -> dict[str, str]:
    """The variables that name downloads whose value is no address, each with its value."""
    found = {}
    for name, download in _enabled(values):
        url = values.evaluate(download.get("url")) if values.truth(download.get("file")) else None
        # Ansible's get_url fetches ftp:// and file:// as well.
        if isinstance(url, str) and url.strip() and not _parts(url):
            found[_variable(download.get("url")) or f"downloads.{name}.url"] = images.shown(url)
    return found


def _parts(url: str) -> SplitResult | None:
    """An address in its parts, None where it is none."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return parts if parts.scheme == "file" or (parts.scheme and parts.netloc) else None


def _variable(url: object) -> str:
    """The name of the one variable that a download's address is; "" where it is more than that."""
    match = _VARIABLE.fullmatch(url.strip()) if isinstance(url, str) else None
    return match[1] if match else ""


def _mirrors(values: Values) -> dict[str, list[str]]:
    """By registry the addresses that containerd is told to ask in its place."""
    if values.text("container_manager") != "containerd":
        return {}
    found: dict[str, list[str]] = {}
    listed = values.get("containerd_registries_mirrors")
    for entry in listed if isinstance(listed, list) else ():
        given = entry.get("mirrors") if isinstance(entry, Mapping) else None
        hosts = [each.get("host") for each in given or () if isinstance(each, Mapping)]
        if hosts:
            found[str(entry.get("prefix"))] = [
                url for host in hosts if (url := without_login(_with_scheme(host)))
            ]
    return found


def _with_scheme(host: object) -> str:
    """A mirror as containerd takes it: with TLS, unless it says otherwise."""
    text = str(host or "").strip()
    return text if "://" in text or not text else f"https://{text}"


def without_login(url: Any) -> str | None:
    """A web address without the user, the password and what looks like a token in it; None if it is none."""
    try:
        parts = urlsplit(str(url or "").strip())
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not host:
        return None
    query = "" if secrets.in_name(parts.query) else parts.query
    return urlunsplit((parts.scheme, host, parts.path, query, ""))
