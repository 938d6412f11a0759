# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of several variables counts, and what cannot be evaluated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.collection import (
    KubesprayError,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings import files
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings.values import Values

DEFAULTS = "kubespray_defaults/defaults/main/main.yml"
CONSTANTS = "kubespray_defaults/vars/main.yml"


def test_an_inventory_is_stronger_than_defaults_and_weaker_than_constants_and_extra_variables(
    write: Callable[..., Path], values: Callable[..., Values]
) -> None:
    write(
        **{
            DEFAULTS: {"a": "default", "b": "default", "c": "default", "d": "{{ a }}-{{ b }}"},
            CONSTANTS: {"c": "constant", "e": "constant"},
        }
    )
    found = values(extra={"e": "extra"}, b="inventory", c="inventory")
    assert [found.get(name) for name in "abcde"] == [
        "default", "inventory", "constant", "default-inventory", "extra",
    ]  # fmt: skip


def test_a_role_s_own_default_is_stronger_than_the_one_that_all_roles_share(
    write: Callable[..., Path], values: Callable[..., Values]
) -> None:
    write(**{DEFAULTS: {"a": "shared"}, "kubernetes/node/defaults/main.yml": {"a": "own"}})
    assert values().get("a") == "own"


def test_facts_that_nobody_gathered_are_those_of_a_common_host_and_others_count(
    write: Callable[..., Path], values: Callable[..., Values]
) -> None:
    write(**{DEFAULTS: {"a": "{{ ansible_architecture }} {{ ansible_facts['os_family'] }}"}})
    assert values().get("a") == "x86_64 Debian"
    assert values(facts={"architecture": "aarch64"}).get("a") == "aarch64 Debian"


def test_what_is_undefined_broken_or_of_another_kind_is_none(
    write: Callable[..., Path], values: Callable[..., Values]
) -> None:
    write(
        **{DEFAULTS: "a: '{{ nowhere }}'\nb: '{{ 1 / 0 }}'\nc: '{{ ( }}'\nd: many\ne: !vault x\n"}
    )
    found = values()
    assert [found.get(name) for name in ("a", "b", "c", "missing")] == [None] * 4
    assert (found.number("d"), found.flag("d"), found.text("d")) == (None, None, "many")
    assert (found.number("missing"), found.flag("missing"), found.text("missing")) == (None,) * 3


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        (None, True),
        ([], True),
        (False, False),
        ("plugin == 'calico'", True),
        (["plugin == 'calico'", "mode == 'ipvs'"], False),
        ("seen.rc == 0", None),
        (["seen.rc == 0", "mode == 'ipvs'"], False),
    ],
)
def test_a_condition_holds_or_not_or_hangs_on_the_run(
    conditions: object, holds: bool | None, values: Callable[..., Values]
) -> None:
    assert values(plugin="calico", mode="nftables").holds(conditions) is holds


def test_a_file_that_is_no_yaml_is_named(
    write: Callable[..., Path], values: Callable[..., Values]
) -> None:
    root = write(**{DEFAULTS: "a: [\n", "network_facts/tasks/main.yml": "- a: ["})
    with pytest.raises(KubesprayError) as caught:
        values()
    said = str(caught.value)
    assert said.startswith(
        f"{root}/roles/kubespray_defaults: the variables of this role of Kubespray cannot be read: "
    )
    assert "Install Kubespray again: pip install distlib && ansible-galaxy collection" in said
    with pytest.raises(
        KubesprayError, match=r"main\.yml: this file of Kubespray cannot be read: while parsing"
    ):
        files.tasks(root / "roles/network_facts/tasks/main.yml")


def test_tasks_whose_modules_are_not_installed_do_not_matter(
    write: Callable[..., Path], values: Callable[..., Values]
) -> None:
    role = "kubernetes/node"
    write(
        **{
            f"{role}/defaults/main.yml": {"a": "own"},
            f"{role}/tasks/main.yml": [{"nowhere.at_all.module": {}}],
            f"{role}/handlers/main.yml": [{"nowhere.at_all.module": {}}],
            f"{role}/meta/main.yml": {"dependencies": ["nowhere"]},
        }
    )
    assert values().get("a") == "own"
