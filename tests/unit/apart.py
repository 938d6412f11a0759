# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Ansible that is installed, apart from whatever its user has set: with this collection, and a HOME of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import ansible_collections.k8n.cluster

CHECKOUT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))


def ansible(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `ansible` with these words in a folder; what it prints, errors as well, is its stdout."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    return subprocess.run(
        [sys.executable, "-m", "ansible", *arguments],
        cwd=folder,
        env={
            **kept,
            "HOME": str(folder / "home"),
            "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT.parent.parent.parent),
            "ANSIBLE_NOCOLOR": "1",
            **environment,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
