# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from pathlib import Path

from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import tree


def fill(root: Path) -> Path:
    (root / "roles" / "one").mkdir(parents=True)
    (root / "roles" / "one" / "main.yml").write_text("- debug:\n")
    (root / "link").symlink_to("roles")
    return root


def test_the_same_wherever_it_lies_and_whoever_used_it(tmp_path: Path) -> None:
    one, two = fill(tmp_path / "one"), fill(tmp_path / "two")
    for noise in (".git/HEAD", "plugins/__pycache__/a.pyc", "venv/pyvenv.cfg", "venv/bin/python"):
        (two / noise).parent.mkdir(parents=True, exist_ok=True)
        (two / noise).write_text("noise")
    os.mkfifo(two / "pipe")
    assert tree.digest(one) == tree.digest(two)


def test_every_change_changes_it(tmp_path: Path) -> None:
    root = fill(tmp_path)
    seen = {tree.digest(root)}
    (root / "roles" / "one" / "main.yml").write_text("- fail:\n")
    seen.add(tree.digest(root))
    (root / "roles" / "one" / "main.yml").rename(root / "roles" / "one" / "other.yml")
    seen.add(tree.digest(root))
    (root / "link").unlink()
    (root / "link").symlink_to("elsewhere")
    seen.add(tree.digest(root))
    (root / "empty").write_text("")
    seen.add(tree.digest(root))
    assert len(seen) == 5
