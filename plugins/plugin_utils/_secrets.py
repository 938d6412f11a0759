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
# Whatever the name of its variable, such as http_proxy.
_URL = re.compile(r"""(://[^\s/@:'"]*:)[^\s/'"]+(?=@)""")


def in_name(text: str) -> bool:
    """Whether a variable of that name, or one of those that a text names, may hold a secret."""
    return bool(_NAME.search(text))


def without_url_passwords(text: str) -> str:
    """The text with HIDDEN for each password in a URL."""
    return _URL.sub(rf"\1{HIDDEN}", text)
