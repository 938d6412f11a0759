# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The glue; what it does is tested with the real ansible-playbook in tests/integration."""

from __future__ import annotations

import yaml
from ansible.plugins.callback import default
from ansible_collections.k8n.cluster.plugins.callback import progress


def events(plugin: type) -> set[str]:
    return {name for name in vars(plugin) if name.startswith("v2_")}


def test_every_event_of_the_default_callback_reaches_the_log() -> None:
    # Ansible itself never sends this one.
    wanted = events(default.CallbackModule) - {"v2_playbook_on_cleanup_task_start"}
    assert wanted - events(progress.CallbackModule) == set()


def test_the_option_that_others_set() -> None:
    options = yaml.safe_load(progress.DOCUMENTATION)["options"]
    assert list(options) == ["log_dir"]
    assert options["log_dir"]["ini"] == [{"section": "callback_progress", "key": "log_dir"}]
    assert options["log_dir"]["env"] == [{"name": "K8N_PROGRESS_LOG_DIR"}]
