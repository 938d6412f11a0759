# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that have in common what each should have for itself."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import clones
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Skipped,
    Unknown,
    by_place,
)


def judged(hosts: Any, *more: Any) -> dict[str, list[Any]]:
    """What is said of each of these hosts."""
    return {**{host: [] for host in hosts}, **by_place(clones.judge(hosts, *more))}


def identity(number: int, **other: Any) -> dict[str, Any]:
    return {
        "hostname": f"n{number}",
        "machine_id": f"{number:032x}",
        "product_uuid": f"{number:08x}-1111-2222-3333-444455556666",
        "boot_id": f"boot-{number}",
        "macs": [f"52:54:00:00:00:{number:02x}"],
        "host_keys": [f"SHA256:{number}"],
        **other,
    }


def test_hosts_with_all_of_their_own_are_no_copies() -> None:
    assert judged({f"n{number}": identity(number) for number in range(3)}) == {
        "n0": [],
        "n1": [],
        "n2": [],
    }


@pytest.mark.parametrize(
    ("key", "value", "check", "severity", "message"),
    [
        (
            "hostname", "debian", "hostname_duplicate", "warn",
            "2 hosts have the hostname debian: n1, n2. Each should have its own: logs and the hosts' own reports "
            "cannot be told apart.",
        ),
        (
            "machine_id", "abc", "machine_id_duplicate", "block",
            "2 hosts have the machine-id abc: n1, n2. Each should have its own: systemd makes the MAC addresses of "
            "tunnels (flannel.1, vxlan.calico) from it and DHCP may lease all of them one address, so that pods on "
            "different hosts do not reach each other.",
        ),
        (
            "product_uuid", "AB-CD", "product_uuid_duplicate", "warn",
            "2 hosts have the product UUID ab-cd: n1, n2. Each should have its own: kubeadm wants every node to have "
            "its own.",
        ),
        (
            "macs", ["52:54:00:ff:ff:01", "52:54:00:ff:ff:02"], "mac_duplicate", "warn",
            "2 hosts have the MAC addresses 52:54:00:ff:ff:01, 52:54:00:ff:ff:02: n1, n2. Each should have its own: in "
            "one network, packets for one of them reach the other.",
        ),
        (
            "host_keys", ["SHA256:x"], "host_key_duplicate", "warn",
            "2 hosts have the SSH host key SHA256:x: n1, n2. Each should have its own: whoever controls one of them "
            "can pose as the others.",
        ),
    ],
)  # fmt: skip
def test_what_two_hosts_share_is_a_problem_of_both_and_of_nobody_else(
    key: str, value: object, check: str, severity: str, message: str
) -> None:
    found = judged(
        {"n0": identity(0), "n1": identity(1, **{key: value}), "n2": identity(2, **{key: value})}
    )
    assert found["n0"] == []
    assert found["n1"] == found["n2"]
    [problem] = found["n1"]
    assert isinstance(problem, dict)
    assert (problem["id"], problem["severity"], problem["message"]) == (check, severity, message)


def test_the_fix_of_a_copied_machine_id_is_a_command() -> None:
    found = judged({f"n{number}": identity(number, machine_id="abc") for number in (1, 2)})
    [problem] = found["n1"]
    assert isinstance(problem, dict)
    assert problem["fix"] == (
        "On each of these hosts but one, as root: rm -f /etc/machine-id /var/lib/dbus/machine-id; "
        "systemd-machine-id-setup; reboot."
    )


def test_a_new_host_key_gets_into_the_known_hosts_that_counts() -> None:
    found = judged({f"n{number}": identity(number, host_keys=["SHA256:x"]) for number in (1, 2)})
    [problem] = found["n1"]
    assert isinstance(problem, dict)
    assert problem["fix"].endswith(
        "systemctl restart ssh || systemctl restart sshd; then, on the control node, "
        "remove its old key with 'ssh-keygen -R ADDRESS' (in a cluster directory with -f known_hosts) and add the new "
        "one. In a cluster directory run k8n.cluster.init with -e k8n_dir=. -e k8n_trust_host_keys=true; elsewhere log "
        "in once by hand with 'ssh ADDRESS' and compare the key with the host's."
    )


