# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""preflight.html in headless Chromium: filters, keyboard, nothing loaded, nothing foreign run."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.document import document
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.html import page as render
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = runpy.run_path(str(ROOT / "tests/unit/plugins/plugin_utils/_report/preflight_sample.py"))
# As root there is no sandbox; the rest keeps Chromium from asking the web for itself.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
Open = Callable[..., Page]
# Of a pair that nobody measured.
GAP = "\u2013"
# Rows of the grid that exist at a time on a screen of 720 pixels, whatever the number of hosts.
MOST_ROWS = 80
# Elements that are made in the page from now on.
COUNT_WHAT_IS_MADE = """() => {
  window.made = { grid: 0, elsewhere: 0 };
  new MutationObserver((changes) => changes.forEach(({ target, addedNodes }) => {
    const where = document.getElementById("grid").contains(target) ? "grid" : "elsewhere";
    window.made[where] += [...addedNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE).length;
  })).observe(document.body, { childList: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a report; in the end nothing was complained of, loaded or popped up."""
    complaints: list[str] = []
    loaded: list[str] = []
    contexts = []

    def open_report(report: Any, **options: Any) -> Page:
        file = tmp_path / "preflight.html"
        file.write_text(render(document(report)), encoding="utf-8")
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: loaded.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_report
    for context in contexts:
        context.close()
    assert complaints == []
    assert set(loaded) == {(tmp_path / "preflight.html").as_uri()}


def shown(page: Page) -> list[str]:
    """The checks and severities of the findings in sight."""
    return [
        f"{row.locator('.tag').inner_text()} {row.locator('.id').inner_text()}"
        for row in page.locator(".findings tbody tr:visible").all()
    ]


def some() -> Any:
    """Three hosts with three findings, and one without."""
    block, warn, probed = SAMPLE["block"], SAMPLE["warn"], SAMPLE["probed"]
    slow = warn("name_server_slow", "10.0.0.53 takes 400 ms.", "Put a nearer one first.")
    passed = ["swap_on", "memory_low"]
    probes = {
        "cp-1": probed(
            block("sudo_slow", "One sudo takes 20 s.", "Run prepare."), slow, passed=passed
        ),
        "cp-2": probed(slow, passed=passed),
        "node-1": probed(
            block("hostname_mismatch", "It is called old.", "Run it."),
            unknown=[{"id": "memory_low", "reason": "no /proc"}],
        ),
        "node-2": probed(passed=passed),
    }
    return SAMPLE["model"].build(probes, {"node-1": ["hostname"]})


def test_the_filters_narrow_findings_and_grid(opened: Open) -> None:
    page = opened(some())
    count = page.get_by_role("status")
    every = ["block sudo_slow", "prepare hostname_mismatch", "warn name_server_slow"]
    assert shown(page) == every
    assert count.inner_text() == ("3 of 3 findings; the grid shows 4 of 4 places and 5 checks.")
    page.get_by_label("Host", exact=True).fill("CP-2")
    assert shown(page) == ["warn name_server_slow"]
    assert page.locator("#grid tbody th").all_inner_texts() == ["cp-2"]
    page.get_by_label("Host", exact=True).fill("cp")
    assert shown(page) == ["block sudo_slow", "warn name_server_slow"]
    page.get_by_role("checkbox", name="block").uncheck()
    assert shown(page) == ["warn name_server_slow"]
    page.get_by_role("button", name="Show all").click()
    assert shown(page) == every
    page.get_by_label("Text").fill("called OLD")
    assert shown(page) == ["prepare hostname_mismatch"]
    assert page.locator("#grid tbody th").all_inner_texts() == ["node-1"]
    page.get_by_role("button", name="Show all").click()
    page.locator("#by-check").select_option("memory_low")
    assert shown(page) == []
    assert count.inner_text() == "0 of 3 findings; the grid shows 4 of 4 places and 1 check."


def test_a_host_of_the_topology_filters(opened: Open) -> None:
    page = opened(some())
    page.get_by_role("button", name="node-1, no role: prepare fixes").click()
    assert shown(page) == ["prepare hostname_mismatch"]
    assert page.evaluate("document.activeElement.id") == "by-host"


def test_only_checks_with_something_to_say(opened: Open) -> None:
    page = opened(some())
    page.get_by_label("only checks with something to say").check()
    assert page.locator("#grid thead span").all_inner_texts() == [
        "sudo_slow", "hostname_mismatch", "memory_low", "name_server_slow",
    ]  # fmt: skip


def test_it_can_be_used_with_the_keyboard_alone(opened: Open) -> None:
    page = opened(some())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "by-host"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.get_by_role("button", name="memory_low on node-1: unknown").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="memory_low on node-1")
    assert "Unknown: no /proc" in dialog.inner_text()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    name = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(name) == "memory_low on node-1: unknown"
    page.get_by_role("button", name="sudo_slow on cp-1: blocks").press("Enter")
    assert page.get_by_role("dialog").locator("p").all_inner_texts() == [
        "block One sudo takes 20 s.", "Run prepare.",
    ]  # fmt: skip


