# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Forks for a number of hosts and a size of the control node."""

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import settings


@pytest.mark.parametrize(
    ("hosts", "cores", "memory_mb", "wanted"),
    [
        (8, 2, 4096, 8),  # no more than hosts
        (300, 2, 24576, 20),  # no more than the cores serve
        (300, 16, 8192, 40),  # no more than half of the memory holds
        (300, 1, 512, 5),  # never fewer than Ansible's default
        (1, 1, 512, 1),
        (0, 1, 512, 1),
    ],
)
def test_forks(hosts: int, cores: int, memory_mb: int, wanted: int) -> None:
    assert settings.forks(hosts, cores, memory_mb) == wanted
