# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A host's facts as variables, made once for each change of the facts.

Ansible makes them again for each task of each host, and a task that looks at hostvars makes those of the other hosts:
it copies all facts three times, marks each string as not to be templated, and looks for names that facts must not have.
The callback cleaned_facts enables what is here; see docs/performance.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.utils import unsafe_proxy
from ansible.vars import clean, manager

try:
    from ansible.vars.fact_cache import FactCache
except ImportError:  # ansible-core 2.19 and later, which does it otherwise
    FactCache = None

_set: Any = getattr(FactCache, "__setitem__", None)


class _Known(dict, unsafe_proxy.AnsibleUnsafe):
    """Already marked, so that Ansible's wrap_var gives it back as it is."""


class Facts(_Known):
    """The facts of a host, marked, and what Ansible makes of them."""

    def __init__(self, source: dict[str, Any]) -> None:
        super().__init__(unsafe_proxy.wrap_var(source))
        self.source = source
        self.namespaced = clean.namespace_facts(self)["ansible_facts"]
        self.cleaned = _Known(clean.clean_facts(self))


def enable() -> None:
    """Let Ansible make a host's facts into variables once, in this process and for those that it forks from now on."""
    if FactCache:
        FactCache.get = _get
        FactCache.__setitem__ = _forget_and_set
        manager.namespace_facts = _or_else(
            lambda facts: {"ansible_facts": dict(facts.namespaced)}, clean.namespace_facts
        )
        manager.clean_facts = _or_else(lambda facts: facts.cleaned, clean.clean_facts)


def _get(self: FactCache, host: str, default: Any = None) -> Any:
    """Be FactCache.get, by which Ansible reads facts; what it changes it takes by index."""
    try:
        source = self[host]
    except KeyError:
        return default
    kept = vars(self).setdefault("_k8n_facts", {})
    facts = kept.get(host)
    if facts is None or facts.source is not source:
        facts = kept[host] = Facts(source)
    return facts


def _forget_and_set(self: FactCache, host: str, facts: Any) -> None:
    """Be FactCache.__setitem__, after which the same object may hold other facts."""
    vars(self).get("_k8n_facts", {}).pop(host, None)
    _set(self, host, facts)


def _or_else(
    known: Callable[[Facts], Any], otherwise: Callable[[Any], Any]
) -> Callable[[Any], Any]:
    return lambda facts: known(facts) if isinstance(facts, Facts) else otherwise(facts)
