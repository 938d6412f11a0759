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
import yaml
from _cluster import HERE, ROOT, LabCluster

# Where init finds the sample of the installed Kubespray without the web, as the tests of init do.
REPOSITORY = Path.home() / ".ansible" / "kubespray" / "git"
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
) -> Iterator[Callable[..., LabCluster]]:
    """A function that boots hosts with a file server in reach and makes their cluster's directory."""
    with ExitStack() as stack:

        def make(name: str, addresses: list[str], **inventory: object) -> LabCluster:
            cluster = LabCluster(tmp_path_factory.mktemp("e"), name, addresses)
            cluster.up()
            stack.callback(cluster.lab, "down")
            gateway = addresses[0].rsplit(".", 1)[0] + ".1"
            mine = {
                "files_repo": stack.enter_context(_mirror.serve(gateway)),
                **packed,
                **cluster.login(),
            }
            given: dict[str, object] = {"k8n_known_hosts": str(cluster.state / "known_hosts")}
            if REPOSITORY.is_dir():
                given["k8n_kubespray_source"] = str(REPOSITORY)
            files = {
                "offline.yml": (ROOT / "docs/offline/group_vars.yml").read_text(encoding="utf-8"),
                "z-hosts.yml": (HERE / "group_vars.yml").read_text(encoding="utf-8"),
                "z-mine.yml": yaml.safe_dump(mine),
            }
            cluster.init(given, files, inventory)
            return cluster

        yield make
