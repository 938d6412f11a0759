# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that is interrupted again and again, each time further on, and each time gone on with as its end says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from _cluster import DEPLOY, LabCluster, Ran, Watch, assert_hosts, command_to_go_on, kill
from _kubernetes import assert_ready


@dataclass(frozen=True)
class Place:
    """Where a run is interrupted: once this stands in a result, by SIGKILL, or by cutting the power of a host."""

    name: str
    what: str
    power: str = ""


def interrupt(cluster: LabCluster, place: Place, command: list[str]) -> list[str]:
    """Run the command, interrupt it there, and return the command with which its user goes on."""
    if not place.power:
        ran = cluster.run(*command, watch=Watch(place.what, kill))
        assert ran.code == -9, ran.output[-5000:]
        # Up to there it went well: what the interruption before has left stopped nothing.
        assert {result.state for result in ran.results} <= {"passes", "not_run"}, failures(ran)
        # A killed run says nothing.
        return command
    host = place.power
    ran = cluster.run(*command, watch=Watch(place.what, lambda _run: cluster.lab("off", host)))
    cluster.lab("on", host)
    assert ran.code not in (0, -9), ran.output[-5000:]
    # A lost connection is a failure of the task where an action plugin of Ansible's own catches it.
    wrong = {result.host for result in ran.results if result.state in ("unreachable", "fails")}
    assert wrong == {host}, failures(ran)
    assert re.search(
        rf"\nWHERE SOMETHING IS WRONG\n(  .+\n)*  {host} +(unreachable|failed) at ", ran.output
    )
    return command_to_go_on(ran.output)


def assert_ends_ready(cluster: LabCluster, command: list[str]) -> None:
    """The command ends with Ready nodes and nothing that verify has against them."""
    ran = cluster.run(*command)
    assert ran.code == 0, failures(ran)
    count = len(cluster.hosts)
    hosts = f"{count} of {count} host{'' if count == 1 else 's'}"
    assert f"VERIFY: {hosts} with nothing wrong." in ran.output
    assert_hosts(cluster)
    assert_ready(cluster)


def failures(ran: Ran) -> str:
    """What failed, for a person who reads why a test did."""
    found = [f"{each.host}: {each.task}" for each in ran.results if each.state == "fails"]
    return "\n".join([*found, ran.output[-5000:]])


START = list(DEPLOY)
