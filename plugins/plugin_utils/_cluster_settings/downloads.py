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
from urllib.parse import urlsplit, urlunsplit

from ansible_collections.k8n.cluster.plugins.plugin_utils import _secrets
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_settings.values import Values

# Where a name without a registry comes from.
_DEFAULT_REGISTRY = "docker.io"
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
                    found = {"url": url, "what": name, "on": groups, "machines": []}
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
    host = registry(image)
    if host:
        found = registries.setdefault(host, {"what": [], "on": []})
        found["what"].append(name)
        found["on"] += [group for group in groups if group not in found["on"]]


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
                url for host in hosts if (url := without_login(host))
            ]
    return found


def registry(image: Any) -> str | None:
    """The registry of an image's name, with its port if it has one; a name alone is one of Docker Hub's."""
    name = re.sub(r"^[a-z]+://", "", str(image or "").strip())
    if not name:
        return None
    first, slash, _path = name.partition("/")
    first = first.rpartition("@")[2]
    is_host = first == "localhost" or "." in first or ":" in first
    # A variable may hold the registry alone.
    return first if is_host or not slash else _DEFAULT_REGISTRY


def without_login(url: Any) -> str | None:
    """A web address without the user, the password and what looks like a token in it; None if it is none."""
    try:
        parts = urlsplit(str(url or "").strip())
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not host:
        return None
    query = "" if _secrets.in_name(parts.query) else parts.query
    return urlunsplit((parts.scheme, host, parts.path, query, ""))
