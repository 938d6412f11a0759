# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

from __future__ import annotations

import socket
from pathlib import Path

# With these switches on, a socket can be bound to an address that is not this machine's.
_NONLOCAL_BIND = {
    socket.AF_INET: Path("/proc/sys/net/ipv4/ip_nonlocal_bind"),
    socket.AF_INET6: Path("/proc/sys/net/ipv6/ip_nonlocal_bind"),
}
_ANY_PORT = 9


def is_this_machine(address: str) -> bool:
    """Whether the address is one of this machine's own. Nothing is sent."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
        return not _binds_anywhere(family) or _is_own_source(address, family)
    except OSError:
        return False


def _binds_anywhere(family: socket.AddressFamily) -> bool:
    switch = _NONLOCAL_BIND[family]
    return switch.exists() and switch.read_text(encoding="ascii").strip() != "0"


def _is_own_source(address: str, family: socket.AddressFamily) -> bool:
    """Whether the kernel would talk to the address from the very same address.

    True for own addresses only, but not for a second one in the same subnet.
    """
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((address, _ANY_PORT))
        return bool(probe.getsockname()[0] == address)
