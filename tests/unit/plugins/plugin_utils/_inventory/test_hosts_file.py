# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.hosts_file import lines
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.outside import address


def test_the_lines() -> None:
    hostvars = {
        "n1": {"ip": "10.1.1.1", "ansible_host": "192.0.2.1"},
        "db1.example.org": {"access_ip": "2001:DB8::1", "ip": "10.1.1.2"},
        "n3": {"access_ip": "", "ansible_host": "192.0.2.3"},
    }

    assert lines(hostvars, hostvars) == (
        ["10.1.1.1 n1", "2001:db8::1 db1.example.org db1", "192.0.2.3 n3"],
        [],
    )


@pytest.mark.parametrize(
    ("host", "variables", "mistake"),
    [
        ("n1", {"access_ip": "192.0.2.1\n203.0.113.66 registry.k8s.io", "ip": "10.1.1.1"},
         "access_ip of n1 is '192.0.2.1\\n203.0.113.66 registry.k8s.io', which is not an address"),
        ("n1", {"ip": "192.0.2.1\n"}, "ip of n1 is '192.0.2.1\\n', which is not an address"),
        ("n1", {"ip": "192.0.2.1 x"}, "ip of n1 is '192.0.2.1 x', which is not an address"),
        ("n1", {"ip": "fe80::1%\n203.0.113.66 x"}, "ip of n1 is 'fe80::1%\\n203.0.113.66 x', which is not an address"),
        ("n1", {"ip": ["192.0.2.1"]}, "ip of n1 is ['192.0.2.1'], which is not an address"),
        ("n1", {"ip": 3221225985}, "ip of n1 is 3221225985, which is not an address"),
        ("n1", {"ansible_host": "n1.example.org"},
         "ansible_host of n1 is 'n1.example.org', which is not an address"),
        ("n1", {}, "n1 has none of access_ip, ip, ansible_host"),
        ("a b", {"ip": "192.0.2.1"}, "'a b' is not the name of a host"),
        ("a\nb", {"ip": "192.0.2.1"}, "'a\\nb' is not the name of a host"),
    ],
)  # fmt: skip
def test_what_gets_no_line(host: str, variables: dict[str, object], mistake: str) -> None:
    assert lines([host], {host: variables}) == ([], [mistake])


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("10.1.1.1", "10.1.1.1"), ("2001:DB8::1", "2001:db8::1"), ("10.1.1.1\n", None), ("010.1.1.1", None),
        ("fe80::1%eth0", None), ("", None), (None, None), (1, None), ([], None), ("n1", None),
    ],
)  # fmt: skip
def test_an_address(value: object, known: str | None) -> None:
    assert address(value) == known
