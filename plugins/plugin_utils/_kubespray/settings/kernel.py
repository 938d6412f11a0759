# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The modules and the version of the kernel that a cluster's hosts need, from Kubespray's own tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import files
from .values import Values

# Kubespray leaves these to the network plugin, which needs them for what it puts packets into.
_BY_ENCAPSULATION = {name: name for name in ("vxlan", "ipip", "geneve", "wireguard")}
_VERSION = re.compile(r"ansible_(?:kernel|facts\W+kernel)\b.*? is version\(\W*(\d[\d.]*)\W")
_SWITCH = "ignore_assert_errors"


def read(
    root: Path, values: Values, encapsulation: str | None, plugin: str | None
) -> dict[str, Any]:
    """What kubespray_settings returns of the kernel; root is where Kubespray is."""
    modules: dict[str, dict[str, Any]] = {}
    for module in [*_loaded(root, values), *_of_encapsulation(encapsulation, plugin)]:
        modules.setdefault(module["name"], module)
    return {
        "modules": list(modules.values()),
        "builtin_ok": True,
        "minimum": _least_version(root, values),
    }


def _loaded(root: Path, values: Values) -> Iterator[dict[str, Any]]:
    """The modules that Kubespray's tasks load with this configuration."""
    for path in _task_files(root, values):
        for task in files.tasks(path):
            given = task.get("community.general.modprobe") or task.get("modprobe")
            # A condition that hangs on what a task found on the host does not tell whether the module is needed.
            if not isinstance(given, dict) or values.holds(task.get("when")) is False:
                continue
            names = _names(given.get("name"), task, values)
            required = task.get("ignore_errors") is not True
            # What may fail is tried until one of several names, of older kernels, is there.
            for name in names if required else names[:1]:
                why = str(task.get("name") or path.name)
                yield {"name": name, "why": f"Kubespray: {why}", "required": required}


def _task_files(root: Path, values: Values) -> Iterator[Path]:
    roles = ["kubernetes/preinstall", "kubernetes/node"]
    roles += [
        f"network_plugin/{plugin}" for plugin in [values.text("kube_network_plugin")] if plugin
    ]
    roles += [f"container-engine/{name}" for name in _engines(root, values)]
    for role in roles:
        yield from sorted((root / "roles" / role / "tasks").glob("*.y*ml"))


def _engines(root: Path, values: Values) -> Iterator[str]:
    """The additional container runtimes that are switched on."""
    for task in files.tasks(root / "roles/container-engine/tasks/main.yml"):
        loop = task.get("loop")
        for item in loop if isinstance(loop, list) else ():
            if isinstance(item, dict) and item.get("role") and values.truth(item.get("enabled")):
                yield str(item["role"])


def _names(name: Any, task: dict[str, Any], values: Values) -> list[str]:
    loop = task.get("loop") or task.get("with_items")
    found = [values.evaluate(name)] if loop is None else values.evaluate(loop)
    return [str(each) for each in found if each] if isinstance(found, list) else []


def _of_encapsulation(encapsulation: str | None, plugin: str | None) -> Iterator[dict[str, Any]]:
    name = _BY_ENCAPSULATION.get(encapsulation or "")
    if name:
        yield {"name": name, "why": f"{plugin} puts packets into {encapsulation}", "required": True}


def _least_version(root: Path, values: Values) -> str | None:
    """The lowest kernel that all of Kubespray's checks that apply accept."""
    found = []
    for task in files.tasks(root / "roles/kubernetes/preinstall/tasks/0040-verify-settings.yml"):
        given = task.get("assert") or task.get("ansible.builtin.assert")
        match = _VERSION.search(str(given.get("that"))) if isinstance(given, dict) else None
        when = task.get("when")
        listed = when if isinstance(when, list) else [when]
        conditions = [each for each in listed if _SWITCH not in str(each)]
        if match and values.holds(conditions):
            found.append(match[1])
    return max(found, key=lambda version: [int(part) for part in version.split(".")], default=None)
