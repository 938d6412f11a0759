# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask a host of a deployed cluster, and take of its answer only what it was asked."""

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.plugin_utils._host_module import HostModule


class ActionModule(HostModule):
    """Glue: the module of the same name."""
