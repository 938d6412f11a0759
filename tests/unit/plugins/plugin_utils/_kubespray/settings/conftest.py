# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of a host on a small tree of Kubespray's files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.settings.values import Values
from ansible_collections.k8n.cluster.tests.unit.plugins.plugin_utils._kubespray.settings.host_variables import (
    host_values,
)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes files below the tree, each given as its path below roles and its content; returns the tree."""

    def write_files(**contents: Any) -> Path:
        for name, content in contents.items():
            path = tmp_path / "roles" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
            )
        return tmp_path

    return write_files


@pytest.fixture
def values(tmp_path: Path) -> Callable[..., Values]:
    """The variables of a host whose inventory has those that are given, with facts, and with those of -e."""

    def make(
        extra: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, **inventory: Any
    ) -> Values:
        return host_values(tmp_path, inventory, extra, facts)

    return make
