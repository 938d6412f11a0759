# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports to test with: of any size, and with what a hostile host would send."""

from __future__ import annotations

from typing import Any

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._report import model
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.between import measured

SLOW = block("sudo_slow", "One sudo takes 20.0 s.", "Run k8n.cluster.prepare.")
DNS = warn("hostname_not_in_hosts", "Not in /etc/hosts.", "Add it.")
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[2J\x00\ud800\u202e\"'"


def probed(*problems: Problem, **more: Any) -> dict[str, Any]:
    return {"problems": list(problems), **more}


def peers(hubs: int, workers: int = 0) -> dict[str, Any]:
    """What peer_probe returns where two ports of each pair are open; of workers only their number is there."""
    names = [f"n{number}" for number in range(hubs)]
    pairs = {one: {other: _open() for other in names if other != one} for one in names}
    tried = hubs * (hubs - 1) + workers * 9
    hosts = hubs + workers
    return {
        "hosts": {},
        "cluster": None,
        "clock": {
            name: {"offset_s": number / 1000, "error_s": 0.0} for number, name in enumerate(names)
        },
        "rtt_ms": {},
        "ports": {"pairs": pairs, "tried": tried * 2, "open": tried * 2, "blocked": []},
        "sample": {
            "hubs": hubs,
            "workers": workers,
            "neighbours": 3,
            "pairs": tried,
            "possible_pairs": hosts * (hosts - 1),
        },
    }


def _open() -> dict[str, int]:
    return {"tried": 2, "open": 2}


def large(hosts: int, checks: int) -> model.Report:
    """Every seventh host has something wrong, and each check is unknown somewhere."""
    names = [f"check_{number}" for number in range(checks)]
    probes, known = {}, {}
    for number in range(hosts):
        name = f"node-{number:03}"
        unknown = names[number % checks]
        passed = [each for each in names[number % 7 == 0 :] if each != unknown]
        problems = [warn(names[0], f"{name} has {number} MB.", f"Give {name} 1500 MB.")]
        probes[name] = probed(
            *(problems if number % 7 == 0 else ()),
            passed=passed,
            unknown=[{"id": unknown, "reason": "It needs root."}],
        )
        groups = ("kube_control_plane", "etcd") if number < 3 else ("kube_node",)
        known[name] = model.Known(groups, f"rack-{number % 5}", f"10.105.1.{number % 250}")
    run = model.Run(matrices=(_matrix(),), between=measured([peers(3, hosts - 3)]))
    return model.build(probes, {}, known=known, run=run)


def _matrix() -> model.Matrix:
    names = ("node-000", "node-001")
    return model.Matrix("Round trip", "ms", names, names, ((None, 0.42), (81.5, None)))


def cluster() -> model.Report:
    """Two zones of which one takes etcd with it, and what was measured between three of the four hosts."""
    etcd, worker = ("kube_control_plane", "etcd"), ("kube_node",)
    known = {
        "node-1": model.Known(worker, "attic"),
        "cp-1": model.Known(etcd, "attic"),
        "cp-2": model.Known(etcd, "cellar"),
        "node-2": model.Known(worker),
    }
    probes = {name: probed(passed=["swap_on"]) for name in known}
    probes["node-1"] = probed(block("port_blocked", "TCP 10250 cannot be reached.", "Open it."))
    names = ("cp-1", "cp-2", "node-1")
    between = peers(3)
    between["ports"] = {**between["ports"], "open": 11}
    closed = ((None, 0, 0), (0, None, 1), (0, 0, None))
    round_trips = ((None, 0.4, 3.0), (0.4, None, 80.0), (None, None, None))
    run = model.Run(
        quorum={
            "members": ["cp-1", "cp-2"],
            "majority": 2,
            "losses": 0,
            "zones": [
                {"zone": "attic", "members": ["cp-1"], "if_lost": "loses quorum",
                 "if_cut_off": "no side has a majority"},
                {"zone": "cellar", "members": ["cp-2"], "if_lost": "keeps quorum",
                 "if_cut_off": "the rest has the majority"},
            ],
            "pairs": [],
            "even": "2 etcd members are an even number.",
            "best": "etcd: [cp-1]",
        },
        matrices=(
            model.Matrix("Round trip", "ms", names, names, round_trips),
            model.Matrix("Ports tried and not open", "", names, names, closed),
        ),
        between=measured([between]),
    )  # fmt: skip
    return model.build(probes, {}, known=known, run=run)


def hostile() -> model.Report:
    """Whatever a host may say says the same."""
    name = f"host{EVIL}"
    probe = probed(
        block(EVIL, EVIL, EVIL),
        passed=["swap_on"],
        unknown=[{"id": "memory_low", "reason": EVIL}],
        host={EVIL: [EVIL, float("nan")]},
    )
    run = model.Run(
        quorum={
            "members": [name],
            "majority": 1,
            "losses": 0,
            "zones": [
                {"zone": EVIL, "members": [name], "if_lost": "loses quorum", "if_cut_off": EVIL}
            ],
            "pairs": [],
            "even": None,
            "best": EVIL,
        },
        settings={"kubespray": {"version": EVIL}},
        versions={"Kubespray": EVIL},
        left_out=(name,),
        matrices=(model.Matrix(EVIL, "ms", (name,), (name,), ((1.0,),)),),
    )
    return model.build({name: probe}, {}, known={name: model.Known(("etcd",), EVIL, EVIL)}, run=run)
