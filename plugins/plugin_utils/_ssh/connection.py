# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Measure the connection of a task."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ansible import constants as C
from ansible import context
from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block

from .._text import origins
from .channel import Channel, channel_command, is_open
from .latency import ChannelError, Measured, Timeouts, ping_pong

if TYPE_CHECKING:
    from collections.abc import Callable

# How much longer than the connection's timeout the ssh plugin waits for a become.
_BECOME_EXTRA_SECONDS = 2
_MARK = "k8n-cluster-shell-works"


class ShellError(Exception):
    """The host lets the login in, and then its shell does not run a command."""

    def as_problem(self, user: str | None) -> Problem:
        """This as a finding of the check."""
        login = f"The login {user}" if user else "The login"
        said = str(self).rstrip(".")
        fix = (
            f"As root on the host, give the login a shell (usermod -s /bin/bash {user or 'LOGIN'}) and keep its "
            "profile files from writing or exiting in sessions without a terminal."
        )
        if "password has expired" in said:
            fix = f"As root on the host, renew the login's password: passwd {user or 'LOGIN'}."
        return block(
            "probe_failed", f"{login} gets in, but its shell does not run commands: {said}.", fix
        )


def measure(
    connection: Any,
    execute: Callable[[str], dict[str, Any]],
    samples: int,
    reconnect: bool,
    through: Callable[[Any, int], list[float]],
) -> Measured:
    """Measure the connection; execute runs a shell command through it, without become.

    With reconnect a new one is made; else only where none is open, and connect_seconds is None where one was.
    through: through_channel, or what does the same and more with the channel.
    Raises Ansible's own AnsibleConnectionFailure where there is no connection, and ShellError.
    """
    name = connection.transport
    timeouts = timeouts_of(connection)
    if name == "local":
        _run_command(execute)
        return Measured(name, True, None, [], None, timeouts)
    if reconnect:
        connection.reset()
    is_new = reconnect or (name == "ssh" and not is_open(connection))
    connect_seconds = _run_command(execute) if is_new else None
    round_trips = through(connection, samples) if name == "ssh" else []
    method = "channel"
    if not round_trips:
        method = "command"
        round_trips = [_run_command(execute) for _number in range(samples)]
    return Measured(name, False, connect_seconds, round_trips, method, timeouts)


def _run_command(execute: Callable[[str], dict[str, Any]]) -> float:
    """Time one command that does nothing, in seconds."""
    started = time.perf_counter()
    done = execute(f"echo {_MARK}")
    seconds = time.perf_counter() - started
    if _MARK not in done["stdout"]:
        said = " ".join(f"{done['stdout']} {done['stderr']}".split())[:200]
        raise ShellError(said or f"it said nothing and ended with {done['rc']}")
    return seconds


def through_channel(connection: Any, samples: int) -> list[float]:
    """Round trips in seconds, or nothing where there is no channel."""
    command = channel_command(connection)
    if command is None:
        return []
    try:
        with Channel(command) as channel:
            return ping_pong(channel.send, channel.receive, samples, time.perf_counter)
    except ChannelError:
        return []


def timeouts_of(connection: Any) -> Timeouts:
    """The timeouts in force for a connection plugin."""
    try:
        seconds = float(connection.get_option("timeout"))
    except KeyError:
        return Timeouts(None, None, None)
    become = seconds + _BECOME_EXTRA_SECONDS if connection.transport == "ssh" else None
    return Timeouts(seconds, _timeout_origin(connection, seconds), become)


def _timeout_origin(connection: Any, seconds: float) -> str:
    """Where the timeout was set."""
    value, origin = connection.get_option_and_origin("timeout")
    # What came by way of the play context is called a keyword, which it is not. And
    # ansible-core 2.17 does not know of variables here.
    if value == seconds and not str(origin).startswith("keyword"):
        return str(origin)
    if context.CLIARGS.get("timeout"):
        return "--timeout"
    value, origin = C.config.get_config_value_and_origin("DEFAULT_TIMEOUT")
    return str(origin) if value == seconds else origins.A_VARIABLE
