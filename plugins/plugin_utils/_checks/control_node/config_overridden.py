# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The keys of an ansible.cfg that do not count, since an environment variable has them as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, warn

from .config_keys import Known, Setting

# What a session sets on purpose over any file: where a venv's collections are, and how the output looks.
_FOR_ENVIRONMENT = frozenset(
    {
        "ANSIBLE_COLLECTIONS_PATH",
        "ANSIBLE_FORCE_COLOR",
        "ANSIBLE_HOME",
        "ANSIBLE_NOCOLOR",
        "ANSIBLE_STDOUT_CALLBACK",
    }
)


def overridden(
    settings: Iterable[Setting], entries: Iterable[Known], environ: Mapping[str, str]
) -> list[dict[str, str]]:
    """The keys of the file that an environment variable overrides, with its name."""
    by_name: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        by_name.setdefault((entry.section, entry.key), []).extend(entry.environment)
    return [
        {"section": setting.section, "key": setting.key, "variable": name}
        for setting in settings
        for name in dict.fromkeys(by_name.get((setting.section, setting.key), ()))
        if environ.get(name) not in (None, setting.value)
    ]


def check_overridden(path: Path, overrides: Iterable[Mapping[str, str]]) -> list[Problem]:
    """One problem for all keys of the file that do not count, except what a session sets on purpose."""
    texts = [
        f"[{override['section']}] {override['key']} by {override['variable']}"
        for override in overrides
        if override["variable"] not in _FOR_ENVIRONMENT
    ]
    if not texts:
        return []
    return [
        warn(
            "config_overridden",
            f"Environment variables override what {path} says: {', '.join(texts)}.",
            "Unset these variables, or take the keys out of the file, so that one place counts.",
        )
    ]
