# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the check modules says what their code does."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.doc_fragments.attributes import (
    ModuleDocFragment as Attributes,
)
from ansible_collections.k8n.cluster.plugins.doc_fragments.checks import (
    ModuleDocFragment as Fragment,
)
from ansible_collections.k8n.cluster.plugins.module_utils._arguments import (
    CONTROL,
    FAIL,
    HOSTNAME,
    LATENCY,
    PROBE,
    PROBE_CONTROL,
    SUDO,
)
from ansible_collections.k8n.cluster.plugins.module_utils._host.sshd import parse as parse_sshd
from ansible_collections.k8n.cluster.plugins.module_utils._hostname import Lookup, Names
from ansible_collections.k8n.cluster.plugins.module_utils._hostname import judge as judge_names
from ansible_collections.k8n.cluster.plugins.module_utils._sudo import Finding, Login, SudoRuns
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import Control
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import judge as judge_sudo
from ansible_collections.k8n.cluster.plugins.modules import (
    hostname_check,
    node_probe,
    ssh_latency,
    sudo_check,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.latency import Measured, Timeouts
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.latency import judge as judge_latency

SPECS = {
    hostname_check: {**HOSTNAME, **FAIL},
    node_probe: {**PROBE, **PROBE_CONTROL},
    ssh_latency: {**LATENCY, **FAIL},
    sudo_check: {**SUDO, **CONTROL, **FAIL},
}


def documented_options(module):
    """What ansible-doc merges: the module's own text and the fragments that it names."""
    fragments = {
        "k8n.cluster.attributes.checks": Attributes.CHECKS,
        "k8n.cluster.checks": Fragment.DOCUMENTATION,
        "k8n.cluster.checks.sudo": Fragment.SUDO,
        "k8n.cluster.checks.hostname": Fragment.HOSTNAME,
        "k8n.cluster.checks.latency": Fragment.LATENCY,
        "k8n.cluster.checks.probe": Fragment.PROBE,
        "k8n.cluster.checks.control": Fragment.CONTROL,
        "k8n.cluster.checks.probe_control": Fragment.PROBE_CONTROL,
    }
    names = yaml.safe_load(module.DOCUMENTATION)["extends_documentation_fragment"]
    options = {}
    for name in names:
        options.update(yaml.safe_load(fragments[name]).get("options", {}))
    return options


def shape(options, key):
    """Names, types and defaults of options, whether documented or specified."""
    return {
        name: (option["type"], option.get("default"), shape(option.get(key, {}), key))
        for name, option in options.items()
    }


@pytest.mark.parametrize("module", SPECS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_options(module):
    assert shape(documented_options(module), "suboptions") == shape(SPECS[module], "options")


def returned(module):
    return yaml.safe_load(module.RETURN)


def assert_documented(documented, values):
    assert list(documented) == list(values)
    for name, value in values.items():
        if isinstance(value, dict):
            assert list(documented[name]["contains"]) == list(value)


def test_what_sudo_check_returns():
    runs = SudoRuns(Finding("passwordless", [0.1], ""), Login("server", []), "n1", True)
    values, problems = judge_sudo(runs, Control(None, False, None), 30.0, 2.0)

    assert_documented(returned(sudo_check), {**values, "problems": problems, "fix": ""})


def test_what_hostname_check_returns():
    values, problems = judge_names("a", Names("a", "a"), Lookup([], None, 0.1, True), True)

    assert_documented(returned(hostname_check), {**values, "problems": problems, "fix": ""})


def test_what_ssh_latency_returns():
    measured = Measured("ssh", False, 0.1, [0.1], "channel", Timeouts(10.0, "default", 12.0))
    values, problems = judge_latency(measured, 5.0, 300.0)

    assert_documented(returned(ssh_latency), {**values, "problems": problems, "fix": ""})


@pytest.mark.parametrize(
    ("name", "module"),
    [("latency", ssh_latency), ("sudo", sudo_check), ("hostname", hostname_check)],
)
def test_node_probe_says_once_whose_values_it_returns(name, module):
    documented = returned(node_probe)[name]

    module_name = module.__name__.rpartition(".")[2]
    assert f"M(k8n.cluster.{module_name})" in documented["description"][0]
    assert "contains" not in documented


def test_node_probe_returns_the_limits_of_sshd():
    values = parse_sshd("maxsessions 10\nmaxstartups 10:30:100\n")

    documented = returned(node_probe)["sshd"]
    assert_documented(documented["contains"], values)
    assert documented["sample"] == values


@pytest.mark.parametrize("module", SPECS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_problem_is_documented_alike(module):
    problems, fix = returned(module)["problems"], returned(module)["fix"]

    assert list(problems["contains"]) == ["id", "severity", "message", "fix"]
    assert (problems["returned"], fix["returned"]) == ("always", "always")
