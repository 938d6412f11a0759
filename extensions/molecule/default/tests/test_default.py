# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With the defaults, what is by choice stays untouched."""

from __future__ import annotations

from testinfra.host import Host

testinfra_hosts = ["ssh://d1", "ssh://d2"]


def test_no_sudoers_file_of_ours(host: Host) -> None:
    assert host.check_output("sudo -n ls /etc/sudoers.d").split() == ["90-server", "README"]


def test_no_other_names_in_the_hosts_file(host: Host) -> None:
    assert "the other hosts of the cluster" not in host.file("/etc/hosts").content_string


def test_sshd_is_as_it_was(host: Host) -> None:
    assert host.file("/etc/ssh/sshd_config.d").listdir() == ["10-lab.conf"]
