# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The closed place: a lab without a way out, its file server, and clusters in it. `make e2e` starts these tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import _mirror
import pytest
from _cluster import Cluster

KUBESPRAY = "ansible_collections/kubernetes_sigs/kubespray"


@pytest.fixture(scope="session")
def kubespray() -> Path:
    """Where the real Kubespray is installed. Without it there is nothing to test, and that is a failure here."""
    for path in os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep):
        if (Path(path) / KUBESPRAY).is_dir():
            return Path(path) / KUBESPRAY
    pytest.fail("Kubespray is not installed; `make setup` says how it gets there.")


@pytest.fixture(scope="session")
def packed(kubespray: Path) -> dict[str, Any]:
    """Kubespray's variables for the files that are served."""
    return _mirror.variables(kubespray)


@pytest.fixture(scope="module")
def closed(
    packed: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Cluster]]:
    """A function that boots hosts with a file server in reach and makes their cluster's directory."""
    with ExitStack() as stack:

        def make(name: str, addresses: list[str], **inventory: object) -> Cluster:
            cluster = Cluster(tmp_path_factory.mktemp("e"), name, addresses)
            cluster.up()
            stack.callback(cluster.lab, "down")
            gateway = addresses[0].rsplit(".", 1)[0] + ".1"
            url = stack.enter_context(_mirror.serve(gateway))
            cluster.init({"files_repo": url, **packed}, **inventory)
            return cluster

        yield make
