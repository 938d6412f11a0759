# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.cluster import build_cluster
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import IpListError
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.model import Cluster
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.options import (
    LAYOUTS,
    LOCAL,
    PLACEMENTS,
    WORKERS,
)
from hypothesis import given, settings
from hypothesis import strategies as st

Build = Callable[..., Cluster]

# Six subnets, so that random lists have full, part-filled and missing zones.
ADDRESSES = [f"10.{zone}.1.{host}" for zone in range(1, 7) for host in range(1, 10)]
NAMINGS = ["node-{ip}", "{role}-{ip}", "{zone}-{octet4}", "n{index}", "{role}{octet2}-{octet4}"]

quick = settings(max_examples=150, deadline=None)
node_lists = st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=24, unique=True)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, object]:
    """Options that fit together: counts within the list, an odd etcd, workers left."""
    nodes = draw(node_lists)
    options: dict[str, object] = {
        "nodes": nodes,
        "etcd_placement": draw(st.sampled_from(PLACEMENTS)),
        "naming": draw(st.sampled_from(NAMINGS)),
    }
    if draw(st.booleans()):
        options["control_plane"] = draw(st.integers(1, len(nodes)))
    else:
        options["control_plane"] = draw(
            st.lists(st.sampled_from(nodes), min_size=1, max_size=3, unique=True)
        )
    odd = st.integers(0, (len(nodes) - 1) // 2).map(lambda half: 2 * half + 1)
    options["etcd"] = draw(odd)
    return options


def addresses(cluster: Cluster) -> list[object]:
    return [host.variables["ip"] for host in cluster.hosts]


def names(cluster: Cluster) -> list[str]:
    return [host.name for host in cluster.hosts]


def members(cluster: Cluster, group: str) -> list[object]:
    """The addresses of a group's hosts: those stay when a role changes names."""
    by_name = {host.name: host.variables["ip"] for host in cluster.hosts}
    return [by_name[name] for name in cluster.groups[group]]


@quick
@given(options=requests(), workers=st.sampled_from(WORKERS), layout=st.sampled_from(LAYOUTS))
def test_nothing_is_lost_or_doubled(
    build: Build, options: dict[str, object], workers: str, layout: str
) -> None:
    try:
        cluster = build(
            **options,
            workers=workers,
            layout=layout,
            dedicated_etcd_from=8,
            dedicated_control_plane_from=16,
        )
    except IpListError as e:
        # No worker left, or no room for a dedicated etcd: the only reasons there can be.
        assert all(mistake.startswith(("workers: ", "layout: ")) for mistake in e.mistakes)
        return
    assert addresses(cluster) == options["nodes"]
    assert max(Counter(names(cluster)).values()) == 1
    for group, hosts in cluster.groups.items():
        if group != "k8s_cluster":
            assert set(hosts) <= set(names(cluster))
            assert len(hosts) == len(set(hosts))
    assert len(cluster.groups["etcd"]) == options["etcd"]
    assert len(cluster.groups["etcd"]) % 2 == 1
    wanted = options["control_plane"]
    if isinstance(wanted, list):
        assert members(cluster, "kube_control_plane") == wanted
    else:
        assert len(cluster.groups["kube_control_plane"]) == wanted
    assert cluster.groups["kube_node"]


@quick
@given(nodes=node_lists)
def test_the_default_etcd_is_odd(build: Build, nodes: list[str]) -> None:
    assert len(build(nodes=nodes).groups["etcd"]) == (3 if len(nodes) >= 3 else 1)


@quick
@given(
    options=requests(),
    more=st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=4, unique=True),
)
def test_an_address_at_the_end_changes_no_other_host(
    build: Build, options: dict[str, object], more: list[str]
) -> None:
    nodes = options["nodes"]
    assert isinstance(nodes, list)
    before = build(**options)
    added = [address for address in more if address not in nodes]
    after = build(**{**options, "nodes": [*nodes, *added]})
    assert names(after)[: len(nodes)] == names(before)
    assert after.groups["kube_control_plane"] == before.groups["kube_control_plane"]
    if "k8n_etcd_pin" not in before.variables:
        assert after.groups["etcd"] == before.groups["etcd"]
    if options["etcd_placement"] == "first":
        assert "k8n_etcd_pin" not in before.variables


@quick
@given(
    options=requests(),
    more=st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=8, unique=True),
    threshold=st.integers(1, 24),
)
def test_an_address_at_the_end_moves_roles_only_where_a_pin_said_so(
    build: Build, options: dict[str, object], more: list[str], threshold: int
) -> None:
    nodes = options["nodes"]
    assert isinstance(nodes, list)
    options = {**options, "layout": "auto", "dedicated_etcd_from": threshold}
    grown = [*nodes, *(address for address in more if address not in nodes)]
    try:
        before = build(**options)
    except IpListError:  # no room for a dedicated etcd
        return
    pin = before.variables.get("k8n_etcd_pin")
    if pin is None:
        try:
            after = build(**{**options, "nodes": grown})
        except IpListError:
            return
        for group in ("kube_control_plane", "etcd"):
            assert members(after, group) == members(before, group)
        return
    assert isinstance(pin, str)
    after = build(**{**options, **yaml.safe_load(pin), "nodes": grown})
    assert "k8n_etcd_pin" not in after.variables
    for group in ("kube_control_plane", "etcd"):
        assert members(after, group) == members(before, group)
    if len(nodes) < threshold:
        assert names(after)[: len(nodes)] == names(before)
        assert set(members(before, "kube_node")) <= set(members(after, "kube_node"))


