# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The report as JUnit's XML, which CI systems show: a test suite a host, a test case a check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from .model import BLOCK, OFF, PASSED, SKIPPED, UNKNOWN


def xml(document: Mapping[str, Any]) -> str:
    """The document of preflight.json. Only what blocks is a failure; a warning is a passed case with an output."""
    root = ET.Element("testsuites", name=f"k8n.cluster.{document['report']}")
    for place in [*document["others"], *document["hosts"]]:
        suite = ET.SubElement(root, "testsuite", name=place["name"])
        if document["started"]:
            suite.set("timestamp", document["started"].rstrip("Z"))
        statuses = [check["status"] for check in place["checks"].values()]
        suite.set("tests", str(len(statuses)))
        suite.set("failures", str(statuses.count(BLOCK)))
        suite.set("errors", "0")
        suite.set("skipped", str(sum(status in (UNKNOWN, SKIPPED, OFF) for status in statuses)))
        for name, check in place["checks"].items():
            case = ET.SubElement(
                suite, "testcase", name=name, classname=f"{document['report']}.{place['name']}"
            )
            _say(case, check)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _say(case: ET.Element, check: Mapping[str, Any]) -> None:
    status = check["status"]
    if status == PASSED:
        return
    if status in (UNKNOWN, SKIPPED, OFF):
        ET.SubElement(case, "skipped", message=f"{status}: {check['reason']}")
        return
    text = "\n".join(
        f"{problem['severity']}: {problem['message']}\nFix: {problem['fix']}"
        for problem in check["problems"]
    )
    if status == BLOCK:
        failure = ET.SubElement(case, "failure", type=BLOCK)
        failure.set("message", check["problems"][0]["message"])
        failure.text = text
    else:
        ET.SubElement(case, "system-out").text = text
