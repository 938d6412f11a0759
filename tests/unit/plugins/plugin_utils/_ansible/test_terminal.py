# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Questions to a person, who may not be there; at a real terminal they are asked in tests/integration/test_up.py."""

from __future__ import annotations

import pytest
from ansible.errors import AnsiblePromptInterrupt, AnsiblePromptNoninteractive
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import terminal


class Display:
    def __init__(self, *answers):
        self.answers, self.asked, self.shown = list(answers), [], []

    def prompt_until(self, question):
        self.asked.append(question)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def display(self, text):
        self.shown.append(text)


@pytest.fixture(autouse=True)
def no_ci(monkeypatch):
    monkeypatch.delenv("CI", raising=False)


def test_an_answer_is_shown_without_what_moves_a_cursor():
    display = Display(b" ab\x1b[2J \xff ", b"")
    assert terminal.ask(display, "Who?") == "ab\x1b[2J \ufffd"
    assert display.shown == ["> ab?[2J \ufffd"]
    assert terminal.ask(display, "Who?") == ""
    assert len(display.shown) == 1


def test_nobody_is_there(monkeypatch):
    assert terminal.ask(Display(AnsiblePromptNoninteractive("x")), "Who?") is None
    assert terminal.agreed(Display(AnsiblePromptNoninteractive("x")), "Well?", True) is None
    monkeypatch.setenv("CI", "true")
    display = Display(b"x")
    assert terminal.ask(display, "Who?") is None
    assert display.asked == []


def test_ctrl_c():
    with pytest.raises(terminal.StoppedError):
        terminal.ask(Display(AnsiblePromptInterrupt("x")), "Who?")


@pytest.mark.parametrize(
    ("answers", "default", "wanted"),
    [
        ([b""], True, True),
        ([b""], False, False),
        ([b"Y"], False, True),
        ([b"no"], True, False),
        ([b"perhaps", b"yes"], False, True),
    ],
)
def test_yes_or_no(answers, default, wanted):
    display = Display(*answers)
    assert terminal.agreed(display, "Well?", default) is wanted
    assert display.asked == [f"Well? {'[Y/n]' if default else '[y/N]'}"] * len(answers)
