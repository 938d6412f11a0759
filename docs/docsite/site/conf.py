# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Sphinx makes the documentation's site; `nox -s docs-site` lays out what it reads.

Nothing here asks the web: references to Ansible's own documentation become plain text (no intersphinx).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from docutils.nodes import Element, TextElement
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

sys.path.insert(0, str(Path(__file__).resolve().parent))
from _links import for_the_site

project = "k8n.cluster"
copyright = "2026 k8n contributors"
html_title = html_short_title = "k8n.cluster"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
html_theme = "sphinx_ansible_theme"
html_show_sphinx = False
html_use_index = False
html_copy_source = False
# A heading's anchor is what a repository's own page gives it.
myst_heading_anchors = 3
# Labels of Ansible's own documentation, which is not asked; a wrong one of ours is still an error.
OTHERS = (
    "action_plugins",
    "ansible_collections.ansible.",
    "ansible_configuration_settings",
    "callback_plugins",
    "common_return_values",
)


def read(app: Sphinx, page: str, source: list[str]) -> None:
    """Turn links between files of the repository into links between pages."""
    repository = Path(os.environ["K8N_REPOSITORY"])
    source[0] = for_the_site(page, source[0], Path(app.srcdir), repository)


def others(
    app: Sphinx, environment: BuildEnvironment, node: Element, text: TextElement
) -> TextElement | None:
    """Show a reference to Ansible's own documentation as its text."""
    return text if str(node.get("reftarget", "")).startswith(OTHERS) else None


def setup(app: Sphinx) -> None:
    app.connect("source-read", read)
    app.connect("missing-reference", others)
