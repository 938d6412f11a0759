# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With many variables changed, each of them shows on the host."""

from __future__ import annotations

import pytest
from testinfra.host import Host

testinfra_hosts = ["ssh://a1", "ssh://a2.molecule.test"]
ADDRESSES = {
    "d1": "10.91.1.11",
    "d2": "10.91.1.12",
    "a1": "10.91.2.11",
    "a2.molecule.test": "10.91.2.12",
}


def test_passwordless_sudo_by_a_drop_in(host: Host) -> None:
    with host.sudo():
        drop_in = host.file("/etc/sudoers.d/90-k8n-server")
        assert (drop_in.user, drop_in.group, drop_in.mode) == ("root", "root", 0o440)
        assert drop_in.content_string == (
            "# Written by k8n.cluster.prepare\nserver ALL=(ALL:ALL) NOPASSWD: ALL\n"
        )


def test_other_hosts_of_the_cluster_are_in_the_hosts_file(host: Host) -> None:
    others = {
        "d1": "10.91.1.11 d1",
        "d2": "10.91.1.12 d2",
        "a1": "10.91.2.11 a1",
        "a2.molecule.test": "10.91.2.12 a2.molecule.test a2",
    }
    del others[host.backend.get_hostname()]
    lines = host.file("/etc/hosts").content_string.splitlines()
    assert lines[-5:] == [
        "# BEGIN k8n.cluster.prepare: the other hosts of the cluster",
        *others.values(),
        "# END k8n.cluster.prepare: the other hosts of the cluster",
    ]


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_name_of_the_cluster_resolves(host: Host, name: str) -> None:
    assert host.check_output("getent ahosts %s", name).split()[0] == ADDRESSES[name]


def test_short_name_of_an_fqdn_resolves(host: Host) -> None:
    assert host.check_output("getent ahosts a2").split()[0] == ADDRESSES["a2.molecule.test"]


@pytest.mark.parametrize("setting", ["maxsessions 64", "maxstartups 100:30:200"])
def test_sshd_configuration_has_the_limits(host: Host, setting: str) -> None:
    assert setting in host.check_output("sudo -n /usr/sbin/sshd -T").splitlines()


def test_running_sshd_has_the_limits(host: Host) -> None:
    listener = host.check_output("ps -o args= -p $(systemctl show -P MainPID ssh.service)")
    assert listener.endswith("of 100-200 startups")
