# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The names of a host: what it is called, what it should be called, and who can resolve that."""

from __future__ import annotations

import os
import re
import socket
import time
from pathlib import Path
from typing import Any, NamedTuple

from ._child import Child, ChildError
from ._problems import Problem, block, warn

PREPARE = "Run the playbook k8n.cluster.prepare"

# What Kubespray's "Stop if bad hostname" accepts, which is RFC 1123 in lower case.
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
# A node's name becomes the value of its label kubernetes.io/hostname, which has this limit
# (and Linux allows no more than one character above it).
MAX_NAME = 63
# The longest name that DNS has.
MAX_FQDN = 253


class Lookup(NamedTuple):
    """What the system's resolver said of one name."""

    addresses: list[str]
    canonical: str | None
    seconds: float
    # False where no name server said anything, not even that there is no such name.
    answered: bool


class Names(NamedTuple):
    """What a host is called. static is the name in /etc/hostname, None where there is none."""

    kernel: str
    static: str | None


class PendingLookup:
    """A lookup under way in a process of its own."""

    def __init__(self, name: str) -> None:
        self._child = Child(lambda: _resolve(name))

    def result(self, timeout: float) -> Lookup:
        """The answer, or after timeout seconds the fact that none came. Call it once."""
        try:
            return Lookup(*self._child.result(timeout))
        except ChildError:
            return Lookup(addresses=[], canonical=None, seconds=timeout, answered=False)


def _resolve(name: str) -> Lookup:
    """Ask as sudo asks for the host's own name: both address families and the canonical name."""
    started = time.monotonic()
    answered, found = True, []
    try:
        # As bytes, for which Python need not load its tables for international names first.
        found = socket.getaddrinfo(
            name.encode("ascii"), None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME
        )
    except socket.gaierror as exc:
        answered = exc.errno != socket.EAI_AGAIN
    except (OSError, UnicodeError):
        pass
    seconds = time.monotonic() - started
    canonical = next((entry[3] for entry in found if entry[3]), None)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    return Lookup(addresses, canonical, seconds, answered)


def read_names(hostname_file: Path = Path("/etc/hostname")) -> Names:
    """The names this host goes by now."""
    return Names(kernel=os.uname().nodename, static=static_name(_read(hostname_file)))


def _read(path: Path) -> str:
    """The text of a system file; one that cannot be read says nothing."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def static_name(text: str) -> str | None:
    """The name in a text of /etc/hostname."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), None)


def in_hosts(text: str, name: str) -> bool:
    """Whether a text of /etc/hosts has a line for this name."""
    for line in text.splitlines():
        _address, *names = line.split("#", 1)[0].split() or [""]
        if name.lower() in (entry.lower() for entry in names):
            return True
    return False


def name_fault(name: str) -> str | None:
    """Why this cannot be the name of a Kubernetes node, or None if it can."""
    if len(name) > MAX_NAME:
        return f"it has {len(name)} characters, at most {MAX_NAME} are allowed"
    for label in name.split("."):
        if not _LABEL.fullmatch(label):
            part = f"its part {label!r}" if "." in name and label else "it"
            return (
                f"{part} must consist of lower-case letters, digits and '-' "
                "and begin and end with a letter or digit"
            )
    return None


def valid_form(name: str) -> str:
    """A valid name close to this one, to suggest in its place."""
    labels = (re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-") for label in name.split("."))
    return ".".join(label for label in labels if label)[:MAX_NAME].strip("-.") or "node1"


class HostnameCheck:
    """Measure the names of this host. The lookup runs from the start on, beside other checks."""

    def __init__(self, expected: str, timeout: float, renamed: bool | None = None) -> None:
        """expected: the inventory's name; timeout: seconds for the lookup; renamed: whether it becomes the host's."""
        self._timeout = timeout
        self._names = read_names()
        self._own = own_name(expected, self._names, renamed)
        self._lookup = PendingLookup(self._own)

    def measured(self) -> dict[str, Any]:
        """What a module returns: the control node judges, so that no sentence of a host's is ours."""
        return {
            "names": self._names._asdict(),
            "lookup": self._lookup.result(self._timeout)._asdict(),
            "hosts": in_hosts(_read(Path("/etc/hosts")), self._own),
        }


def own_name(expected: str, names: Names, renamed: bool | None) -> str:
    """The name that the host will have, which sudo looks up; renamed: whether that is the inventory's."""
    return names.kernel if renamed is False else expected


def judge(
    expected: str, names: Names, lookup: Lookup, hosts: bool, renamed: bool | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """The values that hostname_check returns, and the problems.

    hosts: whether the name that the host will have is in the hosts file; renamed: as in own_name().
    """
    own = own_name(expected, names, renamed)
    matches = names.kernel == expected and names.static == expected
    problems = []
    if fault := name_fault(expected):
        problems.append(_invalid(expected, fault))
    if not matches and own == expected:
        problems.append(_mismatch(expected, names))
    if not hosts:
        problems.append(_not_in_hosts(own, lookup))
    if lookup.canonical and _short(lookup.canonical) != _short(own):
        problems.append(_fqdn_differs(own, lookup.canonical))
    values = {
        "expected": expected,
        "kernel": names.kernel,
        "static": names.static,
        "resolved": lookup.canonical,
        "valid": not any(name_fault(name or "") for name in (expected, *names)),
        "matches": matches,
        "resolves_to": lookup.addresses,
        "resolve_seconds": round(lookup.seconds, 3),
        "resolved_by": "hosts" if hosts else "dns" if lookup.addresses else "none",
    }
    return values, problems


def _invalid(expected: str, fault: str) -> Problem:
    return block(
        "hostname_invalid",
        f"The inventory calls this host {expected!r}, which is not a valid host name: {fault}.",
        f"Rename the host in the inventory, for example to {valid_form(expected)!r}.",
    )


def _mismatch(expected: str, names: Names) -> Problem:
    called = f"This host is called {names.kernel!r}"
    if names.static != names.kernel:
        static = f"{names.static!r}" if names.static else "no name"
        called += f" and has {static} in /etc/hostname"
    return block(
        "hostname_mismatch",
        f"{called}, while the inventory calls it {expected!r}. Kubespray renames it without a "
        "line in /etc/hosts, after which every sudo waits for the name servers.",
        f"{PREPARE} (it writes the line in /etc/hosts first, then the name), "
        "or give the host its present name in the inventory.",
    )


def _not_in_hosts(expected: str, lookup: Lookup) -> Problem:
    took = f"{lookup.seconds:.1f} s"
    if lookup.addresses:
        answer = f"only the name servers know it, which took {took}"
    elif lookup.answered:
        answer = f"the name servers do not know it, which took {took}"
    else:
        answer = f"no name server answered in {took}"
    return warn(
        "hostname_not_in_hosts",
        f"The name {expected!r} is not in /etc/hosts; {answer}. A host that does not find its own "
        "name there asks the name servers at every sudo, and waits for them when they are gone.",
        f"{PREPARE}, or add a line with this host's address and {expected!r} to its /etc/hosts.",
    )


def _short(name: str) -> str:
    return name.partition(".")[0].lower()


def _fqdn_differs(expected: str, canonical: str) -> Problem:
    canonical = "".join(filter(str.isprintable, canonical))[:MAX_FQDN]
    return warn(
        "hostname_fqdn_differs",
        f"The full name of {expected!r} is {canonical!r} on this host itself; its first part should be the host's "
        "own name. Kubespray writes the full name of each control plane host into the API server's certificate.",
        f"{PREPARE}, or in the line of /etc/hosts with {expected!r} put that name, or its full name, first.",
    )
