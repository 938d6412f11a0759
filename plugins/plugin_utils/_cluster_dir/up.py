# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""From a list of addresses to a cluster in one command: which directory, which Kubespray, and the run in it.

Ansible reads its configuration, its inventory and the group_vars beside it when it starts, and never again. So what has
made a directory cannot work with it; another run does, which takes the place of the first one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .._kubespray import collection
from .._progress.command import TYPED
from . import directory, record, source

PLAYBOOK = "k8n.cluster.up"
SITE = "site.yml"
# Without k8n_dir and outside of a cluster directory.
_DEFAULT = "cluster"


@dataclass(frozen=True)
class Command:
    """A program with its arguments, and what it needs in its environment; typed is how one would call it."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    typed: tuple[str, ...]


def place(given: str, here: Path) -> str:
    """The directory as it is given, else the cluster directory that here is, else one in here."""
    if given.strip():
        return given
    return "." if (here / record.FILE).is_file() else _DEFAULT


def mistakes(inventories: Collection[str], limit: str | None) -> list[str]:
    """What of the command line cannot be meant."""
    found = []
    if inventories:
        found.append(
            f"-i {' -i '.join(inventories)}: {PLAYBOOK} makes the inventory, in {directory.VARIABLE}. Leave -i out, or "
            "run k8n.cluster.deploy with the inventory that you have."
        )
    if limit:
        found.append(
            f"--limit {limit}: {PLAYBOOK} is about the whole cluster. For some of its hosts run {SITE} in the cluster "
            "directory, with --limit."
        )
    return found


def needs_controller(path: Path, wanted: str, installed: str | None) -> bool | None:
    """Whether Kubespray is to be installed into the directory; None where only the user can know.

    wanted is kubespray_version; installed is the version of the collection that this Ansible finds.
    """
    inside = (path / source.CURRENT).is_dir()
    if wanted in ("", "installed"):
        return False if inside or installed or wanted else None
    return inside or installed is None or wanted != f"v{installed}"


def no_kubespray(path: Path) -> str:
    """What to give where nobody can be asked."""
    return (
        f"No Kubespray is installed here. Give kubespray_version={collection.TESTED_VERSION}, or another tag, branch "
        f"or path of a checkout, and it is installed into {path}, with all that it asks for."
    )


def command(
    argv: Sequence[str], playbooks: Collection[str], path: Path, *, become: bool, extra: Mapping[str, object]
) -> Command:  # fmt: skip
    """The run in the directory that has all options of this one.

    argv is this run's command, playbooks those of its arguments that are playbooks, extra its extra variables; become
    says that it has an option for sudo.
    """
    options = [word for word in argv[1:] if word not in playbooks]
    # python -m ansible wants the name of the command first.
    first = options[:1] if options[:1] == ["playbook"] else []
    rest = [*options[len(first) :], *([] if become else ["-b"])]
    wanted = {"k8n_fetch_kubeconfig": True, "k8n_report_dir": str(path / "reports")}
    if not_given := {name: value for name, value in wanted.items() if name not in extra}:
        rest += ["-e", json.dumps(not_given)]
    words = [str(path / SITE), *rest]
    typed = ("ansible-playbook", *words)
    # For what that run says of how to go on.
    environment = {TYPED: json.dumps(list(argv))}
    script = path / "activate"
    if script.is_file():
        # Made by k8n.cluster.controller: the Ansible that its Kubespray wants, with its collections and ansible.cfg.
        run = ("sh", "-c", '. "$0" && exec ansible-playbook "$@"', str(script), *words)
        return Command(run, environment, typed)
    environment["ANSIBLE_CONFIG"] = str(path / "ansible.cfg")
    return Command((*_program(argv[0]), *first, *words), environment, typed)


def _program(program: str) -> list[str]:
    """This Ansible with this Python, whatever the shell would find."""
    if os.path.basename(program) == "__main__.py":
        return [sys.executable, "-m", os.path.basename(os.path.dirname(program))]
    return [sys.executable, program]
