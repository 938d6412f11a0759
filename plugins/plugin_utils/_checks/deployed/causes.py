# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What follows from another finding is not said a second time: it is unknown until that one is gone.

Only something at least as severe hides something, so what blocks goes on to block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model import Judged, Unknown

_HERE, _ANYWHERE, _EVERYWHERE = "here", "anywhere", "on every host that it is made for"

# A check; others that explain its finding; and where their findings must be.
_CAUSES = (
    # An API server that cannot write does not come up.
    ("api_server_silent", ("etcd_no_leader", "etcd_alarm"), _ANYWHERE),
    ("api_server_silent", ("etcd_member_unhealthy",), _EVERYWHERE),
    # A kubelet whom the API server refuses does not come up.
    (
        "kubelet_not_running",
        ("container_engine_not_running", "kubelet_refused", "kubelet_without_api_server"),
        _HERE,
    ),
    ("kubelet_without_api_server", ("api_server_silent",), _HERE),
    ("kubelet_without_api_server", ("api_server_silent",), _EVERYWHERE),
    ("kubelet_without_api_server", ("etcd_no_leader", "etcd_alarm"), _ANYWHERE),
    ("kubelet_without_api_server", ("container_engine_not_running",), _HERE),
    (
        "node_not_ready",
        (
            "container_engine_not_running", "kubelet_not_running", "kubelet_without_api_server", "kubelet_refused",
            "daemonset_incomplete",
        ),
        _HERE,
    ),
    (
        "system_pod_not_running",
        (
            "container_engine_not_running", "kubelet_not_running", "kubelet_without_api_server", "kubelet_refused",
            "node_not_ready", "api_server_silent", "pod_range_differs", "node_pressure", "unreachable",
        ),
        _HERE,
    ),
    ("system_image_not_pulled", ("image_registry_silent",), _HERE),
    ("system_pod_not_placed", ("node_pressure", "node_not_ready", "node_missing", "kubelet_not_running"), _ANYWHERE),
    ("daemonset_incomplete", ("webhook_silent",), _ANYWHERE),
    ("cluster_dns_down", ("webhook_silent", "etcd_alarm"), _ANYWHERE),
    (
        "cluster_dns_silent",
        (
            "cluster_dns_down", "system_pod_not_placed", "system_pod_not_running", "system_image_not_pulled",
            "pod_range_differs", "node_missing",
        ),
        _ANYWHERE,
    ),
    ("cluster_dns_silent", ("daemonset_incomplete", "sysctl_not_loaded", "container_engine_not_running"), _HERE),
    ("etcd_database_large", ("etcd_alarm",), _ANYWHERE),
)  # fmt: skip


def explain(places: Mapping[str, Judged]) -> None:
    """Move each problem that another one explains to what is unknown; places are all hosts and the cluster."""
    # Of what was found, not of what is left: a cause may itself have one.
    found = {
        place: {each["id"]: each["severity"] for each in judged.problems}
        for place, judged in places.items()
    }
    for place, judged in places.items():
        for problem in list(judged.problems):
            cause = next(
                (
                    cause
                    for cause, severity in _causes(problem["id"], place, found, places)
                    if severity in ("block", problem["severity"])
                ),
                None,
            )
            if cause is not None:
                judged.problems.remove(problem)
                judged.unknown.append(
                    Unknown(problem["id"], f"{cause} comes first, which may be why.")
                )


def _causes(
    check: str,
    place: str,
    found: Mapping[str, Mapping[str, str]],
    places: Mapping[str, Judged],
) -> Iterator[tuple[str, str]]:
    """What explains a finding of the check at this place, with its severity."""
    for effect, causes, where in _CAUSES:
        if effect != check:
            continue
        for cause in causes:
            at = [each for each, problems in found.items() if cause in problems]
            if where == _HERE:
                at = [each for each in at if each == place]
            elif where == _EVERYWHERE and any(cause in judged.passed for judged in places.values()):
                at = []
            for each in at:
                there = "" if each == place else f" on {each}"
                yield f"{cause}{there}", found[each][cause]
