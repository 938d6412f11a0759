# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""This run: its hosts, its plugins, and what it was given on the command line."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn

from ..._text.words import some
from ..model import Finding, Skipped, Unknown
from ..probed import found
from . import inventory, localhost
from .values import Value

# Kept in files: the others' "connection" is no path.
_FILE_CACHES = ("jsonfile", "pickle", "yaml", "toml")
_NO_CACHE = "memory"


def check_callbacks(
    names: Value, missing: Callable[[str], str | None], python: str
) -> Iterator[Finding]:
    """missing returns the full name of a callback plugin that is not there, None if it is; python runs Ansible."""
    for name in names.value or ():
        full_name = missing(name)
        if full_name is not None:
            yield warn(
                "callback_missing",
                f"callbacks_enabled ({names.said}) names {name}, which is not installed: Ansible goes on without it.",
                _callback_cure(full_name, names, python),
            )


def _callback_cure(full_name: str, names: Value, python: str) -> str:
    collection, _dot, name = full_name.rpartition(".")
    if name == "ara_default":
        return (
            f"Run: {shlex.quote(python)} -m pip install ara, and set callback_plugins in the section [defaults] of "
            f"{names.key.file} to what '{shlex.quote(python)} -m ara.setup.callback_plugins' prints; or take it out."
        )
    if collection:
        return f"Run: ansible-galaxy collection install {collection}, or take it out."
    return "Install the plugin, or take it out."


def check_fact_cache(
    plugin: Value, place: Value, folder: Path | None, limit: str | None, left_out: Collection[str]
) -> Iterator[Finding]:
    """plugin is the fact cache in force, place what tells it where to keep them, folder that as a path.

    limit is what --limit says, left_out are the cluster's hosts that are not in this play.
    """
    name = str(plugin.value).rpartition(".")[2]
    if name == _NO_CACHE and limit and left_out:
        yield warn(
            "limit_without_fact_cache",
            f"The run is limited to {limit}, and no fact cache ({plugin.said}) remembers {some(left_out)}, whose "
            "facts Kubespray asks for: it stops at an undefined variable.",
            f"{plugin.change('jsonfile')}, and {place.place} to a folder of your own. Then, once without --limit: "
            "ansible-playbook kubernetes_sigs.kubespray.facts",
        )
    if name not in _FILE_CACHES:
        yield Skipped("fact_cache_public", f"The fact cache {name} keeps no files.")
    elif folder and os.path.isdir(folder) and folder.stat().st_mode & stat.S_IWOTH:
        yield warn(
            "fact_cache_public",
            f"The facts of all hosts are kept in {folder}, into which anybody on this machine may write: who puts a "
            "file there decides what Ansible takes for a host's facts.",
            f"Set {place.place} to a folder of your own, such as .k8n/facts in the cluster's directory.",
        )


def check_hosts(
    groups: Mapping[str, Collection[str]], probes: Mapping[str, object]
) -> Iterator[Finding]:
    """localhost among the hosts, and sudo that wants a password which nobody gave."""
    if (local := localhost.problem(groups)) is not None:
        yield local
    yield from inventory.spare(groups)
    asking = [
        host
        for host, probe in probes.items()
        if found(probe, "sudo", "status") == "password_required"
        and found(probe, "sudo", "in_sudo_group")
    ]
    if asking:
        yield warn(
            "become_password_not_given",
            f"sudo asks for a password on {some(asking)}, whose logins may use sudo, and this run was given none.",
            "Run ansible-playbook with -K, or keep ansible_become_password in a vault.",
        )
    elif unknown := [host for host, probe in probes.items() if not found(probe, "sudo", "status")]:
        yield Unknown(
            "become_password_not_given", f"What sudo asks for is not known of {some(unknown)}."
        )


def folders(inventories: Iterable[str], playbooks: Iterable[str]) -> dict[str, Path]:
    """The folders beside which a user expects a configuration to count, by what is in them."""
    found_in: dict[str, Path] = {}
    for what, sources in (("the inventory", inventories), ("the playbook", playbooks)):
        for source in sources:
            path = Path(os.path.abspath(source))
            if os.path.exists(path):
                found_in[f"{what} {source}"] = path if os.path.isdir(path) else path.parent
    return found_in
