# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which facts of a host an evaluation keeps."""

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.assertions import facts

FACTS = {
    "ansible_kernel": "6.1",
    "ansible_default_ipv4": {"address": "10.1.1.1"},
    "ansible_env": {},
}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{{ ansible_kernel }}", ["ansible_kernel"]),
        ("{{ ansible_facts['kernel'] }} {{ env }}", ["ansible_kernel", "ansible_env"]),
        # A name that is only an argument.
        ("{{ groups.all | map('extract', hostvars, 'ansible_default_ipv4') }}", ["ansible_default_ipv4"]),
        # A host without facts would be one that nobody has looked at.
        ("{{ nothing }}", list(FACTS)),
    ],
)  # fmt: skip
def test_facts_that_a_text_mentions_are_kept(text: str, kept: list[str]) -> None:
    assert list(facts.mentioned(FACTS, text)) == kept


def test_the_texts_of_variables_that_variables_read() -> None:
    variables = {"a": "{{ b }}", "b": ["{{ c.d }}", "eth0"], "c": {"d": 5}, "e": "{{ never }}"}
    assert facts.texts(["{{ a }}"], variables) == {"{{ b }}", "{{ c.d }}", "eth0"}
