# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that writes for each task and host one line: play, task, its place, the host, how and when it ended."""

from __future__ import annotations

import json
import os
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: notification
short_description: Record how each task ended, for a test
description: Appends JSON lines to the file that the environment variable K8N_RECORD names.
"""


class CallbackModule(CallbackBase):
    """Notes every result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self._play = ""

    def v2_playbook_on_play_start(self, play):
        self._play = play.get_name()

    def _note(self, result, state, host=None):
        line = {
            "play": self._play,
            "at": time.time(),
            "task": result._task.get_name(),
            "place": result._task.get_path(),
            "host": host or result._host.name,
            "state": state,
            "changed": bool(result._result.get("changed")),
        }
        with open(os.environ["K8N_RECORD"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def v2_runner_on_ok(self, result):
        self._note(result, "passes")

    def v2_runner_on_skipped(self, result):
        self._note(result, "not_run")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._note(result, "passes" if ignore_errors else "fails")

    def v2_runner_on_unreachable(self, result):
        # Of a task that is delegated, the host that was asked.
        self._note(result, "unreachable", result._task.delegate_to)
