# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The reports as files: whole or not at all, and for their owner only."""

from __future__ import annotations

import json
from pathlib import Path

from .._files import private_file
from . import html, junit
from .document import document
from .model import Report


def write(report: Report, folder: Path) -> dict[str, str]:
    """Write all three, replacing those of an earlier run; returns their paths by kind. Raises OSError."""
    data, name = document(report), report.run.report
    texts = {
        "json": (f"{name}.json", json.dumps(data, indent=1) + "\n"),
        "junit": (f"{name}.junit.xml", junit.xml(data)),
        "html": (f"{name}.html", html.page(data)),
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # They tell an attacker what is weak.
    for file, text in texts.values():
        private_file.write(folder / file, text)
    return {kind: str(folder / name) for kind, (name, _text) in texts.items()}
