# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The cluster's own known_hosts: keys that are given, or fetched and trusted once; none takes another's place."""

from __future__ import annotations

import base64
import hashlib
import shlex
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .._text.outside import printable
from .._text.words import some
from .mistakes import InitError
from .nodes import Target

FILE = "known_hosts"
VARIABLE = "k8n_known_hosts"
# The first of these that a host has is the one that is kept: ssh asks a host for the kind it knows.
KINDS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
)
_ASKED_KINDS = "ed25519,ecdsa,rsa"
# How long one connection to a host may take, and all of them to one host.
_CONNECT_SECONDS = 10
_HOST_SECONDS = 45
_AT_ONCE = 32
# Each is a login on the jump host, whose sshd takes ten that are not done yet.
_THROUGH_JUMP_AT_ONCE = 4
_NAMED = 5
# Of what answered in place of a key, which may be anybody.
_LONGEST_SAID = 100
_HEADER = (
    "# The SSH keys of the cluster's hosts. ansible.cfg lets ssh believe no other; k8n.cluster.init adds to this\n"
    "# file and replaces nothing in it.\n"
)
# Runs a command and returns what it printed and what it complained of.
Run = Callable[[Sequence[str], float], "tuple[str, str]"]


@dataclass(frozen=True)
class Key:
    """A host's public key."""

    kind: str
    blob: str
    # @cert-authority or @revoked, where known_hosts has that before it.
    marker: str = ""

    @property
    def fingerprint(self) -> str:
        """As ssh-keygen -l shows it."""
        digest = hashlib.sha256(base64.b64decode(self.blob)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True)
class Found:
    """What is to be written, and which hosts have a key then."""

    content: str
    added: tuple[tuple[Target, Key], ...]
    # With what was answered in place of a key.
    silent: tuple[tuple[Target, str], ...]
    unknown: tuple[Target, ...]


def run(argv: Sequence[str], seconds: float) -> tuple[str, str]:
    """Run a command for at most that many seconds."""
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"no answer within {seconds:.0f} s"
    return done.stdout, done.stderr


def keys(text: str) -> list[Key]:
    """The keys of the lines of a known_hosts, without comments and what is no key."""
    found = [_key(line) for line in text.splitlines()]
    return [key for key in found if key is not None]


def _key(line: str) -> Key | None:
    fields = line.split()
    marker = fields.pop(0) if fields and fields[0].startswith("@") else ""
    if len(fields) < 3 or fields[0].startswith("#"):
        return None
    try:
        blob = base64.b64decode(fields[2], validate=True)
    except ValueError:  # binascii.Error is one, too
        return None
    # The kind is told again within the key.
    kind = blob[4 : 4 + int.from_bytes(blob[:4], "big")].decode("ascii", "replace")
    return Key(fields[1], fields[2], marker) if kind == fields[1] else None


def given(path: Path) -> str:
    """The text of a known_hosts that the user gives; raises InitError with every line that is no key."""
    text = _text(path)
    wrong = [
        str(number)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#") and _key(line) is None
    ]
    if wrong:
        lines = some(wrong, _NAMED)
        raise InitError(
            [
                f"{VARIABLE}: {path} has no host key in line {lines}; wanted NAME KIND KEY, as ssh-keyscan prints it."
            ]
        )
    return text


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not a text"
        raise InitError([f"{path}: {reason}; wanted a known_hosts."]) from exc


def find(
    known_hosts: Path, targets: Sequence[Target], trust: bool, offered: Path | None, command: Run = run
) -> Found:  # fmt: skip
    """What known_hosts is to hold: what it has, what the file offered has, and with trust what unknown hosts answer.

    Raises InitError naming each host that has another key than the one known.
    """
    content = _text(known_hosts) if known_hosts.exists() else _HEADER
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        known = dict(
            zip(
                targets,
                pool.map(lambda each: _look_up(known_hosts, each, command), targets),
                strict=True,
            )
        )
        wrong: list[tuple[Target, Key, Key]] = []
        if offered is not None:
            present = set(content.splitlines())
            lines = [line for line in given(offered).splitlines() if line not in present]
            answers = pool.map(lambda each: _look_up(offered, each, command), targets)
            for target, answer in zip(targets, answers, strict=True):
                wrong += _differing(target, known[target], answer)
                known[target] = known[target] + answer
            content = _joined(content, lines)
        added: list[tuple[Target, Key]] = []
        silent: list[tuple[Target, str]] = []
        if trust:
            # Also those that are known: a host that has another key now is said here, not by every task to come.
            for target, (scanned, reason) in zip(targets, _scans(targets, command), strict=True):
                wrong += _differing(target, known[target], scanned)
                if not scanned:
                    silent.append((target, reason))
                elif not known[target]:
                    added.append((target, min(scanned, key=lambda key: KINDS.index(key.kind))))
    if wrong:
        raise InitError([_refusal(known_hosts, *each) for each in wrong])
    content = _joined(
        content, [f"{target.known_as} {key.kind} {key.blob}" for target, key in added]
    )
    newly = {target for target, _key in added}
    unknown = [target for target in targets if not known[target] and target not in newly]
    return Found(content, tuple(added), tuple(silent), tuple(unknown))


