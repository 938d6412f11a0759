# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A host's facts as variables, made once for each change of the facts.

Ansible makes them again for each task of each host, and for each look at another host's hostvars: it copies all facts,
marks each text in them as not to be templated, and takes out names that facts must not have. The callback cleaned_facts
enables what is here; see docs/performance.md.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any

from ansible.plugins.loader import connection_loader
from ansible.utils import unsafe_proxy
from ansible.vars import clean, manager

try:
    from ansible.vars.fact_cache import FactCache
except ImportError:  # ansible-core 2.19 and later, which does it otherwise
    FactCache = None


class _Marked(dict, unsafe_proxy.AnsibleUnsafe):
    """Already marked, so that Ansible's wrap_var gives it back as it is."""


class Facts(_Marked):
    """The facts of a host, marked, and what Ansible makes of them."""

    def __init__(self, source: dict[str, Any], plugins: list[str]) -> None:
        super().__init__(unsafe_proxy.wrap_var(source))
        self.source, self.plugins = source, plugins

    @cached_property
    def namespaced(self) -> Any:
        return clean.namespace_facts(self)["ansible_facts"]

    @cached_property
    def cleaned(self) -> _Marked:
        return _Marked(clean.clean_facts(self))


def enable(variables: manager.VariableManager) -> None:
    """Let Ansible make a host's facts into variables once, in this process and for those that it forks from now on."""
    cache = variables._fact_cache
    # Not a dict, which Ansible takes where it cannot load a cache.
    if FactCache and isinstance(cache, FactCache) and not hasattr(cache, "boxes"):
        variables._fact_cache = _kept(cache)
        manager.namespace_facts = _namespaced
        manager.clean_facts = _cleaned


def unchanging(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts for a cache of this process alone that changes none of them; where this is enabled, made once as well."""
    if manager.clean_facts is not _cleaned:
        return facts
    return Facts(facts, list(connection_loader._extra_dirs))


def _kept(cache: FactCache) -> FactCache:
    """The same cache, whose get() gives Facts: Ansible changes only what it takes by index."""

    class KeptFacts(FactCache):
        def __init__(self) -> None:
            self._plugin = cache._plugin
            self.process = os.getpid()
            # In a list: who makes Facts while they change puts them into one that is no longer looked at.
            self.boxes: dict[str, list[Facts]] = {}

        def get(self, key: str, default: Any = None) -> Any:
            box = self.boxes.setdefault(key, [])
            try:
                source = self[key]
            except KeyError:
                return default
            # Which names facts must not have depends on these.
            plugins = list(connection_loader._extra_dirs)
            for facts in box:
                if facts.source is source and facts.plugins == plugins:
                    return facts
            facts = Facts(source, plugins)
            # A worker that looks at many hosts of other plays lets go of each, as it does without.
            if os.getpid() == self.process:
                box[:] = [facts]
            return facts

        def __setitem__(self, key: str, value: Any) -> None:
            self.boxes.pop(key, None)
            super().__setitem__(key, value)

    return KeptFacts()


def _namespaced(facts: dict[str, Any]) -> Any:
    if isinstance(facts, Facts):
        return {"ansible_facts": dict(facts.namespaced)}
    return clean.namespace_facts(facts)


def _cleaned(facts: dict[str, Any]) -> Any:
    return facts.cleaned if isinstance(facts, Facts) else clean.clean_facts(facts)
