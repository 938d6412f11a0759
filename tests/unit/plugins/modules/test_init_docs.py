# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the modules of init names the options that their actions take."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import yaml
from ansible.plugins.action import ActionBase
from ansible_collections.k8n.cluster.plugins.action import cluster_directory as directory_action
from ansible_collections.k8n.cluster.plugins.action import cluster_inputs as inputs_action
from ansible_collections.k8n.cluster.plugins.action import host_keys as keys_action
from ansible_collections.k8n.cluster.plugins.modules import (
    cluster_directory,
    cluster_inputs,
    host_keys,
)

ACTIONS = {
    cluster_directory: directory_action,
    cluster_inputs: inputs_action,
    host_keys: keys_action,
}


class Specified(Exception):
    """Carries an argument spec out of an action."""


def shape(options, key):
    """Names, types and defaults of options, whether documented or specified."""
    return {
        name: (
            option["type"],
            option.get("elements"),
            option.get("required", False),
            option.get("default"),
            shape(option.get(key, {}), key),
        )
        for name, option in options.items()
    }


@pytest.mark.parametrize("module", ACTIONS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_options(module, monkeypatch):
    def specified(self, argument_spec):
        raise Specified(argument_spec)

    monkeypatch.setattr(ActionBase, "run", lambda self, tmp, task_vars: {})
    monkeypatch.setattr(ActionBase, "validate_argument_spec", specified)
    task = SimpleNamespace(args={}, async_val=0)
    with pytest.raises(Specified) as raised:
        ACTIONS[module].ActionModule(task, None, None, None, None, None).run()
    documented = yaml.safe_load(module.DOCUMENTATION)["options"]
    assert shape(documented, "suboptions") == shape(raised.value.args[0], "options")
