# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible import constants as C
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node import (
    config_keys,
    config_overridden,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.control_node.config_keys import (
    Knowledge,
    Known,
)

# As ansible-core's base.yml and the plugins' documentation have them, cut short.
DEFINITIONS: dict[str, dict[str, Any]] = {
    "DEFAULT_FORKS": {
        "ini": [{"section": "defaults", "key": "forks"}],
        "env": [{"name": "ANSIBLE_FORKS"}],
    },
    "COLLECTIONS_PATHS": {
        "ini": [
            {
                "section": "defaults",
                "key": "old_path",
                "deprecated": {
                    "why": "use the singular form",
                    "version": "2.19",
                    "alternatives": "the singular form",
                },
            },
            {"section": "defaults", "key": "collections_path"},
        ],
        "env": [{"name": "ANSIBLE_COLLECTIONS_PATH"}],
    },
    "ssh_args": {
        "ini": [{"section": "ssh_connection", "key": "ssh_args"}],
        "env": [{"name": "ANSIBLE_SSH_ARGS"}],
        "vars": [{"name": "ansible_ssh_args"}],
    },
    "pipelining": {
        "ini": [
            {"section": "connection", "key": "pipelining"},
            {"section": "ssh_connection", "key": "pipelining"},
        ],
        "vars": [{"name": "ansible_pipelining"}, {"name": "ansible_ssh_pipelining"}],
    },
    "NO_INI": {"env": [{"name": "ANSIBLE_NO_INI"}]},
    "NO_SECTION": {"ini": [{"key": "Timeout"}]},
    "GOING": {
        "ini": [{"section": "defaults", "key": "going"}],
        "deprecated": {"why": "It has no effect.", "version": "2.23"},
    },
}


def check(
    tmp_path: Path,
    text: str,
    more: list[Known] | None = None,
    mentioned: dict[str, set[str]] | None = None,
) -> list[Problem]:
    path = tmp_path / "ansible.cfg"
    path.write_text(text)
    names = mentioned or {}

    def mentions(section: str, key: str | None) -> bool:
        return section in names and (key is None or key in names[section])

    knowledge = Knowledge(config_keys.known(DEFINITIONS), lambda: more or [], mentions)
    return config_keys.check(path, config_keys.read(path), knowledge)


def test_a_file_is_read_as_ansible_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "ansible.cfg"
    path.write_text(
        "# a comment\n[defaults]\nForks = 5 ; why\nempty =\n\n[ssh_connection]\n"
        "control_path = ~/%%h\nssh_args: -o A=b\n  -o C=d\n[DEFAULT]\nforks = 6\n"
    )
    assert config_keys.read(path) == [
        config_keys.Setting("defaults", "forks", "5", 3),
        config_keys.Setting("defaults", "empty", "", 4),
        config_keys.Setting("ssh_connection", "control_path", "~/%%h", 7),
        config_keys.Setting("ssh_connection", "ssh_args", "-o A=b\n-o C=d", 8),
        config_keys.Setting("DEFAULT", "forks", "6", 11),
    ]


def test_what_is_known_is_no_problem_and_nothing_more_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "ansible.cfg"
    path.write_text("[defaults]\nforks = 5\ntimeout = 7\n[galaxy_server.mine]\nurl = x\n")

    def never() -> list[Known]:
        raise AssertionError("the plugins must not be loaded for this")

    knowledge = Knowledge(
        config_keys.known(DEFINITIONS), never, lambda _section, _key: never() == []
    )
    assert config_keys.check(path, config_keys.read(path), knowledge) == []


@pytest.mark.parametrize(
    ("section", "key", "fix"),
    [
        (
            "ssh_connection",
            "ansible_ssh_args",
            "Write [ssh_connection] ssh_args; ansible_ssh_args is its name as a variable of a host.",
        ),
        (
            "defaults",
            "ansible_pipelining",
            "Write [connection] pipelining or [ssh_connection] pipelining; "
            "ansible_pipelining is its name as a variable of a host.",
        ),
        ("defaults", "ansible_forks", "Write [defaults] forks."),
        ("defaults", "ssh_args", "Write [ssh_connection] ssh_args."),
        ("ssh_connection", "forks", "Write [defaults] forks."),
        ("defaults", "froks", "Write [defaults] forks."),
        (
            "defaults",
            "pipelinig",
            "Write [connection] pipelining or [ssh_connection] pipelining, if that is meant, or remove the line.",
        ),
        ("defaults", "zzz", "Remove the line, or install the plugin that it is for."),
    ],
)
def test_a_key_that_is_not_known_is_told_the_right_one(
    tmp_path: Path, section: str, key: str, fix: str
) -> None:
    assert check(tmp_path, f"[{section}]\n\n{key} = secret\n") == [
        warn(
            "config_key_unknown",
            f"{tmp_path}/ansible.cfg, line 3: [{section}] {key} is not a key that this Ansible knows: "
            "it has no effect.",
            fix,
        )
    ]


def test_a_key_that_older_releases_knew(tmp_path: Path) -> None:
    assert check(tmp_path, "[defaults]\ncallback_whitelist = x\n") == [
        warn(
            "config_key_removed",
            f"{tmp_path}/ansible.cfg, line 2: [defaults] callback_whitelist is no longer known to this Ansible: "
            "it has no effect.",
            "Write [defaults] callbacks_enabled.",
        )
    ]


@pytest.mark.parametrize(
    ("section", "key", "fix"),
    [
        ("default", "forks", "Name the section [defaults], and remove other."),
        ("DEFAULT", "forks", "Name the section [defaults], and remove other."),
        (
            "defaulst",
            "ssh_args",
            "Name the section [defaults], and write ssh_args as [ssh_connection] ssh_args, and remove other.",
        ),
        ("ssh", "ssh_args", "Write ssh_args as [ssh_connection] ssh_args, and remove other."),
        ("ara", "api_client", "Remove the section, or install the plugin that it is for."),
    ],
)
def test_a_section_that_nobody_knows_is_one_problem(
    tmp_path: Path, section: str, key: str, fix: str
) -> None:
    assert check(tmp_path, f"[{section}]\n{key} = x\nother = y\n") == [
        warn(
            "config_section_unknown",
            f"{tmp_path}/ansible.cfg: no installed plugin knows the section [{section}]: "
            f"its keys have no effect ({key}, other).",
            fix,
        )
    ]


def test_a_section_with_nothing_else_in_it_has_a_name_alone(tmp_path: Path) -> None:
    [problem] = check(tmp_path, "[default]\nforks = x\ntimeout = 7\n")
    assert problem["fix"] == "Name the section [defaults]."


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        # Ansible would end at a key or a section that comes twice.
        (
            "[ssh_connection]\nssh_args = a\nansible_ssh_args = b\n",
            "Remove the line: line 2 sets [ssh_connection] ssh_args; ansible_ssh_args is its name as a variable of a "
            "host.",
        ),
        ("[defaults]\nforks = 5\nforsk = 6\n", "Remove the line: line 2 sets [defaults] forks."),
        (
            "[defaults]\ncallback_whitelist = a\nCallbacks_Enabled = b\n",
            "Remove the line: line 3 sets [defaults] callbacks_enabled.",
        ),
        (
            "[connection]\npipelining = a\n[defaults]\npipelinig = b\n",
            "Remove the line: line 2 sets [connection] pipelining.",
        ),
        ("[defaults]\nforks = 5\n[default]\ntimeout = 6\n", "Write timeout as [defaults] timeout."),
        (
            "[defaults]\nforks = 5\n[default]\ntimeout = 6\nforks = 7\n",
            "Write timeout as [defaults] timeout, and remove forks.",
        ),
        (
            "[defaults]\nforks = 5\n[default]\nforks = 7\n",
            "Remove the section, or install the plugin that it is for.",
        ),
    ],
)
def test_what_the_file_has_already_is_not_written_a_second_time(
    tmp_path: Path, text: str, fix: str
) -> None:
    assert check(tmp_path, text, [Known("defaults", "callbacks_enabled")])[0]["fix"] == fix


