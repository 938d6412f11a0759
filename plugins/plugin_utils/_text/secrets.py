# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What looks secret, and so is not shown: the one home of a guess that several texts for the user have to make."""

from __future__ import annotations

import re

HIDDEN = "HIDDEN"
_NAME = re.compile(
    r"pass(word|wd|phrase|\b|_)|pwd|secret|token|credential|private|api_?key|_key\b|\bkey\b|vault",
    re.I,
)
# Whatever the name of its variable, such as http_proxy: up to the last @ before the path, as a login may hold one.
_LOGIN = re.compile(r"""([A-Za-z][A-Za-z0-9+.-]*)://([^\s/?#'"]*)@""")
_WHOLE_LOGIN = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)://([^/]+)@", re.DOTALL)
# There git@ is no secret, but the login that everybody has.
_NOT_WEB = frozenset({"ssh", "git+ssh", "ssh+git", "sftp", "scp", "rsync"})
_QUERY = re.compile(r"""([?&#;])([^\s=&#;?'"]+)=([^\s&#;'"]+)""")
_IN_URL = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*://[^\s'"]+""")


def in_name(text: str) -> bool:
    """Whether a variable of that name, or one of those that a text names, may hold a secret."""
    return bool(_NAME.search(text))


def in_url(url: str) -> bool:
    """Whether a URL has something in it that may be a secret, also one that holds what no URL should (a blank)."""
    login = _WHOLE_LOGIN.match(url)
    if login and (login[1].lower() not in _NOT_WEB or ":" in login[2]):
        return True
    return without_url_secrets(url) != url


def without_url_secrets(text: str) -> str:
    """The text with HIDDEN for all in a URL that may be one: who logs in there, and with what, and such a query.

    What stands alone before the @ of a web address is, for most servers, a token.
    """
    return _LOGIN.sub(_login, _IN_URL.sub(lambda url: _QUERY.sub(_query, url[0]), text))


def _login(found: re.Match[str]) -> str:
    scheme, login = found.groups()
    if not login:
        return found[0]
    if scheme.lower() not in _NOT_WEB:
        return f"{scheme}://{HIDDEN}@"
    user, colon, _password = login.partition(":")
    return f"{scheme}://{user}{colon}{HIDDEN if colon else ''}@"


def _query(found: re.Match[str]) -> str:
    mark, name, _value = found.groups()
    return f"{mark}{name}={HIDDEN}" if in_name(name) else found[0]
