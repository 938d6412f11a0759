# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The closed place as fixtures. `make e2e` starts these tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import _closed
import _mirror
import pytest
from _cluster import LabCluster


@pytest.fixture(scope="session")
def kubespray() -> Path:
    """Where the real Kubespray is installed. Without it there is nothing to test, and that is a failure here."""
    paths = os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)
    found = _closed.installed([Path(path) for path in paths])
    if found is None:
        pytest.fail("Kubespray is not installed; `make setup` says how it gets there.")
    return found


@pytest.fixture(scope="session")
def packed(kubespray: Path) -> dict[str, Any]:
    """Kubespray's variables for the files that are served."""
    return _mirror.variables(kubespray)


@pytest.fixture(scope="module")
def closed(
    packed: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., LabCluster]]:
    """A function that boots hosts with a file server in reach and makes their cluster's directory."""
    with ExitStack() as stack:

        def make(name: str, addresses: list[str], **inventory: object) -> LabCluster:
            folder = tmp_path_factory.mktemp("e")
            return _closed.cluster(stack, packed, folder, name, addresses, inventory)

        yield make
