# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A picture for docs/images from what a real run left: its HTML report, or what it wrote on the terminal.

.venv/bin/python docs/docsite/site/screens.py prod/reports/preflight.html docs/images/preflight.png --height 2030
.venv/bin/python docs/docsite/site/screens.py run.txt docs/images/verify-terminal.png --lines 18

where run.txt is what script -qc 'ansible-playbook k8n.cluster.verify -b' run.txt wrote.
"""

from __future__ import annotations

import argparse
import html
import shutil
import sys
from itertools import groupby
from pathlib import Path

import pyte
from playwright.sync_api import Page, sync_playwright

COLUMNS = 120
WIDTH = 1200
# The names that pyte gives to the sixteen colours, in those of a dark terminal.
COLOURS = {
    "default": "#d8dee4", "red": "#ff7b72", "green": "#7ee787", "brown": "#e3b341", "blue": "#79c0ff",
    "magenta": "#d2a8ff", "cyan": "#76e3ea", "black": "#8b949e",
}  # fmt: skip
PAGE = (
    '<body style="margin:0;background:#0d1117"><pre style="margin:0;padding:18px;display:inline-block;'
    'font:15px/1.4 monospace;color:#d8dee4">{}</pre>'
)


def terminal(written: bytes, lines: int) -> str:
    """The last lines of a terminal that this was written to, as HTML."""
    screen = pyte.HistoryScreen(COLUMNS, lines, history=0)
    text = written if b"\r" in written else written.replace(b"\n", b"\r\n")
    pyte.ByteStream(screen).feed(text.rstrip())
    rows = []
    for row in range(lines):
        cells = [screen.buffer[row][column] for column in range(COLUMNS)]
        row_html = ""
        for (colour, bold), run in groupby(cells, lambda cell: (cell.fg, cell.bold)):
            weight = ";font-weight:bold" if bold else ""
            content = html.escape("".join(cell.data for cell in run))
            row_html += f'<span style="color:{COLOURS.get(colour, COLOURS["default"])}{weight}">{content}</span>'
        rows.append(row_html)
    return PAGE.format("\n".join(rows))


def shoot(page: Page, source: Path, picture: Path, height: int, lines: int) -> None:
    """Open it as its reader would, and take the picture."""
    if source.suffix == ".html":
        page.goto(source.resolve().as_uri())
        page.screenshot(path=picture)
    else:
        page.set_content(terminal(source.read_bytes(), lines))
        page.locator("pre").screenshot(path=picture)


def main() -> int:
    """Take one picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="a report (.html), or what a run wrote")
    parser.add_argument("picture", type=Path)
    parser.add_argument("--height", type=int, default=1000, help="pixels of a report (%(default)s)")
    parser.add_argument(
        "--lines", type=int, default=30, help="last lines of a terminal (%(default)s)"
    )
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": arguments.height})
        shoot(page, arguments.source, arguments.picture, arguments.height, arguments.lines)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
