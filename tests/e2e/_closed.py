# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The closed place: a lab without a way out, its file server, and a cluster in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import _mirror
import yaml
from _cluster import HERE, ROOT, LabCluster

# Where init finds the sample of the installed Kubespray without the web, as the tests of init do.
REPOSITORY = Path.home() / ".ansible" / "kubespray" / "git"
KUBESPRAY = "ansible_collections/kubernetes_sigs/kubespray"


def installed(paths: Sequence[Path]) -> Path | None:
    """The folder of the installed Kubespray in the first of these collections paths that has it."""
    return next((path / KUBESPRAY for path in paths if (path / KUBESPRAY).is_dir()), None)


def cluster(
    stack: ExitStack,
    packed: Mapping[str, Any],
    folder: Path,
    name: str,
    addresses: Sequence[str],
    inventory: Mapping[str, object],
) -> LabCluster:
    """Boot hosts with a file server in reach and make their cluster's directory; stack takes it all down again.

    packed: Kubespray's variables for the files that are served; inventory: what is added to the source of ip_list.
    """
    made = LabCluster(folder, name, addresses)
    made.up()
    stack.callback(made.lab, "down")
    gateway = addresses[0].rsplit(".", 1)[0] + ".1"
    mine = {
        "files_repo": stack.enter_context(_mirror.serve(gateway)),
        **packed,
        **made.login(),
    }
    given: dict[str, object] = {"k8n_known_hosts": str(made.state / "known_hosts")}
    if REPOSITORY.is_dir():
        given["k8n_kubespray_source"] = str(REPOSITORY)
    files = {
        "offline.yml": (ROOT / "docs/offline/group_vars.yml").read_text(encoding="utf-8"),
        "z-hosts.yml": (HERE / "group_vars.yml").read_text(encoding="utf-8"),
        "z-mine.yml": yaml.safe_dump(mine),
    }
    made.init(given, files, inventory)
    return made
