# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.model import Cluster
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.options import (
    LAYOUTS,
    LOCAL,
    PLACEMENTS,
    WORKERS,
    Entries,
    Options,
    read_options,
)


def read(defaults: dict[str, object], **written: object) -> Options:
    mistakes = Mistakes()
    options = read_options(written, defaults, mistakes)
    mistakes.raise_if_any()
    return options


def test_the_documented_defaults_are_valid(defaults: dict[str, object]) -> None:
    assert read(defaults) == Options(
        nodes=None,
        nodes_file=None,
        exclude=[],
        control_plane=1,
        etcd=None,
        etcd_placement="near_control_plane",
        zones={},
        workers=None,
        layout="stacked",
        dedicated_etcd_from=50,
        dedicated_control_plane_from=200,
        naming="node-{ip}",
        role_names={"control_plane": "cp", "etcd": "etcd", "worker": "node"},
        local_connection="never",
        allow_even_etcd=False,
        vars={},
        bastion=None,
    )


def test_every_documented_option_is_read(defaults: dict[str, object]) -> None:
    constructed = {
        "compose",
        "groups",
        "keyed_groups",
        "leading_separator",
        "strict",
        "use_extra_vars",
    }
    assert set(defaults) == {*Options._fields, *constructed, "plugin"}


@pytest.mark.parametrize(
    ("choices", "text"),
    [
        (PLACEMENTS, "choices:\n      - near_control_plane\n      - spread\n      - first\n"),
        (LAYOUTS, "choices:\n      - stacked\n      - auto\n"),
        (LOCAL, "choices:\n      - never\n      - auto\n"),
        (WORKERS, "V(all), V(exclude_control_plane) (all but those), V(exclude_etcd),"),
    ],
)
def test_the_choices_are_those_of_the_documentation(choices: tuple[str, ...], text: str) -> None:
    plugin = Path(__file__).parents[5] / "plugins" / "inventory" / "ip_list.py"
    documented = " ".join(plugin.read_text(encoding="utf-8").split())
    assert " ".join(text.split()) in documented
    assert all(choice in documented for choice in choices)


def test_a_count_may_be_a_text(defaults: dict[str, object]) -> None:
    options = read(defaults, control_plane="2", etcd=" 5 ")
    assert (options.control_plane, options.etcd) == (2, 5)


def test_lists_stay_unread(defaults: dict[str, object]) -> None:
    options = read(defaults, control_plane=["a"], etcd="a b", workers=["c"])
    assert (options.control_plane, options.etcd) == (Entries(["a"]), Entries("a b"))
    assert options.workers == Entries(["c"])
    assert read(defaults, workers="10.1.1.1 10.1.1.2").workers == Entries("10.1.1.1 10.1.1.2")
    assert read(defaults, workers="10.1.1.1").workers == Entries("10.1.1.1")


def test_role_names_are_merged(defaults: dict[str, object]) -> None:
    options = read(defaults, role_names={"control_plane": "master"})
    assert options.role_names == {"control_plane": "master", "etcd": "etcd", "worker": "node"}


def test_an_option_without_value_is_not_given(defaults: dict[str, object]) -> None:
    assert read(defaults, etcd=None, zones=None, workers=None, naming=None) == read(defaults)


def test_the_environment_speaks_where_the_file_does_not(defaults: dict[str, object]) -> None:
    defaults = {**defaults, "nodes": "10.1.1.1"}
    assert read(defaults).nodes == "10.1.1.1"
    assert read(defaults, nodes=["10.1.1.2"]).nodes == ["10.1.1.2"]
    options = read(defaults, nodes_file="nodes.txt")
    assert (options.nodes, options.nodes_file) == (None, "nodes.txt")


@pytest.mark.parametrize(
    ("written", "messages"),
    [
        ({"workerz": 1}, ["workerz: there is no such option; did you mean workers?"]),
        (
            {"nodes": "a", "nodes_file": "b"},
            ["nodes_file: nodes is given too; keep one of the two"],
        ),
        ({"nodes_file": 5}, ["nodes_file: this is a number (5); wanted a path"]),
        (
            {"control_plane": True, "etcd": 1.5},
            [
                "control_plane: this is a boolean (True); wanted a count, or a list of addresses or"
                " names",
                "etcd: this is a number (1.5); wanted a count, or a list of addresses or names",
            ],
        ),
        (
            {"control_plane": 0, "etcd": -1},
            [
                "control_plane: 0 is too few; wanted 1 or more",
                "etcd: -1 is too few; wanted 1 or more",
            ],
        ),
        (
            {"etcd_placement": "sprad", "layout": ["auto"], "local_connection": "yes"},
            [
                "etcd_placement: 'sprad' is not a choice; wanted near_control_plane or spread or"
                " first; did you mean spread?",
                "layout: ['auto'] is not a choice; wanted stacked or auto",
                "local_connection: 'yes' is not a choice; wanted never or auto",
            ],
        ),
        (
            {"workers": "exclude_controlplane"},
            [
                "workers: 'exclude_controlplane' is not a choice; wanted all,"
                " exclude_control_plane, exclude_etcd, exclude_both, or a list of addresses or"
                " names; did you mean exclude_control_plane?"
            ],
        ),
        (
            {"workers": 3},
            [
                "workers: this is a number (3); wanted all, exclude_control_plane, exclude_etcd,"
                " exclude_both, or a list"
            ],
        ),
        (
            {"dedicated_etcd_from": "50", "dedicated_control_plane_from": 0},
            [
                "dedicated_etcd_from: this is a text ('50'); wanted a number of hosts, 1 or more",
                "dedicated_control_plane_from: this is a number (0); wanted a number of hosts, 1 or"
                " more",
            ],
        ),
        (
            {"allow_even_etcd": "yes"},
            ["allow_even_etcd: this is a text ('yes'); wanted true or false, without quotes"],
        ),
        (
            {"strict": 1, "compose": [], "groups": "x", "keyed_groups": {}},
            [
                "strict: this is a number (1); wanted true or false",
                "compose: this is a list ([]); wanted a mapping of variable names to expressions",
                "groups: this is a text ('x'); wanted a mapping of group names to conditions",
                "keyed_groups: this is a mapping ({}); wanted a list of mappings",
            ],
        ),
    ],
)
def test_every_mistake(
    defaults: dict[str, object], written: dict[str, object], messages: list[str]
) -> None:
    with pytest.raises(IpListError) as caught:
        read(defaults, **written)
    assert list(caught.value.mistakes) == messages


def test_the_groups_of_kubespray_take_no_conditions(
    defaults: dict[str, object], build: Callable[..., Cluster]
) -> None:
    own = build(nodes="10.1.1.1").groups
    with pytest.raises(IpListError) as caught:
        read(defaults, groups={**dict.fromkeys(own, True), "mine": True})
    filled = ["control_plane", "workers", "etcd", "control_plane and workers", "layout"]
    assert list(caught.value.mistakes) == [
        f"groups, {group}: this group is filled by {options} alone; choose another name"
        for group, options in zip(own, filled, strict=True)
    ]


def test_an_unknown_option_far_from_all_lists_them(defaults: dict[str, object]) -> None:
    with pytest.raises(IpListError) as caught:
        read(defaults, colour="red")
    options = ", ".join(sorted(defaults))
    assert str(caught.value) == f"colour: there is no such option; the options are {options}"