def test_the_advice_for_any_key_of_this_core_is_a_cure(tmp_path: Path) -> None:
    every = config_keys.known(C.config.get_configuration_definitions())
    names = {entry.key for entry in every}
    knowledge = Knowledge(every, list, lambda _section, _key: False)
    path, cured = tmp_path / "ansible.cfg", 0
    for entry in every:
        wrong = entry.key[:3] + entry.key[4:]
        if entry.deprecated or len(wrong) < 6 or wrong in names:
            continue
        path.write_text(f"[{entry.section}]\n{wrong} = 1\n")
        [problem] = config_keys.check(path, config_keys.read(path), knowledge)
        written = re.match(r"Write \[(.+?)\] (\w+)", problem["fix"])
        assert written, problem
        path.write_text("[{}]\n{} = 1\n".format(*written.groups()))
        assert config_keys.check(path, config_keys.read(path), knowledge) == [], problem
        cured += 1
    assert cured > 100


def test_no_advice_is_itself_deprecated(tmp_path: Path) -> None:
    [problem] = check(tmp_path, "[defaults]\nold_pathh = x\n")
    assert problem["fix"] == "Remove the line, or install the plugin that it is for."


def test_the_plugins_keys_count_and_an_installed_collections_too(tmp_path: Path) -> None:
    text = "[callback_x]\na = 1\n[callback_y]\nb = 1\nc = 1\n"
    problems = check(tmp_path, text, [Known("callback_x", "a")], {"callback_y": {"b"}})
    assert [problem["message"] for problem in problems] == [
        f"{tmp_path}/ansible.cfg, line 5: [callback_y] c is not a key that this Ansible knows: it has no effect."
    ]