@quick
@given(options=requests(), more=st.lists(st.sampled_from(ADDRESSES), max_size=4, unique=True))
def test_listed_members_stay(build: Build, options: dict[str, object], more: list[str]) -> None:
    nodes = options["nodes"]
    assert isinstance(nodes, list)
    before = build(**options)
    listed = members(before, "etcd")
    pin = "etcd: [" + ", ".join(map(str, listed)) + "]"
    assert before.variables.get("k8n_etcd_pin", pin) == pin
    added = [address for address in more if address not in nodes]
    after = build(**{**options, "nodes": [*nodes, *added], "etcd": listed})
    assert after.groups["etcd"] == before.groups["etcd"]
    assert "k8n_etcd_pin" not in after.variables


@quick
@given(options=requests())
def test_there_is_a_pin_exactly_where_one_address_more_can_change_members(
    build: Build, options: dict[str, object]
) -> None:
    nodes = options["nodes"]
    assert isinstance(nodes, list)
    before = build(**options)
    zones = {address.rpartition(".")[0] for address in nodes} | {"10.99.9"}
    changed = [
        build(**{**options, "nodes": [*nodes, f"{zone}.200"]}).groups["etcd"]
        != before.groups["etcd"]
        for zone in sorted(zones)
    ]
    assert ("k8n_etcd_pin" in before.variables) == any(changed)


@quick
@given(options=requests(), data=st.data())
def test_exclude_takes_exactly_these_hosts(
    build: Build, options: dict[str, object], data: st.DataObject
) -> None:
    nodes = options["nodes"]
    assert isinstance(nodes, list)
    gone = data.draw(st.lists(st.sampled_from(nodes), max_size=len(nodes) - 1, unique=True))
    plain = {"nodes": nodes, "naming": "n{index}"}
    before = build(**plain)
    after = build(**plain, exclude=gone)
    assert addresses(after) == [address for address in nodes if address not in gone]
    kept = {host.name: host.variables for host in before.hosts}
    assert all(kept[host.name] == host.variables for host in after.hosts)


@quick
@given(nodes=node_lists, separator=st.sampled_from([" ", ", ", "\n", "\t", ",\n  "]))
def test_a_list_and_a_text_are_the_same(build: Build, nodes: list[str], separator: str) -> None:
    text = separator.join(nodes)
    assert build(nodes=text) == build(nodes=nodes) == build(environment=text)


words = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="0123456789abcdef.:,-/%@[]{} \n\0", max_size=24),
    st.sampled_from([*ADDRESSES, "10.1.1.0/24", "10.0.0.0/8", "10.1.1.9-2", "::1", "a,10.1.1.1"]),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(words, st.integers()), inner, max_size=4),
    ),
    max_leaves=8,
)
options_of_any_kind = st.fixed_dictionaries(
    {"nodes": st.one_of(values, st.lists(words, max_size=6))},
    optional={
        "exclude": values,
        "control_plane": st.one_of(values, st.lists(words, max_size=3)),
        "etcd": st.one_of(values, st.integers(-1, 9)),
        "etcd_placement": st.one_of(values, st.sampled_from(PLACEMENTS)),
        "zones": st.one_of(values, st.dictionaries(words, st.lists(words, max_size=3), max_size=3)),
        "workers": st.one_of(values, st.sampled_from(WORKERS)),
        "layout": st.one_of(values, st.sampled_from(LAYOUTS)),
        "dedicated_etcd_from": values,
        "naming": st.one_of(values, st.sampled_from(NAMINGS)),
        "role_names": values,
        "local_connection": st.one_of(values, st.sampled_from(LOCAL)),
        "allow_even_etcd": values,
        "nodes_file": values,
        "compose": values,
        "colour": values,
    },
)


@settings(parent=quick, max_examples=600)
@given(written=options_of_any_kind)
def test_any_input_gives_an_inventory_or_a_list_of_mistakes(
    defaults: dict[str, object], written: dict[str, object]
) -> None:
    try:
        cluster = build_cluster(written, defaults, Path("/nonexistent"), lambda address: False)
    except IpListError as e:
        assert e.mistakes
        assert all(": " in mistake for mistake in e.mistakes)
    else:
        assert cluster.hosts


@quick
@given(text=words)
def test_any_text_as_naming(build: Build, text: str) -> None:
    try:
        build(nodes="10.1.1.1 10.1.1.2", naming=text)
    except IpListError as e:
        assert all(mistake.startswith(("naming: ", "nodes, word 2: ")) for mistake in e.mistakes)
