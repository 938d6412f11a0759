# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The lines for the hosts file of each host by which the hosts of a cluster find each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .._text.outside import address, show

# By which others reach a host, the first that it has.
_ADDRESSES = ("access_ip", "ip", "ansible_host")
# One word of a line; what a host can be called is somebody else's to say.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")


def lines(
    hosts: Iterable[str], hostvars: Mapping[str, Mapping[str, Any]]
) -> tuple[list[str], list[str]]:
    """A line for each of the hosts, and what is wrong with those that get none; hostvars are the inventory's.

    Each value is matched as a whole: these lines are root's on every host of the cluster.
    """
    found, mistakes = [], []
    for host in hosts:
        variables = hostvars[host]
        name = next((name for name in _ADDRESSES if variables.get(name)), None)
        known = address(variables.get(name)) if name else None
        if not _NAME.fullmatch(host):
            mistakes.append(f"{show(host)} is not the name of a host")
        elif known:
            names = dict.fromkeys((host, host.split(".")[0]))
            found.append(f"{known} {' '.join(names)}")
        elif name:
            mistakes.append(
                f"{name} of {host} is {show(variables.get(name))}, which is not an address"
            )
        else:
            mistakes.append(f"{host} has none of {', '.join(_ADDRESSES)}")
    return found, mistakes
