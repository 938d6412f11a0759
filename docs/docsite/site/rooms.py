# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms of plugin_utils: their order, which imports which, and a picture of that.

`python docs/docsite/site/rooms.py` writes docs/images/rooms.svg and the table of rooms in CONTRIBUTING.md.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PLUGIN_UTILS = ROOT / "plugins" / "plugin_utils"
MODULE_UTILS = ROOT / "plugins" / "module_utils"
PICTURE = ROOT / "docs" / "images" / "rooms.svg"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
TABLE = re.compile(r"(?<=<!-- rooms -->\n).*?(?=<!-- their picture -->\n)", re.DOTALL)

# From the lowest up: each room imports only from those before it. This is the one place that says so.
ROOMS = {
    "_text": "what a person reads: values from outside made fit to be shown, terminal lines, did-you-mean, no secrets",
    "_files": "files for their owner only, folders that nobody else writes to",
    "_inventory": "addresses to nodes: sources, names, zones, placement, groups, roles, etcd's quorum",
    "_ssh": "connection, channel, latency, become, interpreter, what a module returned, why a host is unreachable",
    "_ansible": "Ansible itself: a task's variables, registered results, templates, settings, two shortcuts",
    "_progress": "the callback's state, lines and known causes",
    "_kubespray": "the installed collection and its versions; `settings` what its variables ask for, `assertions` "
    "what its own say before it runs, `installation` how it gets there",
    "_cluster_dir": "what init writes, and what a run leaves there",
    "_checks": "what a check is, all of them, their levels; the judges in `host`, `between_hosts`, `control_node`, "
    "`etcd`, `settings`, `deployed`; `audit` what becomes of Kubespray's assertions: waivers and the decision",
    "_report": "preflight's report: model, terminal, HTML, JUnit, files",
}
# The loose files, which rooms do not import: what actions derive from.
BASE = "bases of the actions"

