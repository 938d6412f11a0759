# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All comparisons at once, as between_check returns them."""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import (
    check,
    clones,
    sizes,
    subnets,
)

SETTINGS = {
    "network": {
        "plugin": "calico",
        "pods": ["10.233.64.0/18"],
        "services": ["10.233.0.0/18"],
        "node_prefixes": [26],
    }
}


def probe(number: int, routes: int = 1, **identity: Any) -> dict[str, Any]:
    address = f"10.{number // 250}.{number % 250}.2"
    return {
        "problems": [],
        "host": {
            "identity": {
                "hostname": f"n{number}",
                "machine_id": f"{number:032x}",
                "product_uuid": f"{number:08x}-1",
                "boot_id": f"{number}",
                "macs": [f"52:54:{number:08x}"],
                "host_keys": [f"SHA256:{kind}{number}" for kind in "abc"],
                **identity,
            },
            "network": {
                "interfaces": [{"name": "eth0", "addresses": [f"{address}/24"]}],
                "routes": [
                    {"to": f"172.16.{route}.0/24", "via": address, "dev": "eth0"}
                    for route in range(routes)
                ],
                "complete": True,
            },
        },
    }


def test_every_check_answers_for_every_host_that_was_probed() -> None:
    probes = {
        "n1": probe(1, machine_id="a"),
        "n2": probe(2, machine_id="a"),
        "n3": {"host": {"network": {}}},
    }
    silent = {"n4": {"unreachable": True}, "n5": {"host": {}}, "n6": None}
    found = check.check(check.known({**probes, **silent}), SETTINGS, 6)
    assert list(found["hosts"]) == ["n1", "n2", "n3"]
    ids = {each.id for each in (*clones.CHECKS, *subnets.CHECKS)}
    for said in found["hosts"].values():
        answered = [
            *said["passed"],
            *(each["id"] for key in ("problems", "unknown", "skipped") for each in said[key]),
        ]
        assert sorted(answered) == sorted(ids)
    assert [each["id"] for each in found["hosts"]["n2"]["problems"]] == ["machine_id_duplicate"]
    assert {each["id"] for each in found["hosts"]["n3"]["unknown"]} == ids
    assert found["cluster"] == {
        "problems": [],
        "passed": ["pod_service_overlap", "pod_network_small", "service_network_small"],
        "unknown": [],
        "skipped": [],
    }


def test_without_kubespray_the_hosts_are_compared_all_the_same() -> None:
    probes = check.known({f"n{number}": probe(number) for number in (1, 2)})
    found = check.check(probes, {"network": None}, 2)
    assert found["hosts"]["n1"]["passed"] == [each.id for each in clones.CHECKS]
    assert [each["id"] for each in found["cluster"]["unknown"]] == [
        each.id for each in sizes.CHECKS
    ]


def test_a_thousand_hosts_take_no_time() -> None:
    probes = {f"n{number}": probe(number, routes=20) for number in range(1000)}
    started = time.process_time()
    found = check.check(check.known(probes), SETTINGS, 100)
    seconds = time.process_time() - started
    assert not any(said["problems"] for said in found["hosts"].values())
    # 0.15 s on an idle machine; a comparison of each with each would take minutes.
    assert seconds < 15
