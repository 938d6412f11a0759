# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import proxy


@pytest.mark.parametrize("good", ["", "http://proxy:3128", "https://me:s%40cret@10.0.0.1:8080/"])
def test_a_proxy(good: str) -> None:
    assert proxy.mistakes(good) == []


@pytest.mark.parametrize(
    "bad",
    ["proxy:3128", "http://proxy", "ftp://proxy:21", "http://me:secret@proxy:many", "http://["],
)
def test_a_bad_proxy_is_named_without_its_value(bad: str) -> None:
    assert proxy.mistakes(bad) == [
        "controller_proxy is not of the form http://[USER:PASSWORD@]HOST:PORT."
    ]


def test_it_is_in_the_environment_for_git_and_pip() -> None:
    assert proxy.environment("http://p:1") == {
        "http_proxy": "http://p:1",
        "https_proxy": "http://p:1",
        "HTTP_PROXY": "http://p:1",
        "HTTPS_PROXY": "http://p:1",
    }
    assert proxy.environment("") == {}


def test_the_password_is_hidden_as_written_and_as_meant() -> None:
    assert proxy.secrets("http://me:s%40cret@p:1") == {
        "http://me:s%40cret@p:1",
        "s%40cret",
        "s@cret",
        "me",
    }
    assert proxy.secrets("http://token@p:1") == {"http://token@p:1", "token"}
    assert proxy.secrets("http://p:1") == set()
    assert proxy.secrets("") == set()
