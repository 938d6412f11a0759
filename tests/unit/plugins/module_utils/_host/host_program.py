# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts' side of node_probe as a program, as the control node makes it."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.k8n.cluster.plugins.module_utils._host import boot

ABOVE = boot.NAME.rpartition("._host.")[0]
_FOLDER = Path(boot.__file__).parents[1]
PROGRAM = boot.pack(
    {
        f"{ABOVE}.{path.relative_to(_FOLDER).with_suffix('').as_posix().replace('/', '.')}": path.read_text(
            encoding="utf-8"
        )
        for path in [*_FOLDER.glob("*.py"), *_FOLDER.glob("_host/[!_]*.py")]
    }
)
