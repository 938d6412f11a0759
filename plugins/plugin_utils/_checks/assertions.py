# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which check stands for which of Kubespray's assertions, and by which names users knew checks before.

Of the registry only what an audit needs, when it needs it: the modules of the other checks are not imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from . import declared
from .model import Check

# As an argument of Check, and as the key of one.
_MARK = r"\bkubespray(=|\": )"


@lru_cache(maxsize=1)
def asserted() -> dict[str, Check]:
    """The checks that stand for an assertion of Kubespray, by its id."""
    return {
        assertion: check
        for module in declared.modules(_MARK)
        for check in module.CHECKS
        for assertion in check.kubespray
    }


@lru_cache(maxsize=1)
def formerly() -> dict[str, str]:
    """The ids of checks by the names that they had before."""
    return {name: check.id for check in asserted().values() for name in check.formerly}


def current(name: str) -> str:
    """The id of the check that a user names by an earlier name, or by the assertion that it stands for."""
    check = asserted().get(name)
    return check.id if check else formerly().get(name, name)


def renamed(variable: str, names: Iterable[str]) -> list[str]:
    """A sentence for each earlier name among these, which a user has written into a variable."""
    return [
        f"{variable}: {name} is deprecated, and the next release does not know it any more. The check is called "
        f"{formerly()[name]} now; write that."
        for name in dict.fromkeys(names)
        if name in formerly()
    ]
