# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Whether the host has name servers that answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn

from ..model import Check, Finding, Host, Skipped, Stage, Unknown

CHECKS: tuple[Check, ...] = (
    Check(
        "name_server_missing",
        "a name server is configured",
        "warn",
        Stage.NETWORK,
        kubespray=("stop_if_etc_resolv_conf_has_no_configured_nameservers",),
    ),
    Check("name_server_silent", "every name server answers", "warn", Stage.NETWORK),
    Check("name_server_slow", "every name server answers soon", "warn", Stage.NETWORK),
)
THRESHOLDS: dict[str, float] = {"name_server_ms": 300.0}
# Where the resolver's configuration comes from differs with the distribution; these two are the common ones.
_WHERE = "in the host's network configuration or /etc/systemd/resolved.conf"


def judge(found: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """The findings for what module_utils/_host/names.py collected."""
    servers = found["servers"]
    if servers is None:
        for check in CHECKS:
            yield Unknown(check.id, "/etc/resolv.conf on the host could not be read.")
        return
    if not servers:
        yield warn(
            "name_server_missing",
            "/etc/resolv.conf names no name server: nothing can be looked up or downloaded by name, "
            "and CoreDNS has no server to ask.",
            f"Set a name server {_WHERE}.",
        )
        for check in CHECKS[1:]:
            yield Skipped(check.id, "No name server is configured.")
        return
    yield from _silent(servers, _of_the_cluster(host))
    yield from _slow(servers, host.thresholds["name_server_ms"])


def _of_the_cluster(host: Host) -> list[str]:
    """The addresses at which the cluster itself has, or will have, its DNS."""
    return (host.settings.get("network") or {}).get("dns") or []


def _silent(servers: list[Mapping[str, Any]], own: list[str]) -> Iterator[Finding]:
    silent = [server for server in servers if server["ms"] is None]
    if not silent:
        return
    listed = ", ".join(f"{server['address']} ({server['error']})" for server in silent)
    rest = len(servers) - len(silent)
    ours = [server["address"] for server in silent if server["address"] in own]
    fixes = []
    if ours:
        fixes.append(
            f"{' and '.join(ours)} {'is' if len(ours) == 1 else 'are'} the cluster's own DNS, which Kubespray writes "
            f"there: k8n.cluster.verify says why it does not answer, and where the cluster is not whole yet, "
            f"k8n.cluster.deploy goes on without it."
        )
    if len(ours) < len(silent):
        what = "the others" if ours else "these name servers"
        fixes.append(f"Start or replace {what}: set ones that answer {_WHERE}.")
    yield warn(
        "name_server_silent",
        f"{len(silent)} of {len(servers)} name servers did not answer: {listed}. "
        + (
            "Lookups wait for them before they ask the next one."
            if rest
            else "Every lookup fails, after it has waited for them."
        ),
        " ".join(fixes),
    )


def _slow(servers: list[Mapping[str, Any]], limit: float) -> Iterator[Finding]:
    answered = [server for server in servers if server["ms"] is not None]
    if not answered:
        yield Unknown("name_server_slow", "No name server answered.")
        return
    slow = [server for server in answered if server["ms"] > limit]
    if slow:
        listed = ", ".join(f"{server['address']} ({server['ms']:.0f} ms)" for server in slow)
        yield warn(
            "name_server_slow",
            f"A name server took longer than {limit:g} ms for one answer: {listed}.",
            f"Set nearer name servers {_WHERE}, or raise name_server_ms in k8n_thresholds.",
        )
