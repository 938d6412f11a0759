# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""All that is to be known of this host, found out by one process within a bound of time.

A collector is a function of what the control node wants that returns plain values, None for what it could not read. It
may fail or hang: the others do not notice.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from typing import Any, Callable, Mapping, NamedTuple, TypedDict

from . import (
    clock,
    downloads,
    etcd_disk,
    firewall,
    identity,
    kernel,
    kubeadm,
    names,
    network,
    packages,
    ports,
    remains,
    security,
    sshd,
    storage,
    system,
)
from .container import container

# Where the commands of a host are, whatever the login's profile or sudo says.
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"
_MOST_REASON = 200


class Part(NamedTuple):
    """A collector, and how long it may take in seconds. last: it starts when the others are done, so as to measure."""

    collect: Callable[[Mapping[str, Any]], dict[str, Any]]
    seconds: float = 5.0
    last: bool = False


class Answer(TypedDict):
    """What collect() returns.

    root: whether root found it out; container: what kind of container this host is, None if it is none;
    found: what each part returned, None where it did not; failed: the reason then.
    """

    root: bool
    container: str | None
    found: dict[str, Any]
    failed: dict[str, str]


# By the name of their judge in plugin_utils/_checks/host.
PARTS: dict[str, Part] = {
    "clock": Part(clock.collect),
    "downloads": Part(downloads.collect, seconds=10.0),
    "etcd_disk": Part(etcd_disk.collect, seconds=6.0, last=True),
    "firewall": Part(firewall.collect, seconds=10.0),
    "identity": Part(identity.collect),
    "kernel": Part(kernel.collect),
    "kubeadm": Part(kubeadm.collect),
    "names": Part(names.collect),
    "network": Part(network.collect),
    "packages": Part(packages.collect),
    "ports": Part(ports.collect),
    "remains": Part(remains.collect),
    "security": Part(security.collect),
    "sshd": Part(sshd.collect),
    "storage": Part(storage.collect),
    "system": Part(system.collect),
}


def longest(parts: Mapping[str, Part]) -> float:
    """The seconds after which collect() has returned, whatever the parts do."""
    return sum(
        max((part.seconds for part in parts.values() if part.last is last), default=0.0)
        for last in (False, True)
    )


def collect(wants: Mapping[str, Any], parts: Mapping[str, Part]) -> Answer:
    """Run the parts, each in a thread of its own, but for those that wants["left_out"] names."""
    left_out = wants.get("left_out", ())
    parts = {name: part for name, part in parts.items() if name not in left_out}
    found: dict[str, Any] = {}
    failed: dict[str, str] = {}
    for last in (False, True):
        now = {name: part for name, part in parts.items() if part.last is last}
        started = time.monotonic()
        threads = {name: _Thread(part, wants) for name, part in now.items()}
        for name, thread in threads.items():
            thread.join(max(0.0, started + now[name].seconds - time.monotonic()))
            found[name], reason = thread.outcome or (
                None,
                f"it was not done after {now[name].seconds:g} s",
            )
            if reason:
                failed[name] = reason
    return {
        "root": os.geteuid() == 0,
        "container": container(),
        "found": found,
        "failed": failed,
    }


class _Thread(threading.Thread):
    """One part at work. outcome is its result and the reason why there is none, once it has ended."""

    def __init__(self, part: Part, wants: Mapping[str, Any]) -> None:
        super().__init__(daemon=True)
        self._part, self._wants = part, wants
        self.outcome: tuple[dict[str, Any] | None, str] | None = None
        self.start()

    def run(self) -> None:
        try:
            self.outcome = self._part.collect(self._wants), ""
        except Exception as exc:  # a strange host must not cost what the other parts found
            self.outcome = None, f"{type(exc).__name__}: {exc}"[:_MOST_REASON]


def main(wants: Mapping[str, Any], _program: bytes) -> None:
    """The whole of the process that launch.py starts: prints one line of JSON, and leaves nothing behind."""
    # A group of processes of its own, unless it has one already.
    with contextlib.suppress(OSError):
        os.setsid()
    # Should even the main thread hang.
    signal.alarm(int(longest(PARTS)) + 2)
    os.environ.clear()
    os.environ.update(PATH=_PATH, LC_ALL="C")
    text = json.dumps(collect(wants, PARTS))
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    if os.getpgrp() == os.getpid():
        # With this process all that a part has left behind: a command that hangs, or what it had started.
        os.killpg(0, signal.SIGKILL)
    os._exit(0)