def test_it_is_light_and_dark(opened: Open) -> None:
    page = opened(some(), color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("button", name="Light").click()
    light = page.evaluate(paper)
    assert (dark, light) == ("rgb(21, 23, 26)", "rgb(252, 251, 249)")
    page.emulate_media(color_scheme="light")
    page.reload()
    assert page.evaluate(paper) == light


def test_without_script_everything_but_the_grid_is_there(opened: Open) -> None:
    page = opened(some(), java_script_enabled=False)
    assert len(shown(page)) == 3
    assert not page.locator("#filters").is_visible()
    assert "preflight.json beside this file has the same" in page.locator("#checks").inner_text()
    assert page.locator(".fixes li").count() == 2


def test_the_zones_have_their_hosts_with_the_control_plane_first(opened: Open) -> None:
    page = opened(SAMPLE["cluster"]())
    zones = [
        (zone.locator("h3").inner_text(), zone.locator("button").all_inner_texts())
        for zone in page.locator(".zone").all()
    ]
    assert [(title, [" ".join(name.split()) for name in names]) for title, names in zones] == [
        ("attic 2 hosts", ["cp-1 control plane etcd", "node-1 worker"]),
        ("cellar 1 host", ["cp-2 control plane etcd"]),
        ("no zone 1 host", ["node-2 worker"]),
    ]
    assert page.locator(".host.block .name").all_inner_texts() == ["node-1"]


def test_the_quorum_says_what_each_zone_takes_with_it(opened: Open) -> None:
    page = opened(SAMPLE["cluster"]())
    section = page.locator("#quorum")
    assert section.locator("p").all_inner_texts() == [
        "2 etcd members, a majority of 2: no loss is survived. 2 etcd members are an even number.",
        "Better, on the same hosts: etcd: [cp-1]",
    ]
    rows = [row.locator("th, td").all_inner_texts() for row in section.locator("tbody tr").all()]
    assert rows == [
        ["attic", "cp-1", "loses quorum", "no side has a majority"],
        ["cellar", "cp-2", "keeps quorum", "the rest has the majority"],
    ]
    assert section.locator(".bad").all_inner_texts() == ["loses quorum"]
    assert section.locator(".good").all_inner_texts() == ["keeps quorum"]


def test_the_heatmaps_have_each_pair_and_are_warmer_where_it_is_worse(opened: Open) -> None:
    page = opened(SAMPLE["cluster"]())
    assert page.locator("#between > p").inner_text() == (
        "11 of 12 tried ports are open, on all 6 pairs of hosts. The clocks are at most 2.0 ms apart."
    )
    assert page.locator("#between h3").all_inner_texts() == [
        "Round trip, in ms", "Ports tried and not open",
    ]  # fmt: skip
    round_trips, ports = page.locator("table.heat").all()
    assert round_trips.locator("thead th").all_inner_texts() == [
        "from \\ to",
        "cp-1",
        "cp-2",
        "node-1",
    ]
    assert [row.locator("th, td").all_inner_texts() for row in round_trips.locator("tbody tr").all()] == [
        ["cp-1", GAP, "0.4", "3.0"],
        ["cp-2", "0.4", GAP, "80.0"],
        ["node-1", GAP, GAP, GAP],
    ]  # fmt: skip
    assert [row.locator("td").all_inner_texts() for row in ports.locator("tbody tr").all()] == [
        [GAP, "0", "0"], ["0", GAP, "1"], ["0", "0", GAP],
    ]  # fmt: skip
    colour = "cell => getComputedStyle(cell).backgroundColor"
    heat = "cell => parseInt(cell.style.getPropertyValue('--heat'))"
    values = [round_trips.locator("td", has_text=text).first for text in ("0.4", "3.0", "80.0")]
    heats = [cell.evaluate(heat) for cell in values]
    assert heats == sorted(heats)
    assert heats[-1] == 100
    assert len({cell.evaluate(colour) for cell in values}) == 3


def test_filters_of_five_hundred_hosts_make_no_more_rows_than_are_in_sight(opened: Open) -> None:
    page = opened(SAMPLE["large"](500, 90))
    page.evaluate(COUNT_WHAT_IS_MADE)
    host = page.get_by_label("Host", exact=True)
    for typed, places, ends in (
        ("node-4", 100, ("node-400", "node-427")),
        ("node-499", 1, ("node-499", "node-499")),
        ("", 500, ("node-000", "node-027")),
    ):
        host.fill(typed)
        status = page.get_by_role("status").inner_text()
        assert f"the grid shows {places} of 500 places and 90 checks." in status
        names = page.locator("#grid tbody th").all_inner_texts()
        assert names[0] == ends[0]
        assert ends[1] in names
        assert len(names) < MOST_ROWS
    page.locator("#by-check").select_option("check_7")
    assert page.locator("#grid thead span").all_inner_texts() == ["check_7"]
    made = page.evaluate("window.made")
    # Four times: a head, the rows, and what holds the place of those that are not in sight.
    assert 4 < made["grid"] < 4 * (MOST_ROWS + 3)
    assert made["elsewhere"] == 0


def test_five_hundred_hosts_are_quick_since_few_rows_exist(opened: Open) -> None:
    page = opened(SAMPLE["large"](500, 90))
    assert page.locator("#grid thead th").count() == 91
    assert page.locator("#grid tbody th").count() < MOST_ROWS
    assert page.locator("#grid table").get_attribute("aria-rowcount") == "501"
    page.locator("#grid").evaluate("grid => grid.scrollTo(0, grid.scrollHeight)")
    last = page.locator("#grid tbody th", has_text="node-499")
    last.wait_for()
    assert last.locator("..").get_attribute("aria-rowindex") == "501"
    assert page.locator("#grid tbody th").count() < MOST_ROWS
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#grid tbody th").count() == 500


def test_on_a_telephone_nothing_is_wider_than_the_screen(opened: Open) -> None:
    page = opened(SAMPLE["large"](30, 90), viewport={"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_hostile_hosts_say_is_only_text(opened: Open) -> None:
    page = opened(SAMPLE["hostile"]())
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    assert "</script><script>alert(1)</script><img src=x" in page.locator(".findings").inner_text()
    page.locator("#grid tbody button").first.click()
    assert "<img src=x onerror=alert(2)>" in page.get_by_role("dialog").inner_text()
    assert page.locator("img").count() == 0
