# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counts what became of a run's tasks, and the time of those that every host skipped, into K8N_COUNT."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: k8n_count
type: aggregate
short_description: For tests/bench/kubespray
description: Counts what became of a run's tasks.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "k8n_count"
    # Found by its folder, so that callbacks_enabled stays what the measured settings say.
    CALLBACK_NEEDS_ENABLED = False

    def __init__(self) -> None:
        super().__init__()
        self._counts = {"tasks": 0, "ok": 0, "changed": 0, "skipped": 0, "skipped_everywhere": 0}
        self._skipping_seconds = 0.0
        self._began: float | None = None
        self._states: set[str] = set()

    def _end_of_task(self) -> None:
        now = time.monotonic()
        if self._began is not None and self._states == {"skipped"}:
            self._counts["skipped_everywhere"] += 1
            self._skipping_seconds += now - self._began
        self._began, self._states = now, set()

    def _ended(self, state: str) -> None:
        self._states.add(state)
        self._counts[state] += 1

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._end_of_task()
        self._counts["tasks"] += 1

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self.v2_playbook_on_task_start(task, False)

    def v2_runner_on_ok(self, result: Any) -> None:
        self._ended("changed" if result._result.get("changed") else "ok")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._ended("skipped")

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._end_of_task()
        with open(os.environ["K8N_COUNT"], "w", encoding="utf-8") as file:
            json.dump({**self._counts, "skipping_seconds": round(self._skipping_seconds, 2)}, file)
