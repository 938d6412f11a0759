# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.plugin_utils._report.matrices import matrices
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.model import Known, Matrix


def test_round_trips_of_few_hosts_are_shown_whole() -> None:
    known = {name: Known(("kube_node",)) for name in ("a", "b", "c")}
    result = {"rtt_ms": {"a": {"b": 0.4321, "x": 1.0}, "b": {"a": 5}}}
    assert matrices([{"msg": "failed"}, None, result], known) == (
        Matrix("Round trip", "ms", ("a", "b"), ("a", "b"), ((None, 0.43), (5, None))),
    )


def test_of_many_hosts_those_of_etcd_and_the_control_plane_are_shown() -> None:
    groups = [("etcd",), ("kube_control_plane", "kube_node")] + [("kube_node",)] * 20
    known = {f"n{number}": Known(each) for number, each in enumerate(groups)}
    (matrix,) = matrices([{"rtt_ms": {name: {"n0": 1.0, "n1": 2.0} for name in known}}], known)
    assert matrix.rows == matrix.columns == ("n0", "n1")


def test_ports_that_are_not_open_are_counted_from_host_to_host() -> None:
    known = {name: Known(("kube_node",)) for name in ("a", "b")}
    pairs = {"a": {"b": {"tried": 7, "open": 5}}, "b": {"a": {"tried": 7, "open": 7}}}
    assert matrices([{"ports": {"pairs": pairs, "tried": 14, "open": 12}}], known) == (
        Matrix("Ports tried and not open", "", ("a", "b"), ("a", "b"), ((None, 2), (0, None))),
    )


def test_one_host_has_no_round_trips() -> None:
    assert matrices([{"rtt_ms": {}}], {"a": Known()}) == ()
