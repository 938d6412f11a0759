# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.secrets import (
    in_url,
    without_url_secrets,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://u:s3cret@h/x", "https://HIDDEN@h/x"),
        ("https://s3cret@h/x", "https://HIDDEN@h/x"),
        ("https://s3cret:x-oauth-basic@h/x", "https://HIDDEN@h/x"),
        ("HTTP://u:s3@cret@h:3128", "HTTP://HIDDEN@h:3128"),
        ("git+https://s3cret@h/x", "git+https://HIDDEN@h/x"),
        ("postgres://u:s3cret@h/db", "postgres://HIDDEN@h/db"),
        ("ssh://git:s3cret@h/x", "ssh://git:HIDDEN@h/x"),
        ("https://h/x?a=1&private_token=s3cret&b=2", "https://h/x?a=1&private_token=HIDDEN&b=2"),
        ("https://h/x#access_token=s3cret", "https://h/x#access_token=HIDDEN"),
        ("see https://s3cret@h, 'http://u:s3cret@p'", "see https://HIDDEN@h, 'http://HIDDEN@p'"),
    ],
)
def test_what_is_hidden(text: str, shown: str) -> None:
    assert without_url_secrets(text) == shown
    assert in_url(text) or text.startswith("see")


@pytest.mark.parametrize(
    "text",
    [
        "", "https://h/x", "https://h:8443/x@v1", "ssh://git@h:22/k@v1", "git@h:k.git", "a@b.example",
        "https://h/x?page=2", "https://h, me@b.example", "https://@h/x", "/srv/a:b@c",
    ],
)  # fmt: skip
def test_what_is_not(text: str) -> None:
    assert without_url_secrets(text) == text
