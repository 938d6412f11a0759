# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.cluster import build_cluster
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.model import Cluster

_PLUGIN = Path(__file__).parents[5] / "plugins" / "inventory" / "ip_list.py"
_CONSTRUCTED = {
    "compose": {},
    "groups": {},
    "keyed_groups": [],
    "leading_separator": True,
    "strict": False,
    "use_extra_vars": False,
}


def _documented_defaults() -> dict[str, object]:
    for statement in ast.parse(_PLUGIN.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == (
            "DOCUMENTATION"
        ):
            options = yaml.safe_load(ast.literal_eval(statement.value))["options"]
            return {name: option.get("default") for name, option in options.items()}
    raise AssertionError(f"no DOCUMENTATION in {_PLUGIN}")


@pytest.fixture(scope="session")
def defaults() -> dict[str, object]:
    """Every option with its documented default, as Ansible hands it to the plugin."""
    return {**_documented_defaults(), **_CONSTRUCTED}


@pytest.fixture(scope="session")
def build(defaults: dict[str, object]) -> Callable[..., Cluster]:
    """Builds a cluster from the given options; folder, environment and is_local are optional."""

    def run(
        *,
        folder: Path = Path("/nonexistent"),
        environment: str | None = None,
        is_local: Callable[[str], bool] = lambda address: False,
        **options: object,
    ) -> Cluster:
        written = {"plugin": "k8n.cluster.ip_list", **options}
        return build_cluster(written, {**defaults, "nodes": environment}, folder, is_local)

    return run