def test_two_sets_of_copies_are_two_problems() -> None:
    ids = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "z"}
    found = judged(
        {host: identity(number, machine_id=ids[host]) for number, host in enumerate(ids)}
    )
    said = {
        host: [each["message"].partition(". ")[0] for each in own if isinstance(each, dict)]
        for host, own in found.items()
    }
    assert said == {
        "a": ["2 hosts have the machine-id x: a, b"],
        "b": ["2 hosts have the machine-id x: a, b"],
        "c": ["2 hosts have the machine-id y: c, d"],
        "d": ["2 hosts have the machine-id y: c, d"],
        "e": [],
    }


def test_containers_of_one_machine_share_its_uuid_and_that_is_no_problem() -> None:
    shared = {"product_uuid": "ab-cd", "boot_id": "one"}
    assert judged({f"n{number}": identity(number, **shared) for number in (1, 2)}) == {
        "n1": [],
        "n2": [],
    }
    assert judged({"n1": identity(1, **shared), "n2": identity(2, product_uuid="ab-cd")})["n1"]
    unknown = {**shared, "boot_id": None}
    assert judged({f"n{number}": identity(number, **unknown) for number in (1, 2)})["n1"]


@pytest.mark.parametrize("uuid", ["03000200-0400-0500-0006-000700080009", "Not Settable", None])
def test_what_firmware_has_for_a_uuid_is_not_one(uuid: str | None) -> None:
    found = judged({f"n{number}": identity(number, product_uuid=uuid) for number in (1, 2)})
    reason = (
        "The host did not say the product UUID: it has none of its own, or only root may read it."
    )
    assert found["n1"] == [Unknown("product_uuid_duplicate", reason)]


@pytest.mark.parametrize("mac", ["ee:ee:ee:ee:ee:ee", "00:00:5E:00:01:33", "00:00:5e:00:02:0a"])
def test_an_address_that_hosts_share_on_purpose_is_no_problem(mac: str) -> None:
    hosts = {f"n{number}": identity(number) for number in (1, 2)}
    for host in hosts.values():
        host["macs"].append(mac)
    assert judged(hosts) == {"n1": [], "n2": []}


def test_nothing_known_of_a_host_is_no_pass() -> None:
    found = judged({"n1": None, "n2": identity(2), "n3": {}})
    assert found["n1"] == [
        Unknown(check.id, "Nothing is known of the host's identity.") for check in clones.CHECKS
    ]
    assert found["n2"] == []
    assert Unknown("machine_id_duplicate", "The host did not say the machine-id.") in found["n3"]


def test_one_host_has_none_to_be_compared_with() -> None:
    reason = "There is no other host to compare it with."
    assert judged({"n1": identity(1)}) == {
        "n1": [Skipped(check.id, reason) for check in clones.CHECKS]
    }


def test_what_a_host_makes_up_is_shown_safely_and_briefly() -> None:
    evil = "\x1b[31m" + "x" * 5000
    found = judged({"n1": identity(1, hostname=evil), "n2": identity(2, hostname=evil)})
    [problem] = found["n1"]
    assert isinstance(problem, dict)
    assert problem["message"].startswith("2 hosts have the hostname ?[31mxxx")
    assert len(problem["message"]) < 300
    strange: dict[str, Any] = {
        "macs": 5,
        "host_keys": [None, 7],
        "hostname": ["n"],
        "machine_id": {},
    }
    assert len(judged({"n1": identity(1, **strange), "n2": identity(2)})["n1"]) == 3


def test_more_hosts_than_a_person_can_read_are_counted() -> None:
    found = judged({f"n{number}": identity(number, machine_id="a") for number in range(250)})
    [problem] = found["n7"]
    assert isinstance(problem, dict)
    assert "n98, n99 and 150 more. Each should" in problem["message"]
