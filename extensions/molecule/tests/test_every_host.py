# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds on every host after k8n.cluster.prepare, whatever the variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from testinfra.host import Host

SPEC = Path(os.environ["MOLECULE_SCENARIO_DIRECTORY"]) / "files" / "lab.yml"
GUESTS: dict[str, dict[str, Any]] = {
    guest["name"]: guest for guest in yaml.safe_load(SPEC.read_text(encoding="utf-8"))["hosts"]
}
testinfra_hosts = [f"ssh://{name}" for name in GUESTS]


@pytest.fixture
def guest(host: Host) -> dict[str, Any]:
    """The lab's entry of the host: its name and address."""
    return GUESTS[host.backend.get_hostname()]


def test_sudo_answers_at_once(host: Host) -> None:
    seconds = host.check_output("bash -c 'TIMEFORMAT=%R; time sudo -n -k true' 2>&1")
    assert float(seconds) < 2


def test_own_line_comes_first(host: Host, guest: dict[str, Any]) -> None:
    lines = host.file("/etc/hosts").content_string.splitlines()
    names = dict.fromkeys([guest["name"], guest["name"].split(".")[0]])
    assert lines[:3] == [
        "# BEGIN k8n.cluster.prepare: this host",
        " ".join([guest["address"], *names]),
        "# END k8n.cluster.prepare: this host",
    ]
    assert "127.0.0.1 localhost" in lines


def test_own_name_resolves_to_the_own_address(host: Host, guest: dict[str, Any]) -> None:
    assert host.check_output("getent ahosts %s", guest["name"]).split()[0] == guest["address"]


def test_hostname_is_the_inventory_name(host: Host, guest: dict[str, Any]) -> None:
    assert host.check_output("uname -n") == guest["name"]
    assert host.file("/etc/hostname").content_string == f"{guest['name']}\n"


def test_login_is_in_the_group_sudo(host: Host) -> None:
    assert "sudo" in host.user("server").groups


def test_sudoers_are_valid(host: Host) -> None:
    assert host.run("sudo -n visudo -c").rc == 0


def test_time_service_is_on(host: Host) -> None:
    service = host.service("systemd-timesyncd")
    assert service.is_enabled
    # The guests are containers, where no time service may start.
    assert not service.is_running
    assert host.run("systemctl is-failed systemd-timesyncd").stdout == "inactive\n"
