# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import collect
from ansible_collections.k8n.cluster.plugins.module_utils._host.collect import Part


def hang(wants):
    wants["never"].wait(60)
    return {}


def fail(_wants):
    raise OSError("no such thing" * 50)


def test_the_parts_do_not_notice_each_other(monkeypatch):
    never = threading.Event()
    parts = {
        "good": Part(lambda wants: {"told": wants["x"]}),
        "bad": Part(fail),
        "hanging": Part(hang, 0.1),
    }
    started = time.monotonic()

    monkeypatch.setattr(collect, "container", lambda: "lxc")
    answer = collect.collect({"x": 1, "never": never}, parts)

    assert time.monotonic() - started < 40
    never.set()
    assert answer == {
        "root": os.geteuid() == 0,
        "container": "lxc",
        "found": {"good": {"told": 1}, "bad": None, "hanging": None},
        "failed": {
            "bad": ("OSError: " + "no such thing" * 50)[:200],
            "hanging": "it was not done after 0.1 s",
        },
    }


def test_what_measures_comes_last():
    done: list[str] = []

    def quick(_wants):
        done.append("quick")
        return {}

    parts = {
        "disk": Part(lambda _wants: {"before": list(done)}, last=True),
        "quick": Part(quick),
    }

    assert collect.collect({}, parts)["found"]["disk"] == {"before": ["quick"]}


def test_what_is_left_out_is_not_run():
    parts = {"good": Part(lambda _wants: {"x": 1}), "bad": Part(fail)}

    answer = collect.collect({"left_out": ["bad"]}, parts)
    assert (answer["found"], answer["failed"]) == ({"good": {"x": 1}}, {})


def test_the_longest_time():
    parts = {"a": Part(fail, 1.0), "b": Part(fail, 2.0), "c": Part(fail, 4.0, last=True)}

    assert collect.longest(parts) == 6.0
    assert collect.longest({}) == 0.0


MAIN = """
import sys, subprocess
from ansible_collections.k8n.cluster.plugins.module_utils._host import collect
def hang(wants):
    subprocess.run(["sleep", wants["sleep"]])
def forget(wants):
    subprocess.Popen(["sh", "-c", "sleep " + wants["sleep"] + " & wait"])
    return {}
collect.PARTS = {"hanging": collect.Part(hang, 0.2), "forgetful": collect.Part(forget)}
collect.main({"sleep": sys.argv[1]}, b"")
"""


# What the main thread itself asks, which no time of a part bounds.
STUCK = """
import time
from ansible_collections.k8n.cluster.plugins.module_utils._host import collect
collect.container = lambda: time.sleep(300)
collect.PARTS = {"good": collect.Part(lambda wants: {}, 0.5)}
collect.main({}, b"")
"""


def test_an_alarm_ends_a_main_thread_that_hangs():
    done = subprocess.run(
        [sys.executable, "-c", STUCK], stdout=subprocess.PIPE, timeout=60, check=False
    )

    assert (done.returncode, done.stdout) == (-signal.SIGALRM, b"")


@pytest.mark.parametrize("own_session", [True, False])
def test_nothing_remains_of_a_part_that_hangs(own_session):
    # A number that nothing else on this machine sleeps.
    seconds = f"7{os.getpid()}.25"
    done = subprocess.run(
        [sys.executable, "-c", MAIN, seconds],
        stdout=subprocess.PIPE,
        timeout=120,
        check=False,
        start_new_session=own_session,
    )

    assert json.loads(done.stdout)["found"] == {"hanging": None, "forgetful": {}}
    running = subprocess.run(["ps", "-eo", "args"], stdout=subprocess.PIPE, text=True, check=True)
    assert f"sleep {seconds}" not in running.stdout
