# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The tasks of Kubespray's roles, read from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ..._ansible.templates import trusted
from ..collection import KubesprayError, install_command
from ..loader import Loader


def tasks(path: Path) -> list[dict[str, Any]]:
    """The tasks of a file, those of blocks left out; none where the file is not there."""
    content = _content(path) if path.is_file() else []
    return [task for task in content if isinstance(task, dict)] if isinstance(content, list) else []


def _content(path: Path) -> Any:
    try:
        return _trusted(yaml.load(path.read_text(encoding="utf-8"), Loader=Loader))
    except (OSError, ValueError, yaml.YAMLError) as exc:
        why = " ".join(str(exc).split())
        raise KubesprayError(
            f"{path}: this file of Kubespray cannot be read: {why}. Install Kubespray again: {install_command()}"
        ) from exc


def _trusted(value: Any) -> Any:
    """The value with its texts as templates: ansible-core 2.19 and later evaluates only what it is told to trust."""
    if isinstance(value, dict):
        return {key: _trusted(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_trusted(part) for part in value]
    return trusted(value) if isinstance(value, str) and "{" in value else value
