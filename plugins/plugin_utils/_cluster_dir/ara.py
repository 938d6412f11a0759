# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What ARA, which records runs of Ansible for a web page, needs in a cluster directory."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .mistakes import InitError

# The interpreter that k8n.cluster.controller has made for a cluster directory.
INTERPRETER = Path(".k8n") / "controller" / "current" / "venv" / "bin" / "python"
# Of its database in a cluster directory.
FOLDER = ".k8n/ara"
_SECONDS = 60


def callback_plugins(directory: Path, running: str) -> str:
    """The folder of ARA's callback plugin in the Python that runs Ansible for this directory; raises InitError.

    running is the interpreter of this Ansible.
    """
    python = directory / INTERPRETER
    interpreter = str(python) if python.exists() else running
    argv = [interpreter, "-m", "ara.setup.callback_plugins"]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=_SECONDS, check=False)
        folder = done.stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        folder = ""
    if not Path(folder).is_absolute() or not Path(folder).is_dir():
        raise InitError(
            [
                f"k8n_ara: {interpreter} has no ARA. Install it: run k8n.cluster.controller with k8n_ara=true, or "
                f"{interpreter} -m pip install 'ara[server]'."
            ]
        )
    return folder
