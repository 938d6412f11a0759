# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How Ansible calls ssh."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn

from ..._ansible import settings
from ..._kubespray.collection import KubesprayError
from ..listed import OF_SSH
from ..model import Finding, Skipped, Unknown
from .values import NOT_SSH, Value, ssh_options

_CHECKING, _KNOWN_HOSTS = "stricthostkeychecking", "userknownhostsfile"
_HASH_LENGTH = 40
# What Ansible hashes host, port, user and more to for a socket's name.
_OWN_NAME = "%(directory)s/" + "x" * 10


@dataclass(frozen=True)
class Ssh:
    """Ansible's options of its connection ssh, as resolved for one host."""

    ssh_args: Value
    ssh_common_args: Value
    ssh_extra_args: Value
    control_path: Value
    control_path_dir: Value
    host_key_checking: Value

    @property
    def arguments(self) -> tuple[Value, Value, Value]:
        """The three settings with arguments of ssh, in the order in which ssh sees them."""
        return self.ssh_args, self.ssh_common_args, self.ssh_extra_args

    @property
    def options(self) -> dict[str, str]:
        """What they set with -o; ssh takes the first of several."""
        return ssh_options(" ".join(str(given.value or "") for given in self.arguments))

    def having(self, option: str) -> list[Value]:
        """Those that set an option with -o."""
        return [given for given in self.arguments if option in ssh_options(str(given.value or ""))]

    @property
    def persistent(self) -> bool:
        """Whether a connection is kept open for the next task."""
        master = self.options.get("controlmaster", "no").lower()
        persist = self.options.get("controlpersist", "no").lower()
        return master not in ("no", "false") and persist not in ("no", "false")


@dataclass(frozen=True)
class Target:
    """A host as ssh sees it."""

    name: str
    address: str
    user: str
    port: str


def check(
    ssh: Ssh | None, targets: Callable[[], list[Target]], role_default: Callable[[str], bool]
) -> list[Finding]:
    """targets is called where a socket's name depends on the host.

    role_default tells whether the installed Kubespray has a variable among its roles' defaults. ssh is None where
    the host has another connection.
    """
    if ssh is None:
        return [Skipped(check.id, NOT_SSH) for check in OF_SSH]
    return [
        *_persist(ssh),
        *_control_path(ssh, targets),
        *_common_args(ssh, role_default),
        *_keys(ssh),
    ]


def _persist(ssh: Ssh) -> Iterator[Finding]:
    if not ssh.persistent:
        yield warn(
            "control_persist_off",
            f"ssh_args ({ssh.ssh_args.said}) keeps no connection open (ControlMaster and ControlPersist): every task "
            "logs in to every host again.",
            f"Put -o ControlMaster=auto -o ControlPersist={settings.CONTROL_PERSIST} before all else in "
            f"{ssh.ssh_args.place}.",
        )


def _control_path(ssh: Ssh, targets: Callable[[], list[Target]]) -> Iterator[Finding]:
    if not ssh.persistent:
        yield Skipped("control_path_long", "ssh keeps no connection open.")
        return
    template = ssh.options.get("controlpath")
    if template is not None:
        origin = ssh.having("controlpath")[0]
    else:
        origin = ssh.control_path if ssh.control_path.value else ssh.control_path_dir
        try:
            template = str(ssh.control_path.value or _OWN_NAME) % {
                "directory": ssh.control_path_dir.value
            }
        except (KeyError, TypeError, ValueError):
            # Ansible itself says so, before the first connection.
            yield Unknown("control_path_long", f"The control path ({origin.said}) makes no sense.")
            return
    template = os.path.expanduser(template)
    hosts = targets() if any(f"%{token}" in template for token in "hnrp") else []
    path = max((_expanded(template, host) for host in hosts or [Target("", "", "", "")]), key=len)
    if len(path) > settings.LONGEST_CONTROL_PATH:
        yield block(
            "control_path_long",
            f"The control path ({origin.said}) is {path} for the longest of these hosts, {len(path)} characters; ssh "
            f"needs {settings.LONGEST_CONTROL_PATH} or fewer, and refuses to connect.",
            _shorter(ssh),
        )


