# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check what a cluster directory is to be made from, and say what follows from it."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from ansible import context
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader
from ansible.template import Templar
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars
from ansible.vars.manager import VariableManager
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import (
    machine,
    settings,
    terminal,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import user_variables
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import (
    ara,
    directory,
    host_keys,
    names,
    nodes,
    plan,
    questions,
    record,
    source,
    wishes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import options as options_of
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import (
    InitError,
    expand,
    of_error,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    say,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.given import BASTION
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection

display = Display()
_T = TypeVar("_T")


class ActionModule(ControllerAction):
    """Glue: arguments to plugin_utils/_cluster_dir, every mistake at once."""

    spec: ClassVar = {
        "path": {"type": "str", "required": True},
        "nodes": {"type": "raw"},
        "kubespray_version": {"type": "str", "default": ""},
        "kubespray_source": {"type": "str", "default": ""},
        "known_hosts": {"type": "str", "default": ""},
        "overwrite": {"type": "list", "elements": "str", "default": []},
        "ara": {"type": "bool", "default": False},
        "goes_on": {"type": "bool", "default": False},
        "control_plane": {"type": "raw"},
        "etcd": {"type": "raw"},
        "naming": {"type": "str", "default": ""},
        "zones": {"type": "raw"},
        "user": {"type": "str", "default": ""},
        "port": {"type": "raw"},
        "jump_host": {"type": "str", "default": ""},
    }

    def _asked(self, given: dict[str, Any]) -> dict[str, Any]:
        """The wishes, with what the person at the terminal has answered."""
        # Whoever names a login for this run need not be asked for one.
        known = {**({"user": ""} if context.CLIARGS.get("remote_user") else {}), **given}
        try:
            found = questions.answers(
                known,
                lambda question: terminal.ask(display, question),
                lambda question, default: terminal.agreed(display, question, default),
                say,
            )
        except terminal.StoppedError as exc:
            raise RefusedError("", "Stopped in place of an answer. Nothing was written.") from exc
        return wishes.given(found)

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        mistakes = user_variables.unknown({}, load_extra_vars(self._loader))

        def tried(call: Callable[[], _T]) -> _T | None:
            try:
                return call()
            except InitError as exc:
                mistakes.extend(exc.mistakes)
            except OSError as exc:
                mistakes.extend(of_error(exc).mistakes)
            return None

        path = tried(lambda: directory.resolve(arguments["path"]))
        # Without the directory, the rest is looked at all the same.
        place = path or Path("/nonexistent")
        last = tried(lambda: record.read(place)) or record.Record()
        entries = tried(lambda: names.resolved(nodes.entries(arguments["nodes"])))
        wished = wishes.given({name: arguments[name] for name in wishes.VARIABLES})
        if entries and not (place / nodes.FILE).is_file():
            wished = self._asked(wished)
        options = tried(lambda: options_of.of_inventory(place / nodes.FILE, entries, wished, last))
        hosts = None
        if entries is not None and options is not None:
            hosts = tried(lambda: _hosts(place, entries, options, last))
        resample = any(plan.is_sample(name) for name in arguments["overwrite"])
        kubespray = tried(
            lambda: source.choose(
                arguments["kubespray_version"],
                arguments["kubespray_source"],
                place,
                collection.find(),
                "" if resample else last.kubespray,
            )
        )
        offered = None
        if arguments["known_hosts"]:
            offered = tried(lambda: _offered(arguments["known_hosts"]))
        callbacks = tried(lambda: ara.callback_plugins(place, sys.executable)) if arguments["ara"] else ""  # fmt: skip
        dropped = nodes.dropped(_known(place), hosts) if hosts is not None else ""
        if dropped and arguments["goes_on"]:
            mistakes.append(
                f"{dropped}. For another cluster give another {directory.VARIABLE}; for one that was never made run "
                "k8n.cluster.init with these nodes first."
            )
        mistakes += _missing_programs(kubespray)
        if path is None or hosts is None or kubespray is None or mistakes:
            raise RefusedError(
                str(InitError(mistakes)),
                f"No cluster directory can be made from this; {len(mistakes)} to fix, each said above. "
                "Nothing was written.",
            )
        cores, memory = machine.cores(), machine.memory_mb()
        return {
            **({"warnings": [dropped]} if dropped else {}),
            "path": str(path),
            "nodes": entries,
            "options": options,
            "hosts": len(hosts),
            "targets": [host.as_dict() for host in hosts if not host.local],
            "kubespray_path": str(kubespray.path or ""),
            "kubespray_repository": kubespray.repository,
            "kubespray_version": kubespray.version,
            "kubespray_commit": kubespray.commit,
            "known_hosts": str(offered or ""),
            "ara_callback_plugins": callbacks,
            "settings": {
                "cores": cores,
                "memory_mb": memory,
                "forks": settings.forks(len(hosts), cores, memory),
                "timeout": settings.TIMEOUT_SECONDS,
                "control_persist": settings.CONTROL_PERSIST,
            },
        }


def _hosts(
    path: Path, entries: list[Any], options: dict[str, Any], last: record.Record
) -> list[nodes.Target]:
    """The hosts of the inventory that will be there: the given one, unless the user has changed the one on disk."""
    inventory = path / nodes.FILE
    given = _given(entries, options, inventory) if entries else None
    if not inventory.is_file():
        if given is None:
            raise InitError([nodes.NOTHING_GIVEN])
        return given
    ours = record.checksum(inventory.read_bytes()) == last.files.get(nodes.FILE)
    return given if given is not None and ours else _on_disk(inventory)


def _known(path: Path) -> list[nodes.Target]:
    """The hosts of the inventory that is there; none where it is not readable, which the user is about to correct."""
    inventory = path / nodes.FILE
    try:
        return _on_disk(inventory) if inventory.is_file() else []
    except InitError:
        return []


def _offered(given: str) -> Path:
    """The file with keys, which is looked into."""
    path = expand(given, host_keys.VARIABLE).absolute()
    host_keys.given(path)
    return path


def _defaults() -> dict[str, Any]:
    """Every option of the inventory plugin with its default."""
    plugin = inventory_loader.get(nodes.PLUGIN)
    plugin.set_options(direct={"plugin": nodes.PLUGIN})
    options: dict[str, Any] = plugin.get_options()
    return options


def _given(entries: list[Any], options: dict[str, Any], path: Path) -> list[nodes.Target]:
    """The hosts of the entries, with what the folder of their inventory-to-be has of variables."""
    plugin = inventory_loader.get(nodes.PLUGIN)
    plugin.inventory = InventoryData()
    plugin._populate(nodes.cluster(entries, _defaults(), options))
    return _targets(plugin.inventory, path)


def _on_disk(path: Path) -> list[nodes.Target]:
    """The hosts of an inventory, as Ansible would read it."""
    inventory = InventoryData()
    try:
        inventory_loader.get(nodes.PLUGIN).parse(inventory, DataLoader(), str(path), cache=False)
    except AnsibleError as exc:
        raise InitError([f"{path}: {exc}"]) from exc
    return _targets(inventory, path)


def _targets(inventory: InventoryData, path: Path) -> list[nodes.Target]:
    """The hosts of an inventory at that path, each with the variables that a run would have for it."""
    loader = DataLoader()
    manager = InventoryManager(loader, parse=False)
    # What a manager has after it has parsed the file, which need not be there yet.
    manager._inventory, manager._sources = inventory, [str(path)]
    inventory.reconcile_inventory()
    variables = VariableManager(loader, manager)
    try:
        values = {
            host.name: _values(variables.get_vars(host=host), loader)
            for host in inventory.hosts.values()
        }
    except AnsibleError as exc:
        raise InitError([f"{path.parent}: {exc}"]) from exc
    # Its own key is the user's matter: ssh goes there with his own configuration.
    bastion = values.pop(BASTION, {})
    return [nodes.target(name, each, nodes.jump(bastion)) for name, each in values.items()]


def _values(variables: dict[str, Any], loader: DataLoader) -> dict[str, Any]:
    templar = Templar(loader=loader, variables=variables)
    values = {}
    for each in nodes.VARIABLES:
        # One that is made of facts has no value before there are any.
        with contextlib.suppress(AnsibleError):
            if each in variables:
                values[each] = templar.template(variables[each])
    return values


def _missing_programs(kubespray: source.Source | None) -> list[str]:
    wanted = {"ssh-keygen": "openssh-client", "ssh-keyscan": "openssh-client"}
    if kubespray is not None and kubespray.version:
        wanted["git"] = "git"
    packages = dict.fromkeys(
        package for program, package in wanted.items() if shutil.which(program) is None
    )
    return [f"{package} is not installed here: apt-get install {package}" for package in packages]
