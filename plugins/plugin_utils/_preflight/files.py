# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The reports as files: whole or not at all, and for their owner only."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ansible_collections.k8n.cluster.plugins.plugin_utils._preflight import html, junit
from ansible_collections.k8n.cluster.plugins.plugin_utils._preflight.document import document
from ansible_collections.k8n.cluster.plugins.plugin_utils._preflight.model import Report


def write(report: Report, folder: Path) -> dict[str, str]:
    """Write all three, replacing those of an earlier run; returns their paths by kind. Raises OSError."""
    data, name = document(report), report.run.report
    texts = {
        "json": (f"{name}.json", json.dumps(data, indent=1) + "\n"),
        "junit": (f"{name}.junit.xml", junit.xml(data)),
        "html": (f"{name}.html", html.page(data)),
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder, dict(texts.values()))
    return {kind: str(folder / name) for kind, (name, _text) in texts.items()}


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        # 0600 from its first byte on: a report tells an attacker what is weak.
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(temporary, folder / name)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
