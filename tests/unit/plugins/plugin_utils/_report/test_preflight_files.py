# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""preflight.json, .junit.xml and .html as files: what is in them, and that nothing in them is more than text."""

from __future__ import annotations

import json
import stat
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import ansible_collections.k8n.cluster
import jsonschema
import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._report import files, model
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.between import measured
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.document import document
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.html import page
from ansible_collections.k8n.cluster.plugins.plugin_utils._report.junit import xml
from preflight_sample import DNS, SLOW, hostile, large, peers, probed

ROOT = Path(next(iter(ansible_collections.k8n.cluster.__path__)))
SCHEMA = json.loads((ROOT / "docs" / "preflight.schema.json").read_text(encoding="utf-8"))


def small() -> model.Report:
    probe = probed(
        SLOW,
        warn("sudo_slow", "It is slow at times.", "Wait."),
        DNS,
        passed=["swap_on", "hostname_invalid"],
        unknown=[{"id": "memory_low", "reason": "no /proc"}],
        skipped=[{"id": "etcd_disk_slow", "reason": "is not an etcd member"}],
        python={"version": "3.11.2"},
    )
    known = {"a": model.Known(("etcd", "kube_node"), "rack", "10.105.1.2")}
    run = model.Run(
        "2026-11-25T03:50:00Z",
        {"ansible-core": "2.18"},
        levels={"swap_on": "off"},
        host_levels={"a": {"swap_on": "off", "memory_low": "warn"}},
        between=measured([peers(2)]),
    )
    return model.build(
        {"a": probe}, {"a": ["own_name_lookup"]}, None, probed(DNS), known=known, run=run
    )


@pytest.mark.parametrize("report", [small(), hostile(), large(20, 9), model.build({}, {})])
def test_the_document_is_as_its_schema_says(report: model.Report) -> None:
    text = json.dumps(document(report), allow_nan=False)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))