def _joined(content: str, lines: Sequence[str]) -> str:
    end = "" if content.endswith("\n") or not content else "\n"
    return content + end + "".join(f"{line}\n" for line in lines) if lines else content


def _look_up(known_hosts: Path, target: Target, command: Run) -> list[Key]:
    """The keys that a known_hosts has for a host; ssh-keygen knows hashed names and patterns."""
    if not known_hosts.exists():
        return []
    return keys(
        command(["ssh-keygen", "-F", target.known_as, "-f", str(known_hosts)], _HOST_SECONDS)[0]
    )


def _scans(targets: Sequence[Target], command: Run) -> list[tuple[list[Key], str]]:
    many = _THROUGH_JUMP_AT_ONCE if any(target.jump for target in targets) else _AT_ONCE
    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(lambda each: _scan(each, command), targets))


def _scan(target: Target, command: Run) -> tuple[list[Key], str]:
    """The keys that a host shows, or why there are none. Where only a jump host reaches it, that one asks."""
    argv = [
        "ssh-keyscan", "-T", str(_CONNECT_SECONDS), "-p", str(target.port), "-t", _ASKED_KINDS, "--", target.address,
    ]  # fmt: skip
    if target.jump:
        # With the user's own configuration and known_hosts, as he would go there; a question would wait for ever.
        options = ["-o", "BatchMode=yes", "-o", f"ConnectTimeout={_CONNECT_SECONDS}"]
        argv = ["ssh", *options, "--", target.jump, shlex.join(argv)]
    output, complaint = command(argv, _HOST_SECONDS)
    found = [key for key in keys(output) if key.kind in KINDS]
    said = [line for line in complaint.splitlines() if line.strip() and not line.startswith("#")]
    why = printable(said[0].strip(), _LONGEST_SAID) if said else ""
    by = f"{target.jump} says: " if target.jump and why else ""
    return found, f"{by}{why}" or f"no answer within {_CONNECT_SECONDS} s"


def _differing(
    target: Target, known: Sequence[Key], shown: Sequence[Key]
) -> list[tuple[Target, Key, Key]]:
    """The known key that the host does not show, with what it shows; nothing where they go together."""
    plain = [key for key in known if not key.marker]
    revoked = {key.blob for key in known if key.marker == "@revoked"}
    for key in shown:
        if key.blob in revoked:
            return [(target, Key(key.kind, key.blob, "@revoked"), key)]
    # A certificate authority speaks for keys that are not in the file.
    if not shown or not plain or any(key.marker == "@cert-authority" for key in known):
        return []
    by_kind = {key.kind: key for key in shown}
    for key in plain:
        if key.kind in by_kind and by_kind[key.kind].blob not in {one.blob for one in plain}:
            return [(target, key, by_kind[key.kind])]
    if not any(key.kind in by_kind for key in plain):
        return [(target, plain[0], shown[0])]
    return []


def _refusal(known_hosts: Path, target: Target, known: Key, shown: Key) -> str:
    if known.marker:
        return f"{target.name} ({target.address}) shows a key that {known_hosts} revokes: {shown.fingerprint}."
    return (
        f"{target.name} ({target.address}) has another key than the one known: {shown.kind} {shown.fingerprint}, "
        f"and {known_hosts} has {known.kind} {known.fingerprint}. If the host was reinstalled, and nothing else was "
        f"put in its place, run: ssh-keygen -R '{target.known_as}' -f {shlex.quote(str(known_hosts))}, and run "
        "this again."
    )
