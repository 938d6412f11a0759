# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/controller_check.md has every finding, with its severity."""

from __future__ import annotations

import re
from pathlib import Path

import ansible_collections.k8n.cluster

ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
CODE = ROOT / "plugins" / "plugin_utils"


def in_code() -> set[tuple[str, str]]:
    found = set()
    for path in (CODE / "_checks" / "control_node").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "module_utils._problems import" not in text:
            continue
        for severity, name in re.findall(r'\b(block|warn)\(\s*f?"([\w{}.]+)"', text):
            kinds = ("library", "collection") if "{need.kind}" in name else ("",)
            found |= {(name.replace("{need.kind}", kind), severity) for kind in kinds}
    return found


def in_docs() -> set[tuple[str, str]]:
    found = set()
    text = (ROOT / "docs" / "controller_check.md").read_text(encoding="utf-8")
    for names, severities in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([\w, ]+) \|", text, re.M):
        listed = re.findall(r"\w+", names)
        each = severities.split(", ")
        found |= set(zip(listed, each if len(each) == len(listed) else each * len(listed)))
    return found


def test_every_finding_is_documented() -> None:
    assert in_docs() == in_code()
    assert len(in_code()) > 25
