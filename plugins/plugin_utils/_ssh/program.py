# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""node_probe's code for a host, through a channel of the connection that measures the round trips, too.

Ansible's own way to run a module costs a host as much again: two commands to find a Python, an archive to unpack, and
the imports of what every module may need.
"""

from __future__ import annotations

import json
import re
import shlex
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.k8n.cluster.plugins.module_utils._host import boot

from .channel import Channel
from .latency import TOKEN, ChannelError, ping_pong

_PROBE = f"{boot.PACKAGE}.probe"
_MOST_ANSWER = 2**20
# Said when the login's shell has said all that it has to say, so that a Python that says something of its own is heard.
_MARK = "k8n-cluster-python"
_MARK_LINE = re.compile(rb"k8n-cluster-python (/.*)\n")
_START_SECONDS = 30.0


def _sources() -> dict[str, str]:
    """The modules of the hosts' side that node_probe may need, by name."""
    folder = Path(boot.__file__).parent
    above = boot.PACKAGE.rpartition(".")[0]
    files = {f"{boot.PACKAGE}.{path.stem}": path for path in folder.glob("[!_]*.py")}
    files.update((f"{above}.{path.stem}", path) for path in folder.parent.glob("_*.py"))
    del files[f"{above}._peer_agent"]  # a program of its own, a fifth of all
    return {name: path.read_text(encoding="utf-8") for name, path in sorted(files.items())}


# Made when the action plugin is loaded, once, and not by each worker.
PROGRAM = boot.pack(_sources())


class Piped(NamedTuple):
    """The round trips in seconds, what the probe returned, and the Python that was started for it."""

    round_trips: list[float]
    found: dict[str, Any]
    python: str


def remote_command(python: str | None, search: str, environment: str) -> str:
    """What the login's shell is to run. python: its path, None where search finds it; environment: what precedes it."""
    path = f'"$({search})"' if python is None else shlex.quote(python)
    prefix = f"{environment.strip()} " if environment.strip() else ""
    options = shlex.join(boot.OPTIONS)
    return shlex.join(
        ["/bin/sh", "-c", f'p={path}; echo {_MARK} "$p"; {prefix}exec "$p" {options}']
    )


def _wait_for_python(channel: Channel) -> str:
    """Its path, once the login's shell is through; raises ChannelError where Python says something on its own."""
    end = time.monotonic() + _START_SECONDS
    heard, line = b"", None
    while line is None:
        # However slowly a profile talks.
        if time.monotonic() > end:
            raise ChannelError("the login's shell did not end")
        heard = (heard + channel.receive())[-65536:]
        line = _MARK_LINE.search(heard)
    if line.end() != len(heard):
        raise ChannelError("something else was said first")
    return line[1].decode(errors="replace")


def pipe(
    command: Sequence[bytes], request: Mapping[str, Any], samples: int, seconds: float
) -> Piped:
    """Measure so many round trips to the Python that command starts, then let it probe its host.

    seconds: how long that may take. Raises ChannelError where anything at all is not as it should be.
    """
    with Channel(command) as channel:
        python = _wait_for_python(channel)
        channel.send(boot.opening(PROGRAM, len(TOKEN) + samples))
        round_trips = ping_pong(
            channel.send, channel.receive, samples, time.perf_counter, strict=True
        )
        channel.send(boot.rest(PROGRAM, _PROBE, request))
        try:
            found = json.loads(channel.receive_all(_MOST_ANSWER, seconds))
        except (ValueError, RecursionError) as exc:
            raise ChannelError("what came is no JSON") from exc
    if not isinstance(found, dict) or not isinstance(found.get("measured"), dict):
        raise ChannelError("what came is not an answer")
    return Piped(round_trips, found, python)
