# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is for the log alone, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress import quiet


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A Kubespray, by what tells one."""
    (tmp_path / "kubespray" / "roles" / "kubespray_defaults").mkdir(parents=True)
    (tmp_path / "mine" / "roles").mkdir(parents=True)
    return tmp_path


def test_which_tasks_are_kubesprays(tree: Path) -> None:
    assert quiet.of_kubespray(f"{tree}/kubespray/roles/kubernetes/node-label/tasks/main.yml:38")
    assert quiet.of_kubespray(f"{tree}/kubespray/playbooks/cluster.yml:7")
    assert not quiet.of_kubespray(f"{tree}/mine/roles/kubernetes/tasks/main.yml:38")
    assert not quiet.of_kubespray(f"{tree}/kubespray/site.yml:3")
    assert not quiet.of_kubespray("")


@pytest.mark.parametrize(
    "line",
    ["true", '"role_node_labels": []', "Pull docker.io/library/haproxy required is: False", "https://x/error"],
)  # fmt: skip
def test_values_of_kubesprays(tree: Path, line: str) -> None:
    assert quiet.message(f"{tree}/kubespray/roles/download/tasks/main.yml:1", [line])
    # What the user's own tasks show, he wants to see.
    assert not quiet.message(f"{tree}/mine/roles/download/tasks/main.yml:1", [line])


@pytest.mark.parametrize(
    "line",
    [
        '"WARNING! => `kube_network_plugin` is set to `none`.',
        "Docker start failed. Try to remove our config",
        "Failed to configure route reflector - Retrying...",
    ],
)
def test_what_kubespray_says_to_the_user(tree: Path, line: str) -> None:
    assert not quiet.message(f"{tree}/kubespray/roles/docker/tasks/main.yml:1", [line])


@pytest.mark.parametrize(
    ("text", "anywhere"),
    [
        ("[WARNING]: Could not match supplied host pattern, ignoring: bastion\n", True),
        ("[WARNING]: Could not match supplied host pattern, ignoring:\n_kubespray_needs_etcd\n", True),
        (
            "[WARNING]: Module remote_tmp /root/.ansible/tmp did not exist and was created\nwith a mode of 0700, this "
            "may cause issues when running as another user. To\n",
            True,
        ),
        (
            "[WARNING]: Skipped '/etc/kubernetes/patches' path due to this access issue:\n'/etc/kubernetes/patches' is "
            "not a directory\n",
            False,
        ),
        ("[WARNING]: raw module does not support the environment keyword\n", False),
    ],
)  # fmt: skip
def test_warnings_of_what_is_meant_so(tree: Path, text: str, anywhere: bool) -> None:
    assert quiet.warning(text, f"{tree}/kubespray/roles/etcd/tasks/main.yml:1")
    assert quiet.warning(text, f"{tree}/mine/site.yml:1") is anywhere


@pytest.mark.parametrize(
    "text",
    [
        "[WARNING]: Could not match supplied host pattern, ignoring: kube_nodes\n",
        "[WARNING]: Could not match supplied host pattern, ignoring: bastion2\n",
        "[WARNING]: Skipped '/x' path due to this access issue: Permission denied\n",
        "[WARNING]: Platform linux on host a is using the discovered Python interpreter\n",
        "Could not match supplied host pattern, ignoring: bastion\n",
    ],
)
def test_all_other_warnings_are_shown(tree: Path, text: str) -> None:
    assert not quiet.warning(text, f"{tree}/kubespray/roles/etcd/tasks/main.yml:1")
