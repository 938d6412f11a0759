# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What node_probe tells the collectors beside what its action plugin wants of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import probe
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import hide


@pytest.mark.parametrize(("given", "more"), [(None, {}), ('{"ports": []}', {"ports": []})])
def test_what_only_the_login_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None, more: dict[str, object]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert probe.wanted(hide(given) if given else None, "server", "~/.ansible/tmp") == {
        **more,
        "login": "server",
        "remote_tmp": {
            "path": f"{tmp_path}/.ansible/tmp",
            "above": str(tmp_path),
            "writable": True,
        },
    }
