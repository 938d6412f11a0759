# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The addresses and routes of the host, as `ip` prints them."""

from __future__ import annotations

import ipaddress
import json
import re
from typing import Any, Mapping, NamedTuple

from .output import output

_TIMEOUT_SECONDS = 2.0
_MAX_INTERFACES, _MAX_ADDRESSES, _MAX_ROUTES = 40, 16, 80
# On a live cluster: a pair for each pod, and all service addresses on one interface.
_OF_PODS = re.compile(r"(cali|lxc|veth|tap)[0-9a-f]{6,}$|kube-ipvs0$|nodelocaldns$")


class _Default(NamedTuple):
    metric: int
    to: str
    via: str | None
    dev: str | None


def collect(_wants: Mapping[str, Any]) -> dict[str, Any]:
    """interfaces, routes and the default route (of IPv4, else of IPv6); see parse()."""
    return parse(
        output(["ip", "-j", "address", "show"], _TIMEOUT_SECONDS),
        [
            output(["ip", family, "-j", "route", "show"], _TIMEOUT_SECONDS)
            for family in ("-4", "-6")
        ],
    )


def parse(addresses: str | None, routes: list[str | None]) -> dict[str, Any]:
    """What the JSON of `ip address` and of `ip route` says; None for what is not known.

    default is None without a default route, and routes is None where none could be read.
    complete is False where there was more than is returned.
    """
    interfaces, cut = _interfaces(_items(addresses))
    read = [_items(text) for text in routes]
    if all(items is None for items in read):
        return {"interfaces": interfaces, "routes": None, "default": None, "complete": not cut}
    found, defaults = _routes([item for items in read for item in items or ()])
    first = min(defaults, key=lambda route: (":" in (route.via or ""), route.metric), default=None)
    return {
        "interfaces": interfaces,
        "routes": found[:_MAX_ROUTES],
        "default": None if first is None else {"dev": first.dev, "via": first.via},
        "complete": not cut and len(found) <= _MAX_ROUTES,
    }


def _items(text: str | None) -> list[Mapping[str, Any]] | None:
    if text is None:
        return None
    try:
        # Without any route some versions print nothing at all.
        items = json.loads(text or "[]")
    except ValueError:
        return None
    if not isinstance(items, list):
        return None
    return [item for item in items if isinstance(item, dict)]


def _interfaces(items: list[Mapping[str, Any]] | None) -> tuple[list[dict[str, Any]] | None, bool]:
    """Interfaces that have an address of their own, and whether some were left out."""
    if items is None:
        return None, False
    found, cut = [], False
    for item in items:
        name = str(item.get("ifname", ""))
        addresses = [] if _OF_PODS.match(name) else _addresses(item.get("addr_info"))
        if not addresses:
            continue
        cut = cut or len(addresses) > _MAX_ADDRESSES
        found.append(
            {
                "name": name,
                "mac": item.get("address"),
                "mtu": item.get("mtu"),
                "addresses": addresses[:_MAX_ADDRESSES],
            }
        )
    return found[:_MAX_INTERFACES], cut or len(found) > _MAX_INTERFACES


def _addresses(items: Any) -> list[str]:
    """Addresses with their prefix, without those that mean something on one link or host only."""
    found = []
    for item in items if isinstance(items, list) else ():
        try:
            address = ipaddress.ip_interface(f"{item['local']}/{item['prefixlen']}")
        except (TypeError, KeyError, ValueError):
            continue
        if not address.ip.is_loopback and not address.ip.is_link_local:
            found.append(str(address))
    return found


def _routes(items: list[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[_Default]]:
    found: list[dict[str, Any]] = []
    defaults = []
    for item in items:
        to, dev, via = str(item.get("dst", "")), item.get("dev"), item.get("gateway")
        hops = item.get("nexthops")
        if isinstance(hops, list) and hops and isinstance(hops[0], dict):
            dev, via = hops[0].get("dev"), hops[0].get("gateway")
        # Such a route answers "no", it leads nowhere.
        if item.get("type") in ("unreachable", "prohibit", "blackhole", "throw"):
            continue
        if to == "default":
            metric = item.get("metric", 0)
            defaults.append(_Default(metric if isinstance(metric, int) else 0, to, via, dev))
        elif not _OF_PODS.match(str(dev)) and not to.startswith(("fe80:", "ff00:")):
            found.append({"to": to, "via": via, "dev": dev})
    return found, defaults