# Of the picture.
_WIDTH, _BOX, _HEIGHT, _ROW = 960, 150, 68, 118
_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
  font-family="system-ui, sans-serif" font-size="15" role="img" aria-labelledby="t d">
  <!--
  SPDX-FileCopyrightText: 2026 k8n contributors
  {tag}: GPL-3.0-or-later
  -->
  <title id="t">The rooms of plugin_utils</title>
  <desc id="d">{description}</desc>
  <defs>
    <marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
      <path d="M0 0 10 5 0 10z" fill="#57606a"/>
    </marker>
    <style>
      .box {{ fill: #f6f8fa; stroke: #57606a; stroke-width: 1.2 }}
      .own {{ fill: #ddf4ff; stroke: #0969da; stroke-width: 1.2 }}
      .line {{ stroke: #57606a; stroke-width: 1.4; fill: none; marker-end: url(#a) }}
      text {{ text-anchor: middle; fill: #1f2328 }}
      .small {{ font-size: 12.5px; fill: #424a53 }}
      .head {{ font-weight: 600 }}
    </style>
  </defs>
  <rect width="{width}" height="{height}" fill="#ffffff"/>
"""


def imports(package: Path) -> Iterator[tuple[str, str]]:
    """Pairs of modules within a package, a.b imports c, wherever in a file it does so and for whatever."""
    for path in sorted(package.rglob("*.py")):
        own = path.relative_to(package).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not node.level:
                continue
            words = [*own[: max(0, len(own) - node.level)], *(node.module or "").split(".")]
            base = [word for word in words if word]
            for alias in node.names:
                # From a module, or a module from a package.
                whole = [*base, alias.name]
                is_module = package.joinpath(*whole).with_suffix(".py").is_file()
                yield ".".join(own), ".".join(whole if is_module else base)


def folder(module: str) -> str:
    """Where a module is: the path of its folder, empty for a loose one."""
    return module.rpartition(".")[0]


def room(module: str) -> str:
    """The room of a module; BASE for a loose one."""
    return module.partition(".")[0] if "." in module else BASE


def between(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """For each name those that it imports, itself left out."""
    graph: dict[str, set[str]] = {}
    for importer, imported in pairs:
        graph.setdefault(importer, set())
        graph.setdefault(imported, set())
        if importer != imported:
            graph[importer].add(imported)
    return graph


def reached(graph: Mapping[str, Iterable[str]], start: str) -> set[str]:
    """All that is imported from there on."""
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph[name]
    return found


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The names that import each other, by way of others or not: a list for each circle."""
    of = {name: reached(graph, name) for name in graph}
    found = {
        tuple(sorted(other for other in of[name] if name in of[other]))
        for name in graph
        if name in of[name]
    }
    return [list(each) for each in sorted(found)]


def _direct(graph: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """The graph without what another way says as well."""
    return {
        name: sorted(
            each
            for each in others
            if not any(each in reached(graph, other) for other in others if other != each)
        )
        for name, others in graph.items()
    }


def _levels(graph: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """How high each is drawn: above all that it imports, and right below what imports it."""
    level: dict[str, int] = {}

    def low(name: str) -> int:
        if name not in level:
            level[name] = 1 + max((low(each) for each in graph[name]), default=-1)
        return level[name]

    for name in sorted(graph):
        low(name)
    for name in sorted(graph, key=lambda each: -level[each]):
        above = [level[each] for each in graph if name in graph[each]]
        level[name] = max(level[name], min(above, default=level[name] + 1) - 1)
    return level


def _rows(
    graph: Mapping[str, list[str]], level: Mapping[str, int]
) -> tuple[list[list[str]], list[list[str]]]:
    """The rows from the lowest up, and each arrow as the names on its way; ":" marks a place that it only passes."""
    rows: list[list[str]] = [[] for _each in range(max(level.values()) + 1)]
    for name in sorted(graph):
        rows[level[name]].append(name)
    ways = []
    for name in sorted(graph):
        for other in graph[name]:
            crossed = range(level[name] - 1, level[other], -1)
            passed = [f"{name}:{other}:{number}" for number in crossed]
            for number, place in zip(crossed, passed):
                rows[number].append(place)
            ways.append([name, *passed, other])
    near: dict[str, list[str]] = {}
    for way in ways:
        for upper, lower in zip(way, way[1:]):
            near.setdefault(upper, []).append(lower)
            near.setdefault(lower, []).append(upper)
    # So that arrows cross as little as possible: each below the middle of what it is joined to.
    for _again in range(8):
        for row in rows:
            spots = {name: _spot(rows, name) for row_ in rows for name in row_}
            row.sort(
                key=lambda name: (
                    sum(spots[each] for each in near.get(name, [name]))
                    / len(near.get(name, [name])),
                    name,
                )
            )
    return rows, ways


def _spot(rows: list[list[str]], name: str) -> float:
    row = next(row for row in rows if name in row)
    return (row.index(name) + 0.5) / len(row)


def picture() -> str:
    """The rooms as a picture. An arrow is an import; what a room reaches through another has none of its own."""
    rooms = between((room(a), room(b)) for a, b in imports(PLUGIN_UTILS))
    if found := circles(rooms):
        raise SystemExit(f"there is no picture of rooms that import each other: {found}")
    graph = _direct(rooms)
    for name in ROOMS:
        graph.setdefault(name, [])
    level = _levels(graph)
    rows, ways = _rows(graph, level)
    height = _ROW * (len(rows) + 1) + 20
    middle: dict[str, tuple[float, float]] = {}
    for number, row in enumerate(rows):
        for name in row:
            middle[name] = (_WIDTH * _spot(rows, name), height - _ROW * (number + 2) + _HEIGHT)
    drawn = []
    for way in ways:
        path = ""
        for upper, lower in zip(way, way[1:]):
            (x, y), (to_x, to_y) = middle[upper], middle[lower]
            y += 0 if ":" in upper else _HEIGHT / 2
            to_y -= 0 if ":" in lower else _HEIGHT / 2
            half = (y + to_y) / 2
            path += "" if path else f"M{x:.0f} {y:.0f}"
            path += f"C{x:.0f} {half:.0f} {to_x:.0f} {half:.0f} {to_x:.0f} {to_y:.0f}"
        drawn.append(f'  <path class="line" d="{path}"/>')
    for row in rows:
        for name in row:
            if ":" not in name:
                drawn += _box(name, *middle[name])
    y = height - 20 - _HEIGHT
    drawn += [
        f'  <rect class="box" x="20" y="{y}" width="{_WIDTH - 40}" height="{_HEIGHT}" rx="8"/>',
        f'  <text x="{_WIDTH // 2}" y="{y + 29}" class="head">module_utils</text>'
        f'<text class="small" x="{_WIDTH // 2}" y="{y + 49}">what runs on the hosts; every room may import it, '
        "and it imports none of them</text>",
    ]
    said = "; ".join(f"{name} imports {', '.join(graph[name]) or 'none'}" for name in sorted(graph))
    # Apart, else this file would seem to have two licences.
    tag = "SPDX-License-Identifier"
    head = _HEAD.format(width=_WIDTH, height=height, description=f"{said}.", tag=tag)
    return head + "\n".join(drawn) + "\n</svg>\n"


def _box(name: str, x: float, y: float) -> Iterator[str]:
    inside = ", ".join(
        sorted(path.name for path in (PLUGIN_UTILS / name).glob("*") if any(path.glob("*.py")))
    )
    # Two lines of sub-rooms where one would be too long for the box.
    cut = inside.rfind(", ", 0, len(inside) // 2 + 8) + 1 if len(inside) > 24 else len(inside)
    lines = [each.strip() for each in (inside[:cut], inside[cut:]) if each]
    wide = max([_BOX, *(7 * len(each) + 16 for each in lines), 9 * len(name) + 16])
    kind = "box" if name == BASE else "own"
    yield (
        f'  <rect class="{kind}" x="{x - wide / 2:.0f}" y="{y - _HEIGHT / 2:.0f}" '
        f'width="{wide}" height="{_HEIGHT}" rx="8"/>'
    )
    first = y + 5 - 8 * len(lines)
    yield f'  <text x="{x:.0f}" y="{first:.0f}" class="head">{name}</text>'
    for number, line in enumerate(lines):
        yield f'  <text class="small" x="{x:.0f}" y="{first + 19 + 15 * number:.0f}">{line}</text>'


def table() -> str:
    """The rooms for CONTRIBUTING.md."""
    rows = [f"| `{name}` | {text} |" for name, text in ROOMS.items()]
    return "\n".join(["", "| room | holds |", "|---|---|", *rows, "", ""])


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    page = CONTRIBUTING.read_text(encoding="utf-8")
    CONTRIBUTING.write_text(TABLE.sub(lambda _found: table(), page), encoding="utf-8")
