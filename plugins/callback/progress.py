# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a long run is, in one line."""

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: stdout
short_description: How far a long run is, in one line
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - On a terminal, one line lives at the bottom. It shows the tasks that are done and the total of those to come, the
    time since the start and an estimate of the rest in minutes and seconds, the hosts that are at work and those that
    wait, the play and the task. The estimate comes from the last run of the same playbook that came to its end, with
    about as many hosts and the same tags and limit. There is none on the first run.
  - Failures are printed at once and in full, with host, task, file and line. For those that users of Kubespray meet
    most it says what they mean and what fixes them. Failures that the playbook ignores take one line. What is ok,
    changed or skipped takes none; a C(debug) task's message is shown once. Values that Kubespray's own tasks show of
    its variables, and warnings of Ansible about what Kubespray means so, such as a folder that not every host has, are
    in the log only.
  - Where there is no terminal, or where the environment variable E(CI) is set, it prints a line for each play and one
    every 30 seconds.
  - At the end it says what failed, where and how to go on, which tasks took longest, and where the log is; after a
    run with C(k8n.cluster.verify) that ended well, also the nodes, where the kubeconfig is and what to do next.
  - The log holds every result as the callback P(ansible.builtin.default#callback) would print it, with skipped and ok
    ones, and all warnings. With C(-v) the results are shown on the screen, too.
  - It works with every playbook, Kubespray's own among them.
requirements:
  - set as C(stdout_callback) in the configuration
options:
  log_dir:
    description:
      - The folder for the logs, a file for each run, and for C(timings.json), from which the rest of a run is
        estimated. It is made with mode C(0700), the files with C(0600). No log is ever removed from it.
      - By default it is C(logs) beside the C(ansible.cfg) that is in effect, or C(logs) in the current folder where
        there is none or nothing can be written there.
    type: path
    ini:
      - section: callback_progress
        key: log_dir
    env:
      - name: K8N_PROGRESS_LOG_DIR
seealso:
  - name: What it shows, and why
    description: The guide in the collection's repository.
    link: https://github.com/k8n/cluster/blob/main/docs/progress.md
"""

EXAMPLES = r"""
ansible.cfg: |
  # Enable it for all runs from this folder.
  [defaults]
  stdout_callback = k8n.cluster.progress

shell: |
  # For one run, of Kubespray's own playbook.
  ANSIBLE_STDOUT_CALLBACK=k8n.cluster.progress ansible-playbook -i inventory -b kubernetes_sigs.kubespray.cluster
"""

import atexit
import os
import sys
import time
from typing import Any

from ansible import constants as C
from ansible import context
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import callback_loader
from ansible.release import __version__ as core_version
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress import command, log
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.report import Report, diffs
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.run import Call, Run
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.screen import Screen, is_live

_COLORS = {
    "error": C.COLOR_ERROR,
    "unreachable": C.COLOR_UNREACHABLE,
    "ignored": C.COLOR_DEBUG,
    "good": C.COLOR_OK,
    "bad": C.COLOR_ERROR,
    "interrupted": C.COLOR_WARN,
}
# Longer lines of our own sentences are hard to read.
_WIDEST = 100


class CallbackModule(CallbackBase):
    """Glue: each event goes to a Run, which shows it, and to the default callback, which writes the log."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "k8n.cluster.progress"

    def v2_playbook_on_start(self, playbook: Any) -> None:
        call = _call()
        live = (
            is_live(sys.stdout, dict(os.environ))
            # They ask the user at moments that no event tells of.
            and not context.CLIARGS.get("step")
            and not C.ENABLE_TASK_DEBUGGER
        )
        self._path = None
        stream = None
        try:
            folders = log.folder(self.get_option("log_dir"), C.CONFIG_FILE)
            self._path, stream = log.open_log(folders, playbook._file_name, time.time())
        except OSError as exc:
            self._display.warning(
                f"There is no log of this run, and no estimate of its rest: {exc}"
            )
        self._log = log.Log(stream, self._display.warning)
        self._log.write(_header(call))
        self._screen = Screen(
            self._display,
            live=live,
            line=self._line,
            copy=self._log.write,
            fold=self._folded,
            tick=self._log.flush,
        )
        self._log_display = log.LogDisplay(
            self._display, self._log, self._screen.say, self._screen.unseen
        )
        columns = min(self._display.columns, _WIDEST)
        report = Report(self._say, self._log.write, columns)
        self._run = Run(
            playbook,
            call,
            self._path and self._path.parent,
            report,
            None if live else self._say,
            columns,
        )
        self._default = callback_loader.get("ansible.builtin.default")
        self._default.set_options(
            direct={
                "display_skipped_hosts": True,
                "display_ok_hosts": True,
                "display_failed_stderr": False,
            }
        )
        self._default._display = self._log_display
        self._screen.start()
        atexit.register(self._broken_off, os.getpid())
        self._write("v2_playbook_on_start", playbook)

    def _line(self, columns: int | None) -> str:
        return self._run.line(columns)

    def _folded(self, text: str) -> bool:
        return self._run.says_nothing(text)

    def _say(self, text: str, color: str | None = None) -> None:
        self._screen.say(text, _COLORS.get(color or ""))

    def _write(self, event: str, *arguments: Any, echo: bool = False) -> None:
        """Let the default callback write an event into the log, and onto the screen with echo."""
        self._log_display.echo = echo
        # Where core 2.19 and later look for the warnings of a result.
        self._default._current_task_result = arguments[0] if arguments else None
        getattr(self._default, event)(*arguments)

    def _verbose(self) -> bool:
        return bool(self._display.verbosity)

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._run.play_started(play)
        self._write("v2_playbook_on_play_start", play)
        self._log.flush()

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._run.task_started(task)
        self._write("v2_playbook_on_task_start", task, is_conditional, echo=self._verbose())

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self._run.task_started(task, handler=True)
        self._write("v2_playbook_on_handler_task_start", task, echo=self._verbose())

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        self._run.host_started(host.get_name(), task)

    def v2_runner_on_ok(self, result: Any) -> None:
        self._run.ended(result, self.host_label(result))
        self._write("v2_runner_on_ok", result, echo=self._verbose())

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._run.skipped(result)
        self._write("v2_runner_on_skipped", result, echo=self._verbose())

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._run.failed(result, self.host_label(result), ignore_errors)
        self._write("v2_runner_on_failed", result, ignore_errors)
        self._log.flush()

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._run.unreachable(result, self.host_label(result))
        self._write("v2_runner_on_unreachable", result)
        self._log.flush()

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._run.item_ended(result, self.host_label(result))
        self._write("v2_runner_item_on_ok", result, echo=self._verbose())

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._run.item_failed(result, self.host_label(result), self._get_item_label(result._result))
        self._write("v2_runner_item_on_failed", result)

    def v2_runner_item_on_skipped(self, result: Any) -> None:
        self._write("v2_runner_item_on_skipped", result, echo=self._verbose())

    def v2_runner_retry(self, result: Any) -> None:
        self._run.retried(result, self.host_label(result))
        self._write("v2_runner_retry", result)

    def v2_runner_on_async_poll(self, result: Any) -> None:
        self._write("v2_runner_on_async_poll", result)

    def v2_runner_on_async_ok(self, result: Any) -> None:
        self._write("v2_runner_on_async_ok", result)

    def v2_runner_on_async_failed(self, result: Any) -> None:
        self._write("v2_runner_on_async_failed", result)

    def v2_on_file_diff(self, result: Any) -> None:
        for diff in diffs(result._result):
            text = self._get_diff(diff)
            if text:
                self._say(f"{self.host_label(result)}: {result._task.get_name()}\n{text.rstrip()}")
        self._write("v2_on_file_diff", result)

    def v2_playbook_on_include(self, included_file: Any) -> None:
        self._write("v2_playbook_on_include", included_file, echo=self._verbose())

    def v2_playbook_on_notify(self, handler: Any, host: Any) -> None:
        self._write("v2_playbook_on_notify", handler, host)

    def v2_playbook_on_no_hosts_matched(self) -> None:
        self._write("v2_playbook_on_no_hosts_matched")

    def v2_playbook_on_no_hosts_remaining(self) -> None:
        self._write("v2_playbook_on_no_hosts_remaining")

    def v2_playbook_on_vars_prompt(self, *arguments: Any, **options: Any) -> None:
        self._run.asks()
        self._screen.pause()

    def v2_playbook_on_stats(self, stats: Any) -> None:
        atexit.unregister(self._broken_off)
        self._write("v2_playbook_on_stats", stats)
        self._close(stats)

    def _broken_off(self, pid: int) -> None:
        """The end of a run that Ctrl-C or an error of Ansible stopped: no event tells of it."""
        if pid == os.getpid():
            self._close(None)

    def _close(self, stats: Any | None) -> None:
        self._screen.stop()
        closing = self._run.closing(stats, self._path)
        for text, color in closing:
            self._say(text, color)
            self._log.write(text)
        if stats is not None:
            try:
                self._run.keep()
            except OSError as exc:
                self._display.warning(f"The times of this run could not be kept: {exc}")
        self._log.close()


def _call() -> Call:
    options = context.CLIARGS
    argv, of_another = command.typed(sys.argv, os.environ)
    shown, hidden = command.masked(argv)
    tags, skip_tags = list(options["tags"]), list(options["skip_tags"])
    narrow = {
        "tags": [] if tags == ["all"] else tags,
        "skip_tags": skip_tags,
        "limit": options.get("subset"),
        "start_at": options.get("start_at_task"),
        "check": options.get("check"),
    }
    return Call(
        shown,
        hidden,
        tuple(command.only_once(argv)),
        tuple(f"{name}={value}" for name, value in narrow.items() if value),
        tags,
        skip_tags,
        bool(options.get("check")),
        of_another,
    )


def _header(call: Call) -> str:
    started = time.strftime("%Y-%m-%d %H:%M:%S %z")
    return f"{call.command}\nin {os.getcwd()}\nansible-core {core_version}, started {started}"
