# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._cluster import etcd, kubelet, probe

ON_NOTHING = {
    "name": "n1", "etcd": False, "control_plane": False, "node": False, "container_manager": "containerd",
    "timeout": 5.0, "wait": 0.0,
}  # fmt: skip


@pytest.fixture
def wanted(tmp_path):
    """A host with none of what Kubespray installs, in the parts that the test names."""

    def make(**parts):
        places = {
            name: str(tmp_path / name)
            for name in (
                "bin_dir",
                "kube_config_dir",
                "kube_cert_dir",
                "etcd_cert_dir",
                "sysctl_file",
                "containerd_cfg_dir",
            )
        }
        return probe.Wanted(**{**ON_NOTHING, **places, **parts})

    return make


def test_only_what_the_host_has_a_part_in_is_asked(wanted):
    found = probe.collect(wanted())

    assert tuple(found) == probe.PARTS
    assert found["kubelet"] is found["registries"] is None
    assert abs(found["clock"] - time.time()) < 60
    assert found["etcd"] is found["kubernetes"] is found["dns"] is found["sysctl"] is None
    assert found["certificates"]["unreadable"] == []


def test_an_empty_host_that_is_to_be_everything_is_not_waited_for(wanted, monkeypatch):
    monkeypatch.setattr(etcd, "collect", lambda _places, _timeout: {"configured": False})
    monkeypatch.setattr(kubelet, "collect", lambda _places, _name, _timeout: {"service": None})
    monkeypatch.setattr(time, "sleep", lambda _seconds: pytest.fail("it waits"))

    found = probe.collect(wanted(etcd=True, control_plane=True, node=True, wait=600.0))

    assert found["etcd"] == {"configured": False}
    assert len(found["kubernetes"]["missing"]) == 2
    assert found["dns"] is None


def test_the_certificates_are_the_hosts_own(wanted, tmp_path):
    folder = tmp_path / "etcd_cert_dir"
    folder.mkdir()
    for name in (
        "ca",
        "member-n1",
        "admin-n1",
        "node-n1",
        "node-n1-key",
        "node-gone",
        "member-n12",
    ):
        (folder / f"{name}.pem").write_text("no certificate", encoding="utf-8")

    found = probe.collect(wanted())

    assert found["certificates"]["unreadable"] == [
        f"{folder}/{name}.pem" for name in ("admin-n1", "ca", "member-n1", "node-n1")
    ]


def test_settle_asks_until_it_is_settled(monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    answers = iter([1, 2, 3, 4])

    assert probe.settle(lambda: next(answers), lambda answer: answer == 3, 60.0) == 3
    assert slept == [3.0, 3.0]


def test_settle_is_bounded_and_returns_what_there_is(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    asked: list[int] = []

    assert probe.settle(lambda: asked.append(1), lambda _answer: False, 10.0) is None
    assert len(asked) == 4
    assert clock[0] <= 10.0
    asked.clear()
    probe.settle(lambda: asked.append(1), lambda _answer: False, 0.0)
    assert len(asked) == 1
