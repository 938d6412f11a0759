# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What real systems said, which no host of the lab or not every one says; where each is from stands beside it."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.k8n.cluster.plugins.module_utils._host import (
    kernel,
    packages,
    ports,
    sshd,
    system,
)

RECORDED = Path(__file__).parent / "recorded"


def text(name):
    return (RECORDED / name).read_text(encoding="utf-8")


def put(root, path, name):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text(name), encoding="utf-8")


def test_the_modules_of_debians_kernel_for_clouds(tmp_path):
    for name in ("builtin", "dep"):
        put(tmp_path, f"lib/modules/6.1.0/modules.{name}", f"modules.{name}.txt")
    loadable = ["br_netfilter", "nf_conntrack", "ip_vs", "ip_vs_rr", "dummy", "vxlan", "overlay"]

    found = kernel.collect(
        {"modules": [*loadable, "rng_core", "nf_conntrack_ipv4"]}, tmp_path, "6.1.0"
    )

    assert found["modules"] == {
        **dict.fromkeys(loadable, "loadable"),
        "rng_core": "builtin",
        # Gone since Linux 4.19.
        "nf_conntrack_ipv4": None,
    }


def test_cgroups_of_version_1_beside_those_of_version_2(tmp_path):
    put(tmp_path, "proc/self/mountinfo", "mountinfo-hybrid.txt")

    assert system.collect({}, tmp_path)["cgroup"] == 1


def test_what_dpkg_calls_packages_that_are_not_whole():
    assert packages.broken(text("dpkg-status.txt")) == ["unpacked", "half-configured", "torn"]


def test_ports_that_are_taken(tmp_path):
    for name in ("tcp", "tcp6", "udp"):
        put(tmp_path, f"proc/net/{name}", f"proc-net-{name}.txt")
    wanted = [("tcp", 6443), ("tcp", 10257), ("tcp", 10259), ("tcp", 10250), ("udp", 4789)]

    found = ports.collect(
        {"ports": [{"protocol": protocol, "port": port} for protocol, port in wanted]}, tmp_path
    )

    assert [(each["address"], each["port"]) for each in found["taken"]] == [
        ("127.0.0.1", 6443),
        ("::1", 10257),
        ("::", 10259),
        ("0.0.0.0", 4789),
    ]


def test_the_limits_of_sshd():
    assert sshd.parse(text("sshd-T.txt")) == {
        "max_sessions": 10,
        "max_startups": {"start": 200, "rate": 30, "full": 400},
    }
