# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import local
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.local import is_this_machine


@pytest.fixture
def nonlocal_bind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kernel's switch, for both families."""
    switch = tmp_path / "ip_nonlocal_bind"
    switch.write_text("0\n", encoding="ascii")
    monkeypatch.setattr(local, "_NONLOCAL_BIND", {socket.AF_INET: switch, socket.AF_INET6: switch})
    return switch


def test_the_loopback_addresses_are_this_machine(nonlocal_bind: Path) -> None:
    assert is_this_machine("127.0.0.1")
    assert is_this_machine("127.1.2.3")


def test_without_the_switch(nonlocal_bind: Path) -> None:
    nonlocal_bind.unlink()
    assert is_this_machine("127.1.2.3")


def test_where_binding_proves_nothing(nonlocal_bind: Path) -> None:
    nonlocal_bind.write_text("1\n", encoding="ascii")
    assert is_this_machine("127.0.0.1")
    # The kernel talks to it from 127.0.0.1.
    assert not is_this_machine("127.1.2.3")


def test_a_documentation_address_is_another_machine(nonlocal_bind: Path) -> None:
    assert not is_this_machine("198.51.100.77")
    assert not is_this_machine("2001:db8::77")


def test_without_the_address_family(nonlocal_bind: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> socket.socket:
        raise OSError(97, "Address family not supported by protocol")

    monkeypatch.setattr(socket, "socket", refuse)
    assert not is_this_machine("127.0.0.1")