def test_the_schema_refuses_what_it_does_not_know() -> None:
    data = document(small())
    data["hosts"][0]["checks"]["swap_on"]["status"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(data)


def test_a_host_of_the_document() -> None:
    data = document(small())
    assert data["hosts"] == [
        {
            "name": "a",
            "address": "10.105.1.2",
            "zone": "rack",
            "roles": ["etcd", "worker"],
            "groups": ["etcd", "kube_node"],
            "status": "prepare",
            "checks": {
                "hostname_invalid": {"status": "passed"},
                "etcd_disk_slow": {"status": "skipped", "reason": "is not an etcd member"},
                "swap_on": {"status": "off", "reason": "switched off by k8n_checks"},
                "memory_low": {"status": "unknown", "reason": "no /proc"},
                "sudo_slow": {
                    "status": "prepare",
                    "problems": [
                        {"severity": "prepare", "message": SLOW["message"], "fix": SLOW["fix"]},
                        {"severity": "warn", "message": "It is slow at times.", "fix": "Wait."},
                    ],
                },
                "hostname_not_in_hosts": {
                    "status": "warn",
                    "problems": [
                        {"severity": "warn", "message": DNS["message"], "fix": DNS["fix"]}
                    ],
                },
            },
            "measured": {"python": {"version": "3.11.2"}},
        }
    ]
    assert data["summary"] == {
        "hosts": 1,
        "ready": 0,
        "problems": {"block": 0, "prepare": 1, "warn": 3},
        "checks": {
            "block": 0, "prepare": 1, "warn": 2, "passed": 1, "unknown": 1, "skipped": 1, "off": 1,
        },
    }  # fmt: skip


def test_levels_of_some_hosts_and_how_much_was_measured_between_them_are_in_the_document() -> None:
    data = document(small())
    assert data["levels"] == {"swap_on": "off"}
    assert data["host_levels"] == [
        {"levels": {"swap_on": "off", "memory_low": "warn"}, "hosts": ["a"]}
    ]
    assert data["between"] == {
        **{key: peers(2)[key] for key in ("sample", "ports", "clock")},
        "text": {
            "ports": "4 of 4 tried ports are open, on all 2 pairs of hosts.",
            "clock": "The clocks are at most 1.0 ms apart.",
        },
    }
    text = " ".join(page(data).split())
    assert "4 of 4 tried ports are open, on all 2 pairs of hosts. The clocks are" in text
    assert "Levels of a alone" in text


def test_junit_and_the_summary_have_what_passed_of_no_host() -> None:
    unknown = [{"id": "sshd_max_sessions", "reason": "no root"}]
    controller = probed(passed=["forks_low", "forks_high"], unknown=unknown)
    data = document(model.build({}, {}, probed(passed=["even_etcd"]), controller))
    assert (data["summary"]["checks"]["passed"], data["summary"]["checks"]["unknown"]) == (3, 1)
    assert [(each.get("name"), each.get("tests")) for each in ET.fromstring(xml(data))] == [
        ("(controller)", "3"),
        ("(inventory)", "1"),
    ]


def test_junit_has_a_suite_a_host_and_fails_only_what_blocks() -> None:
    probes = {"a": probed(SLOW, DNS, passed=["swap_on"]), "b": probed(passed=["swap_on"])}
    root = ET.fromstring(xml(document(model.build(probes, {}))))
    assert [
        (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("skipped"))
        for suite in root
    ] == [("a", "3", "1", "0"), ("b", "1", "0", "0")]
    failure = root.find(".//testcase[@name='sudo_slow']/failure")
    assert failure is not None
    assert failure.get("message") == SLOW["message"]
    assert failure.text == f"block: {SLOW['message']}\nFix: {SLOW['fix']}"
    assert root.findtext(".//testcase[@name='hostname_not_in_hosts']/system-out") == (
        f"warn: {DNS['message']}\nFix: {DNS['fix']}"
    )


def test_junit_of_a_hostile_host_can_be_read() -> None:
    root = ET.fromstring(xml(document(hostile())))
    assert [case.get("name") for case in root.iter("testcase")][:2] == ["swap_on", "memory_low"]


class Elements(HTMLParser):
    """Every element of a page by its name, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.loads += [
            str(value)
            for name, value in attrs
            if name == "src" or (name == "href" and not str(value).startswith("#"))
        ]


def test_nothing_that_a_host_says_is_markup() -> None:
    text = page(document(hostile()))
    assert text.encode()
    found = Elements()
    found.feed(text)
    assert found.names.count("script") == 2
    assert "img" not in found.names
    assert found.loads == []


def test_the_page_says_it_all_without_script() -> None:
    text = page(document(small()))
    assert "Nothing is left that the role prepare does not fix" in text
    for said in (SLOW["message"], DNS["message"], DNS["fix"], "0 of 1 host with nothing wrong."):
        assert said in text


@pytest.mark.parametrize(
    ("report", "problems", "said"),
    [
        ("preflight", (), "Kubespray may start"),
        ("preflight", (DNS,), "Kubespray may start"),
        ("preflight", (SLOW,), "1 problem to fix before Kubespray may start"),
        ("verify", (), "The cluster is what the inventory says"),
        ("verify", (DNS,), "The cluster is what the inventory says"),
        ("verify", (SLOW, SLOW), "2 problems of the cluster to fix"),
    ],
)
def test_the_headline_is_that_of_the_playbook(
    report: str, problems: tuple[Problem, ...], said: str
) -> None:
    text = page(
        document(
            model.build(
                {"a": probed(*problems)},
                {},
                run=model.Run(report=report, versions={"Kubespray": "2.31.0"}),
            )
        )
    )
    headline = text.partition("<h1>")[2].partition("</h1>")[0]
    assert headline.strip() == said
    # Nothing is prepared after Kubespray.
    for said in ("prepare fixes</span></li>", "</span> prepare fixes ", 'value="prepare"'):
        assert (said in text) == (report == "preflight")


def test_files_are_for_their_owner_and_replace_the_old_ones(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "reports"
    written = files.write(small(), folder)
    assert written == {
        "json": f"{folder}/preflight.json",
        "junit": f"{folder}/preflight.junit.xml",
        "html": f"{folder}/preflight.html",
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files.write(model.build({"b": probed()}, {}), folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        Path(path).name for path in written.values()
    )
    for path in map(Path, written.values()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(Path(written["json"]).read_text(encoding="utf-8"))["summary"]["ready"] == 1


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "preflight.json").mkdir()
    with pytest.raises(OSError, match=r"preflight\.json"):
        files.write(small(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["preflight.json"]


def test_kubespray_may_start_is_said_only_where_all_that_could_stop_it_is_known() -> None:
    def headline(versions: dict[str, str], *unknown: str) -> str:
        probe = probed(unknown=[{"id": name, "reason": "No root."} for name in unknown])
        text = page(document(model.build({"a": probe}, {}, run=model.Run(versions=versions))))
        return text.partition("<h1>")[2].partition("</h1>")[0].strip()

    kubespray = {"Kubespray": "2.31.0"}
    assert headline({}) == (
        "Nothing blocks, but Kubespray is not installed, so that what it asks for is not known"
    )
    assert headline(kubespray, "swap_on") == "Nothing blocks, but 1 that could is unknown"
    assert headline(kubespray, "swap_on", "port_taken", "locale_missing") == (
        "Nothing blocks, but 2 that could are unknown"
    )
    # One that would only warn.
    assert headline(kubespray, "locale_missing") == "Kubespray may start"
