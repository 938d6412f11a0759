# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A page's links, which are right in the repository, made right on the site."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

REPOSITORY = "https://github.com/k8n/cluster/blob/main/"
# antsibull-docs moves the guides from the one place to the other.
GUIDES = ("docs/docsite/rst/", "collections/k8n/cluster/docsite/")
MARKDOWN = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)((?:#[^)\s]*)?\))")
RST = re.compile(r"`([^`<]+?)\s+<(?!\w+:)([^`>]+)>`__?")


def for_the_site(page: str, text: str, site: Path, repository: Path) -> str:
    """Return the page with links to other pages, and to the repository for what is no page.

    A link to nothing is left as it is, or made one that Sphinx does not find: either way it ends the build.
    """
    guide = page.startswith(GUIDES[1])
    folder = posixpath.dirname(GUIDES[0] + "page" if guide else page)

    def target(link: str) -> str:
        path = posixpath.normpath(posixpath.join(folder, link))
        if path.startswith(GUIDES[0]):
            return "/" + path.replace(*GUIDES, 1)
        if (site / path).is_file() or not (repository / path).exists():
            return "/" + path
        return REPOSITORY + path

    def markdown(found: re.Match[str]) -> str:
        return target(found[1]) + found[2]

    def rst(found: re.Match[str]) -> str:
        to = target(found[2])
        if to.startswith("/"):
            return f":doc:`{found[1]} <{posixpath.splitext(to)[0]}>`"
        return f"`{found[1]} <{to}>`__"

    if guide:
        return RST.sub(rst, text)
    # What antsibull-docs and the site itself wrote has no links of the repository.
    return MARKDOWN.sub(markdown, text) if (site / f"{page}.md").is_file() else text
