# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Why a check was not made, where several checks have the same reason."""

from __future__ import annotations

NOT_RUN = "No module ran on the host."
NO_SETTINGS = "What this Kubespray configuration wants is not known."
NOT_READ = "The host does not say."
IN_CONTAINER = "The host is a container, which has this from the machine around it."
