# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed.model import Cluster
from whole_cluster import whole


@pytest.fixture
def cluster() -> Cluster:
    return whole()
