# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The YAML of Kubespray's files, read without Ansible's own loader, which would take ten times as long."""

from __future__ import annotations

import yaml


class Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]  # chosen at run time
    """YAML as Ansible's, its own tags such as !vault and !unsafe taken for text."""


Loader.add_multi_constructor("!", lambda loader, suffix, node: str(node.value))
