# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A proxy for the programs that fetch something: in their environment, and nowhere else."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

_VARIABLES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
WANTED = "http://[USER:PASSWORD@]HOST:PORT"


def mistakes(proxy: str) -> list[str]:
    """What is wrong with it, never quoting it: it may hold a password."""
    try:
        parts = urlsplit(proxy)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port
    except ValueError:
        good = False
    return [] if good or not proxy else [f"controller_proxy is not of the form {WANTED}."]


def environment(proxy: str) -> dict[str, str]:
    """The variables that git and pip read it from; none for an empty proxy, which leaves those in force."""
    return dict.fromkeys(_VARIABLES, proxy) if proxy else {}


def secrets(proxy: str) -> set[str]:
    """What must not be seen in any output."""
    parts = urlsplit(proxy)
    # The user alone may be a token.
    secrets = {part for part in (parts.username, parts.password) if part}
    return {proxy, *secrets, *map(unquote, secrets)} if secrets else set()