def _shorter(ssh: Ssh) -> str:
    """How the control path becomes short: all that makes another one out of the way, and a short folder."""
    longest = settings.LONGEST_CONTROL_PATH - len(_OWN_NAME % {"directory": ""})
    folder = ssh.control_path_dir
    out = [f"ControlPath in {each.place}" for each in ssh.having("controlpath")]
    if ssh.control_path.value:
        out.append(ssh.control_path.place)
    take = f"take out {' and '.join(out)}: the name is then a short hash" if out else ""
    if out and len(os.path.expanduser(str(folder.value))) <= longest:
        return f"{take[0].upper()}{take[1:]}."
    example = "~/.cp"
    such = f", such as {example}" if len(os.path.expanduser(example)) <= longest else ""
    wanted = f"Set {folder.place} to a folder of your own with a path of at most {longest} characters{such}"
    return f"{wanted}, and {take}." if take else f"{wanted}."


def _expanded(template: str, host: Target) -> str:
    """What ssh makes of its tokens; man ssh_config, TOKENS."""
    local = socket.gethostname()
    tokens = {
        "%%": "%",
        "%C": "x" * _HASH_LENGTH,
        "%h": host.address,
        "%n": host.address,
        "%r": host.user,
        "%p": host.port,
        "%l": local,
        "%L": local.partition(".")[0],
        "%u": getpass.getuser(),
        "%i": str(os.getuid()),
    }
    text, place = "", 0
    while place < len(template):
        token = template[place : place + 2]
        text += tokens.get(token, template[place])
        place += 2 if token in tokens else 1
    return text


def _common_args(ssh: Ssh, role_default: Callable[[str], bool]) -> Iterator[Finding]:
    given = ssh.ssh_common_args
    elsewhere = given.value and not given.origin.startswith(("var", "default"))
    try:
        lost = elsewhere and role_default("ansible_ssh_common_args")
    except KubesprayError as exc:
        yield Unknown("ssh_common_args_lost", str(exc))
        return
    if lost:
        yield warn(
            "ssh_common_args_lost",
            f"ssh_common_args is set by {given.said} only. Kubespray's roles set the variable ansible_ssh_common_args, "
            "which is stronger: from there on it is lost, and a host that needs it is lost with it.",
            "Set ansible_ssh_common_args as a variable of all hosts in the inventory.",
        )


def _keys(ssh: Ssh) -> Iterator[Finding]:
    # All that is in the way, since with one of two gone the other would count.
    off = [
        f"StrictHostKeyChecking={checking} in {given.place}"
        for given in ssh.having(_CHECKING)
        if (checking := ssh_options(str(given.value))[_CHECKING].lower()) in ("no", "off")
    ]
    if ssh.options.get(_CHECKING, "").lower() not in ("no", "off"):
        off = []
    if not ssh.host_key_checking.value:
        off.append(f"host_key_checking is off ({ssh.host_key_checking.said})")
    if off:
        yield warn(
            "host_key_checking_off",
            f"The hosts' keys are not verified: {' and '.join(off)}. Whoever answers at an address is sent the become "
            "password.",
            "Fill a known_hosts once and check the fingerprints, as the playbook k8n.cluster.init does, "
            f"and take the {'setting' if len(off) == 1 else 'settings'} out.",
        )
    files = ssh.options.get(_KNOWN_HOSTS, "").split()
    if files == ["/dev/null"]:
        where = ssh.having(_KNOWN_HOSTS)[0].place
        yield warn(
            "known_hosts_discarded",
            f"UserKnownHostsFile=/dev/null in {where} forgets every host's key at once.",
            "Name a file of the cluster's own there, as the playbook k8n.cluster.init does.",
        )
