# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which keys of an ansible.cfg this Ansible and its plugins know, asked of Ansible itself."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from ansible import constants as C
from ansible.plugins import loader
from ansible.utils.collection_loader import AnsibleCollectionConfig

from .config_keys import Knowledge, Known, known


def knowledge() -> Knowledge:
    """What is known in this process; see Knowledge."""
    return Knowledge(_at_once(), _all_of_core, _mentions)


def _at_once() -> list[Known]:
    """ansible-core's own keys, and those of the plugins that this run has loaded already."""
    entries = known(C.config.get_configuration_definitions())
    for kind in C.CONFIGURABLE_PLUGINS:
        for definitions in C.config.get_configuration_definitions(plugin_type=kind).values():
            entries += known(definitions)
    return entries


def _all_of_core() -> list[Known]:
    """Those of every plugin that ansible-core brings along or that lies in a configured path."""
    entries = []
    for kind in C.CONFIGURABLE_PLUGINS:
        plugins = getattr(loader, f"{kind}_loader")
        for plugin in plugins.all(class_only=True):
            entries += known(C.config.get_configuration_definitions(kind, plugin._load_name))
    return entries


def _mentions(section: str, key: str | None) -> bool:
    """Whether a plugin of an installed collection documents this section and key.

    Only read, not loaded: a hundred collections may be installed, and a key of theirs may stand in any fragment.
    """
    return any(
        section in keys and (key is None or key in keys[section]) for keys in _collections_keys()
    )


@functools.cache
def _collections_keys() -> list[dict[str, set[str]]]:
    """For each plugin file of the installed collections that has keys: its sections, each with all of its keys."""
    found = []
    for path in _plugin_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        if "section:" not in text:
            continue
        keys = {key.lower() for key in re.findall(r"\bkey: *[\"']?([^\s\"',}]+)", text)}
        sections = re.findall(r"\bsection: *[\"']?([^\s\"',}]+)", text)
        found.append(dict.fromkeys(sections, keys))
    return found


def _plugin_files() -> Iterator[Path]:
    for place in AnsibleCollectionConfig.collection_paths:
        for kind in (*C.CONFIGURABLE_PLUGINS, "doc_fragments"):
            yield from Path(place).glob(f"ansible_collections/*/*/plugins/{kind}/*.py")
