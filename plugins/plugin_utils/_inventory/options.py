# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .._text.outside import OutsideError, bounded, show
from .._text.words import describe, did_you_mean
from .mistakes import Mistakes

# How the name of a source file of ip_list ends.
SUFFIXES = ("k8n.yml", "k8n.yaml")
_MOST_HOSTS = 10**9
_COUNT = re.compile(r"[0-9]{1,9}")

PLACEMENTS = ("near_control_plane", "spread", "first")
WORKERS = ("all", "exclude_control_plane", "exclude_etcd", "exclude_both")
LAYOUTS = ("stacked", "auto")
LOCAL = ("never", "auto")

# The constructed options are checked by type here and understood by Ansible.
_CONSTRUCTED: dict[str, tuple[type, str]] = {
    "strict": (bool, "true or false"),
    "use_extra_vars": (bool, "true or false"),
    "leading_separator": (bool, "true or false"),
    "compose": (Mapping, "a mapping of variable names to expressions"),
    "groups": (Mapping, "a mapping of group names to conditions"),
    "keyed_groups": (list, "a list of mappings"),
}
# Kubespray's groups, and what fills them. A condition would add hosts that nothing has checked.
_OWN_GROUPS = {
    "kube_control_plane": "control_plane",
    "kube_node": "workers",
    "etcd": "etcd",
    "k8s_cluster": "control_plane and workers",
    "calico_rr": "layout",
}


class Entries(NamedTuple):
    """Entries that stand for hosts of the list, not read yet."""

    value: object


class Options(NamedTuple):
    """The options in their types; what lists of entries hold is not read yet."""

    nodes: object
    nodes_file: str | None
    exclude: object
    # None after a mistake.
    control_plane: int | Entries | None
    etcd: int | Entries | None
    etcd_placement: str
    zones: object
    workers: str | Entries | None
    layout: str
    dedicated_etcd_from: int
    dedicated_control_plane_from: int
    naming: object
    role_names: object
    local_connection: str
    allow_even_etcd: bool
    vars: object
    bastion: object


def read_options(
    written: Mapping[str, object], defaults: Mapping[str, object], mistakes: Mistakes
) -> Options:
    """Check names and types of what the source file holds.

    defaults holds every option there is with its value where the file says nothing.
    """
    _check_names(written, defaults, mistakes)
    given = {key: value for key, value in written.items() if value is not None}
    for key, (wanted, text) in _CONSTRUCTED.items():
        if key in given and not isinstance(given[key], wanted):
            mistakes.add(key, _not(given[key], text))
        elif key in given:
            try:
                bounded(given[key])
            except OutsideError as e:
                mistakes.add(key, f"{e}; wanted {text}")
    _check_groups(given.get("groups"), mistakes)
    values = {**defaults, **given}
    names = values["role_names"]
    if isinstance(names, Mapping) and isinstance(defaults["role_names"], Mapping):
        names = {**defaults["role_names"], **names}
    if "nodes" in given and "nodes_file" in given:
        mistakes.add("nodes_file", "nodes is given too; keep one of the two")
    return Options(
        # The environment only speaks where the file does not.
        nodes=given.get("nodes") if "nodes_file" in given else values["nodes"],
        nodes_file=_text("nodes_file", given.get("nodes_file"), mistakes),
        exclude=values["exclude"],
        control_plane=_count_or_list("control_plane", values["control_plane"], mistakes),
        etcd=_count_or_list("etcd", values["etcd"], mistakes),
        etcd_placement=_choice("etcd_placement", values, PLACEMENTS, mistakes),
        zones=values["zones"],
        workers=_workers(given.get("workers"), mistakes),
        layout=_choice("layout", values, LAYOUTS, mistakes),
        dedicated_etcd_from=_number("dedicated_etcd_from", values, mistakes),
        dedicated_control_plane_from=_number("dedicated_control_plane_from", values, mistakes),
        naming=values["naming"],
        role_names=names,
        local_connection=_choice("local_connection", values, LOCAL, mistakes),
        allow_even_etcd=_flag("allow_even_etcd", values, mistakes),
        vars=values["vars"],
        bastion=values["bastion"],
    )


def _check_names(
    written: Mapping[str, object], known: Mapping[str, object], mistakes: Mistakes
) -> None:
    for key in written:
        if key not in known:
            hint = did_you_mean(key, known)
            options = "" if hint else f"; the options are {', '.join(sorted(known))}"
            mistakes.add(
                key if isinstance(key, str) else show(key),
                f"there is no such option{options}{hint}",
            )


def _check_groups(groups: object, mistakes: Mistakes) -> None:
    for group in groups if isinstance(groups, Mapping) else ():
        if group in _OWN_GROUPS:
            mistakes.add(
                f"groups, {group}",
                f"this group is filled by {_OWN_GROUPS[group]} alone; choose another name",
            )


def _not(value: object, wanted: str) -> str:
    return f"this is {describe(value)}; wanted {wanted}"


def _text(option: str, value: object, mistakes: Mistakes) -> str | None:
    if value is None or isinstance(value, str):
        return value
    mistakes.add(option, _not(value, "a path"))
    return None


def _count_or_list(option: str, value: object, mistakes: Mistakes) -> int | Entries | None:
    if isinstance(value, str) and _COUNT.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, (bool, float, Mapping)):
        mistakes.add(option, _not(value, "a count, or a list of addresses or names"))
        return None
    if isinstance(value, int) and value < 1:
        mistakes.add(option, f"{show(value)} is too few; wanted 1 or more")
        return None
    if isinstance(value, int) and value > _MOST_HOSTS:
        mistakes.add(option, f"{show(value)} is more than any cluster has; wanted a count of hosts")
        return None
    return value if value is None or isinstance(value, int) else Entries(value)


def _workers(value: object, mistakes: Mistakes) -> str | Entries | None:
    """None if nothing is said, a choice, or the entries."""
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        return Entries(value)
    if isinstance(value, str):
        if value in WORKERS:
            return str(value)
        if len(value.split()) > 1 or "." in value or ":" in value:
            return Entries(value)
        mistakes.add(
            "workers",
            f"{show(value)} is not a choice; wanted {', '.join(WORKERS)}, or a list of addresses"
            f" or names{did_you_mean(value, WORKERS)}",
        )
        return None
    mistakes.add("workers", _not(value, f"{', '.join(WORKERS)}, or a list"))
    return None


def _choice(
    option: str, values: Mapping[str, object], choices: tuple[str, ...], mistakes: Mistakes
) -> str:
    value = values[option]
    if value in choices:
        return str(value)
    hint = did_you_mean(value, choices)
    mistakes.add(option, f"{show(value)} is not a choice; wanted {' or '.join(choices)}{hint}")
    return choices[0]


def _number(option: str, values: Mapping[str, object], mistakes: Mistakes) -> int:
    value = values[option]
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST_HOSTS:
        return value
    mistakes.add(option, _not(value, "a number of hosts, 1 or more"))
    return 1


def _flag(option: str, values: Mapping[str, object], mistakes: Mistakes) -> bool:
    value = values[option]
    if isinstance(value, bool):
        return value
    mistakes.add(option, _not(value, "true or false, without quotes"))
    return False
