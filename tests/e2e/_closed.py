# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster in the closed place: hosts of the lab without a way out, what serves them, and the cluster's directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import yaml
from _cluster import ROOT, LabCluster
from _place import Place

# Where tests/setup.sh keeps Kubespray's repository, from which init takes the sample.
REPOSITORY = ROOT / ".cache" / "kubespray.git"
KUBESPRAY = "ansible_collections/kubernetes_sigs/kubespray"
SAMPLE = "inventory/sample/group_vars/all/all.yml"


def installed(paths: Sequence[Path]) -> Path | None:
    """The folder of the installed Kubespray in the first of these collections paths that has it."""
    return next((path / KUBESPRAY for path in paths if (path / KUBESPRAY).is_dir()), None)


def cluster(
    stack: ExitStack,
    place: Place,
    kubespray: Path,
    folder: Path,
    name: str,
    addresses: Sequence[str],
    inventory: Mapping[str, object],
) -> LabCluster:
    """Boot hosts with the place in reach and make their cluster's directory; stack takes it all down again.

    inventory: what is added to the source of ip_list.
    """
    made = LabCluster(folder, name, addresses)
    made.up()
    stack.callback(made.lab, "down")
    gateway = addresses[0].rsplit(".", 1)[0] + ".1"
    stack.enter_context(place.serve(gateway))
    made.image, made.versions = place.tools(gateway), place.versions()
    given = {"k8n_known_hosts": str(made.state / "known_hosts"), **_source(kubespray, folder)}
    files = {**place.group_vars(gateway), "z-login.yml": yaml.safe_dump(made.login())}
    made.init(given, files, inventory)
    return made


def _source(kubespray: Path, folder: Path) -> dict[str, str]:
    """What init is told of the sample's source.

    An installed collection has no sample. Where no repository of Kubespray is on this machine either, a folder that
    looks like a checkout of the installed one stands for it, with a sample in which nothing is set.
    """
    if REPOSITORY.is_dir():
        return {"k8n_kubespray_source": str(REPOSITORY)}
    stands_for = folder / "kubespray"
    (stands_for / SAMPLE).parent.mkdir(parents=True)
    (stands_for / SAMPLE).write_text("---\n# No sample: the installed collection has none.\n")
    for path in kubespray.iterdir():
        (stands_for / path.name).symlink_to(path)
    return {"kubespray_version": str(stands_for)}
