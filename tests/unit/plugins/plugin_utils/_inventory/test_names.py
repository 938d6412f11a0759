# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.names import (
    name_mistake,
    nearest_name,
)

RULE = (
    "RFC 1123 in lower case: labels of letters, digits and '-', with no '-' at either end;"
    " at most 63 characters in all"
)


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "1a",
        "my-node",
        "node-10-1-1-1",
        "node1.example.com",
        "x" * 63,
        f"{'x' * 31}.{'y' * 31}",
    ],
)
def test_valid_names(name: str) -> None:
    assert name_mistake(name) == ""


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Node1", f"'Node1' is not a valid host name; write node1 ({RULE})"),
        ("my_node", f"'my_node' is not a valid host name; write my-node ({RULE})"),
        ("-a-", f"'-a-' is not a valid host name; write a ({RULE})"),
        ("a..b", f"'a..b' is not a valid host name; write a.b ({RULE})"),
        ("a\n", f"'a\\n' is not a valid host name; write a ({RULE})"),
        ("_", f"'_' is not a valid host name; wanted {RULE}"),
        (
            "x" * 64,
            f"{'x' * 64!r:.60}... has 64 characters, but the name of a node has at most 63; write a"
            " shorter one",
        ),
        (
            f"{'x' * 31}.{'y' * 32}",
            f"'{'x' * 31}.{'y' * 27}... has 64 characters, but the name of a node has at most 63;"
            " write a shorter one",
        ),
        ("etcd", "'etcd' is a name that Ansible keeps for itself; choose another"),
        ("localhost", "'localhost' is a name that Ansible keeps for itself; choose another"),
        ("12", "'12' reads as an address, not as a name; write for example node-12"),
    ],
)
def test_invalid_names(name: str, message: str) -> None:
    assert name_mistake(name) == message


def test_the_nearest_name_keeps_labels() -> None:
    assert nearest_name("My Host.Example.COM") == "my-host.example.com"
    assert nearest_name("...") == ""
