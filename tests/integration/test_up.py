# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One command for the whole, at a terminal, on real hosts that Kubespray has nothing to download on."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from _terminal import at_terminal
from conftest import run

LAB = """\
name: up
hosts:
  - {name: n1, address: 10.94.1.2}
  - {name: n2, address: 10.94.1.3}
"""


@pytest.mark.usefixtures("kubespray")
def test_it_asks_once_and_stops_where_the_hosts_are_not_ready(
    boot: Callable[[str], Path], repository: Path, tmp_path: Path
) -> None:
    state = boot(LAB)
    command = ["ansible-playbook", "k8n.cluster.up", "--private-key", str(state / "id_ed25519")]
    source = ["-e", f"k8n_kubespray_source={repository}"]
    ran = at_terminal(
        [*command, *source],
        tmp_path,
        [
            ("The addresses of the machines", "10.94.1.2-3\r"),
            ("Is it well to take the defaults for", "n\r"),
            ("The login on the hosts", "server\r"),
            ("The port of their sshd", "22\r"),
            ("A host to go through", "\r"),
            ("The control plane: how many", "1\r"),
            ("The members of etcd: how many", "1\r"),
            ("The names of hosts", "\r"),
            ("Zones, as", "\r"),
            ("Ask them now, and show the", "\r"),
            ("Trust these keys from now on?", "y\r"),
        ],
        columns=120,
    )
    screen = "\n".join(ran.screen)
    directory = tmp_path / "cluster"
    written = yaml.safe_load((directory / "cluster.k8n.yml").read_text())
    assert written["etcd"] == 1
    assert written["vars"] == {"all": {"ansible_user": "server", "ansible_port": 22}}
    assert "10.94.1.3 ssh-ed25519 " in (directory / "known_hosts").read_text()
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    # The second run has its own callback, and ends this one.
    assert "It goes on with: ansible-playbook" in screen
    assert "FAILED after " in screen
    assert "download_unreachable" in screen
    assert ran.code == 2
    assert (directory / "reports" / "preflight.html").is_file()

    # From now on nothing is asked.
    again = run(*command, *source, cwd=directory, env={"CI": "1"})
    assert again.code == 2
    assert f"Full log: {directory}/logs/" in again.output
