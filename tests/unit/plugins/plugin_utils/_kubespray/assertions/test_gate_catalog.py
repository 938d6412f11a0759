# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Kubespray's files say of its checks, on small trees of such files."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.assertions import (
    catalog,
    names,
    values,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.collection import (
    KubesprayError,
)


def tree(root: Path, **files: str) -> Path:
    for name, content in files.items():
        path = root / "roles" / name / "tasks" / "main.yml"
        path.parent.mkdir(parents=True)
        path.write_text(content)
    return root


def found(root: Path) -> list[tuple[str, str]]:
    return [(gate.id, str(gate.place)) for gate in catalog.read(root).gates.values()]


def test_a_task_with_the_switch_in_its_conditions_is_a_gate(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        one="---\n- name: Stop if A!\n  assert: {that: a}\n  when: not ignore_assert_errors\n"
        "- name: Free\n  assert: {that: b}\n"
        "- name: Stop if A?\n  ansible.builtin.command: test a\n  when:\n    - b\n    - not ignore_assert_errors\n",
    )
    assert found(root) == [
        ("stop_if_a", "roles/one/tasks/main.yml:2"),
        ("stop_if_a_2", "roles/one/tasks/main.yml:7"),
        ("free", "roles/one/tasks/main.yml:5"),
    ]


def test_what_nothing_switches_off_is_a_gate_too_and_takes_no_id_from_the_others(
    tmp_path: Path,
) -> None:
    root = tree(
        tmp_path,
        one="- name: Stop\n  assert: {that: a}\n"
        "- name: Loud\n  ansible.builtin.fail: {msg: no}\n  when: b\n"
        "- name: May fail\n  assert: {that: a}\n  ignore_errors: true\n"
        "- name: Does something\n  command: test a\n"
        "- block:\n    - command: test b\n  rescue:\n    - name: Say why\n      fail: {msg: no}\n"
        "- name: Stop\n  assert: {that: c}\n  when: not ignore_assert_errors\n",
    )
    assert [
        (gate.id, gate.place.line, gate.fixed) for gate in catalog.read(root).gates.values()
    ] == [
        ("stop", 16, False),
        ("stop_2", 1, True),
        ("loud", 3, True),
    ]


def test_tasks_of_a_block_and_of_an_included_role_are_gates_but_not_its_helpers(
    tmp_path: Path,
) -> None:
    root = tree(
        tmp_path,
        one="- when: not ignore_assert_errors\n  block:\n    - name: In a block\n      fail: {msg: no}\n"
        "- include_role: {name: two}\n  when: not ignore_assert_errors\n",
        two="- set_fact: {a: 1}\n- name: May fail\n  command: 'false'\n  failed_when: false\n"
        "- import_role: {name: three}\n- name: In a role\n  assert: {that: a}\n",
        three="- name: Further down\n  assert: {that: !unsafe 'a'}\n",
    )
    assert [gate for gate, _place in found(root)] == ["in_a_block", "further_down", "in_a_role"]


def test_what_leads_to_a_file_and_what_sets_a_variable(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        one="- include_role:\n    name: 'two/{{ plugin }}'\n- stat: {path: /a}\n  register: seen\n",
        **{"two/calico": "- name: Stop\n  assert: {that: a}\n  when: not ignore_assert_errors\n"},
    )
    read = catalog.read(root)
    gate_file = "roles/two/calico/tasks/main.yml"
    assert read.leading_to({gate_file}) == {gate_file, "roles/one/tasks/main.yml"}
    assert read.setters == {"seen": {"roles/one/tasks/main.yml"}}


def test_no_gate_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        KubesprayError, match=r"no task of roles/\*/tasks depends on ignore_assert_errors"
    ):
        catalog.read(tree(tmp_path, one="- debug: {msg: a}\n"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- name: a\n  when: [\n- b: c\n", "line 3: Kubespray's task file is not YAML:"),
        ("a: b\n", "line 1: this is not a list of tasks."),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, content: str, said: str
) -> None:
    with pytest.raises(KubesprayError) as caught:
        catalog.read(tree(tmp_path, one=content))
    assert str(caught.value).startswith(f"{tmp_path}/roles/one/tasks/main.yml, {said}")


@pytest.mark.parametrize("content", [b"- name: a\0\n", b"- name: \xff\n", None])
@pytest.mark.parametrize("folder", ["tasks", "defaults"])
def test_a_file_that_is_no_text_is_named(
    tmp_path: Path, folder: str, content: bytes | None
) -> None:
    root = tree(tmp_path, one="- assert: {that: a}\n  when: not ignore_assert_errors\n")
    path = root / "roles" / "one" / folder / "more.yml"
    path.parent.mkdir(exist_ok=True)
    if content is None:
        path.symlink_to("/nonexistent/more.yml")
    else:
        path.write_bytes(content)
    if folder == "defaults" and content == b"- name: a\0\n":
        # Only searched for the switch; what Ansible says of it comes later.
        assert len(found(root)) == 1
        return
    with pytest.raises(KubesprayError) as caught:
        catalog.read(root)
    assert str(caught.value).startswith(f"{path}: this file of Kubespray cannot be read: ")


def test_a_use_of_the_switch_that_is_not_understood_is_an_error(tmp_path: Path) -> None:
    root = tree(tmp_path, one="- assert: {that: a}\n  when: not ignore_assert_errors\n")
    defaults = root / "roles" / "one" / "defaults" / "main.yml"
    defaults.parent.mkdir()
    defaults.write_text("---\n# ignore_assert_errors in a comment\nignore_assert_errors: false\n")
    assert len(found(root)) == 1
    defaults.write_text("---\nchecks: '{{ not ignore_assert_errors }}'\n")
    with pytest.raises(KubesprayError) as caught:
        catalog.read(root)
    assert str(caught.value).startswith(
        f"{defaults}, line 2: Kubespray uses ignore_assert_errors here in a way that this version of k8n.cluster does "
        "not understand"
    )


def test_the_variables_of_an_expression_through_those_that_they_read() -> None:
    variables = {"a": "{{ b }}", "b": ["{{ c.d }}"], "hostvars": "{{ never }}"}
    assert names.closure(["{{ a and hostvars['h'].e }}"], variables) == {
        "a", "b", "c", "d", "e", "h", "hostvars",
    }  # fmt: skip


def test_the_values_that_an_expression_saw() -> None:
    variables = {
        "groups['etcd']": ["a", "b"],
        "db_password": "x",
        "big": {"k": 1},
        "url": "http://u:x@p",
    }

    def resolve(path: str) -> object:
        return variables[path]

    seen = values.seen("groups.get('etcd') | length > n and db_password and big and url", resolve)
    assert seen == (
        ("groups['etcd']", "['a', 'b']"),
        ("n", "undefined"),
        ("db_password", "(not shown)"),
        ("big", "a dictionary of 1"),
        ("url", "'http://HIDDEN@p'"),
    )
