# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of kubespray_settings and between_check has what their code returns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from ansible_collections.k8n.cluster.plugins.action import between_check as between_action
from ansible_collections.k8n.cluster.plugins.modules import between_check, kubespray_settings
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import check
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings import collect
from ansible_collections.k8n.cluster.tests.unit.plugins.plugin_utils._kubespray.settings.host_variables import (
    host_values,
)
from packaging.specifiers import SpecifierSet


def shape(documented: dict[str, Any]) -> dict[str, Any]:
    """The keys that are documented, with those below them."""
    return {str(key): shape(value.get("contains", {})) for key, value in documented.items()}


def keys(value: object) -> dict[str, Any]:
    """The keys of a result, with those of the first of each list of dictionaries."""
    if isinstance(value, list):
        value = value[0] if value else {}
    if not isinstance(value, dict):
        return {}
    return {key: keys(part) for key, part in value.items()}


def test_every_value_of_kubespray_settings_is_documented(tmp_path: Path) -> None:
    given = {
        "kube_version": "1.35.0",
        "calico_vxlan_mode": "Always",
        "kube_network_plugin": "calico",
        "ipv4_stack": True,
        "kube_apiserver_port": 6443,
        "downloads": {
            "a": {
                "enabled": True,
                "file": True,
                "url": "https://example.com/a",
                "groups": ["etcd"],
            },
            "b": {"enabled": True, "container": True, "repo": "quay.io/b", "groups": ["etcd"]},
        },
    }
    values = host_values(tmp_path, given)
    kubespray = collection.Kubespray(tmp_path, "9.9.9", SpecifierSet(">=2.17"))
    found = collect.settings(kubespray, collect.Cluster(values, values, {}))
    documented = shape(yaml.safe_load(kubespray_settings.RETURN))
    judged = {"problems", "passed", "unknown", "not_applicable"}
    assert {key: documented[key] for key in documented if key not in judged} == keys(found)
    assert judged <= set(documented)


def test_every_value_of_between_check_is_documented() -> None:
    documented = yaml.safe_load(between_check.RETURN)
    found = check.check({"a": {"identity": {}}, "b": {"identity": {}}}, {}, 2)
    assert set(documented) == set(found)
    assert (
        set(documented["cluster"]["contains"]) == set(found["cluster"]) == set(found["hosts"]["a"])
    )
    assert set(documented["hosts"]["sample"]["node1"]) == set(found["cluster"])


def test_the_options_of_between_check_are_documented() -> None:
    documented = yaml.safe_load(between_check.DOCUMENTATION)["options"]
    described = {name: {key: value for key, value in option.items() if key != "description"}
                 for name, option in documented.items()}  # fmt: skip
    assert described == between_action.ActionModule.spec