def test_deprecated_keys_and_options(tmp_path: Path) -> None:
    assert check(tmp_path, "[defaults]\nold_path = x\ngoing = 1\ncollections_path = y\n") == [
        warn(
            "config_key_deprecated",
            f"{tmp_path}/ansible.cfg, line 2: [defaults] old_path is deprecated and goes with version 2.19: "
            "use the singular form.",
            "Remove the line. Of what to write instead ansible-core says: the singular form.",
        ),
        warn(
            "config_key_deprecated",
            f"{tmp_path}/ansible.cfg, line 3: [defaults] going is deprecated and goes with version 2.23: "
            "It has no effect.",
            "Remove the line, or write what the reason names.",
        ),
    ]


def test_a_key_that_moved_into_a_plugin_is_not_deprecated(tmp_path: Path) -> None:
    assert check(tmp_path, "[defaults]\ngoing = 1\n", [Known("defaults", "going")]) == []


def overridden(tmp_path: Path, text: str, environ: dict[str, str]) -> list[dict[str, str]]:
    path = tmp_path / "ansible.cfg"
    path.write_text(text)
    return config_overridden.overridden(
        config_keys.read(path), config_keys.known(DEFINITIONS), environ
    )


def test_environment_variables_that_override_the_file(tmp_path: Path) -> None:
    text = "[defaults]\nforks = 5\n[ssh_connection]\nssh_args = -C\npipelining = true\n"
    environ = {"ANSIBLE_FORKS": "6", "ANSIBLE_SSH_ARGS": "", "ANSIBLE_PIPELINING": "1"}
    found = overridden(tmp_path, text, environ)
    assert found == [
        {"section": "defaults", "key": "forks", "variable": "ANSIBLE_FORKS"},
        {"section": "ssh_connection", "key": "ssh_args", "variable": "ANSIBLE_SSH_ARGS"},
    ]
    assert config_overridden.check_overridden(Path("/x/ansible.cfg"), found) == [
        warn(
            "config_overridden",
            "Environment variables override what /x/ansible.cfg says: [defaults] forks by ANSIBLE_FORKS, "
            "[ssh_connection] ssh_args by ANSIBLE_SSH_ARGS.",
            "Unset these variables, or take the keys out of the file, so that one place counts.",
        )
    ]


def test_the_same_value_overrides_nothing(tmp_path: Path) -> None:
    assert overridden(tmp_path, "[defaults]\nforks = 5\n", {"ANSIBLE_FORKS": "5"}) == []


def test_where_the_collections_are_is_returned_and_no_problem(tmp_path: Path) -> None:
    found = overridden(
        tmp_path, "[defaults]\ncollections_path = a\n", {"ANSIBLE_COLLECTIONS_PATH": "b"}
    )
    assert [override["variable"] for override in found] == ["ANSIBLE_COLLECTIONS_PATH"]
    assert config_overridden.check_overridden(Path("/x/ansible.cfg"), found) == []
