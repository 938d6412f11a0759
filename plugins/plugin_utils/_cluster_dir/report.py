# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What init says at its end: the files, the variables that Kubespray lost, and the next command."""

from __future__ import annotations

import difflib
import json
import re
import shlex
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .._kubespray.variable_names import Use
from .._text.lines import table
from .._text.words import some
from .ara import FOLDER as ARA_FOLDER
from .host_keys import Found
from .plan import KEEP, MAKE, REMOVE, REPLACE, SAME, UPDATE, Step, is_sample

_NAMED = 5


def files(directory: Path, steps: Sequence[Step], version: str, check: bool) -> str:
    """How many files were made, and each that was changed or left alone."""
    counts = [
        f"{number} {kind}"
        for kind in (MAKE, UPDATE, REMOVE, REPLACE)
        if (number := sum(step.kind == kind for step in steps))
    ]
    done = ", ".join(counts) or "all as they were"
    would = " (check mode: nothing is written)" if check else ""
    lines = [f"CLUSTER DIRECTORY {directory}, for Kubespray {version}. Files: {done}{would}."]
    rows = [(step.path, _what(step, version)) for step in steps if step.kind not in (SAME, MAKE)]
    if rows:
        lines += ["", *table(("FILE", "WHAT"), rows)]
    news = [step.path for step in steps if step.news and step.after is not None]
    if news:
        lines += [
            "",
            "Your files are left alone. --check --diff shows what init would write in their place;",
            f"-e init_overwrite={','.join(news)}",
            "writes it and keeps yours as FILE.DATE~.",
        ]
    return "\n".join(lines)


def _what(step: Step, version: str) -> str:
    if step.kind != KEEP:
        return step.kind
    if not step.news:
        return f"{KEEP}: {step.why}"
    if step.after is None:
        return f"{KEEP}: {step.why}; Kubespray {version} has no such file, so delete it if nothing in it is needed"
    whose = f"Kubespray {version}'s" if is_sample(step.path) else "what init writes now"
    more, less = step.counts()
    return f"{KEEP}: {step.why}; {whose} differs (+{more} -{less} lines)"


def difference(step: Step) -> str:
    """What init would write in place of a file that it leaves alone."""

    def lines(content: bytes | None) -> list[str]:
        return (content or b"").decode("utf-8", "replace").splitlines()

    return "\n".join(
        difflib.unified_diff(
            lines(step.before), lines(step.after), f"{step.path} (yours)", f"{step.path} (init's)", lineterm=""
        )
    )  # fmt: skip


def variables(
    removed: Mapping[str, Mapping[str, Any]],
    uses: Sequence[Use],
    encrypted: Sequence[str],
    fresh: Sequence[str],
    width: int,
) -> str:
    """The variables that Kubespray does not know any more: where they are set, and the other fresh ones by name."""
    if not fresh and not uses:
        return ""
    lines = []
    if uses:
        rows = [(use.name, f"{use.file}:{use.line}", _fate(removed[use.name])) for use in uses]
        lines += [
            "VARIABLES that are set here and that Kubespray no longer reads:",
            "",
            *table(("VARIABLE", "SET IN", "NOW"), rows),
        ]
    set_here = {use.name for use in uses}
    others = [_named(name, removed[name]["guesses"]) for name in fresh if name not in set_here]
    if others:
        lines += [
            "",
            f"Gone in Kubespray {removed[fresh[0]]['gone_in']}, and set nowhere here: "
            f"{_count(len(others), 'variable')}.",
        ]
        lines += textwrap.wrap(
            ", ".join(others), width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
        )  # fmt: skip
    if encrypted:
        lines += ["", f"Not looked into, since encrypted: {', '.join(encrypted)}."]
    return "\n".join(lines).lstrip("\n")


def _fate(removed: Mapping[str, Any]) -> str:
    guesses = removed["guesses"]
    gone = f"gone in {removed['gone_in']}"
    return f"{gone}; renamed, at a guess: {' or '.join(guesses)}" if guesses else gone


def _named(name: str, guesses: Sequence[str]) -> str:
    return f"{name} (at a guess: {' or '.join(guesses)})" if guesses else name


def host_keys(found: Found, check: bool) -> str:
    """The keys that are trusted from now on, and the hosts that showed none."""
    lines = []
    if found.added:
        rows = [(target.name, key.fingerprint, key.kind) for target, key in found.added]
        lines += [
            f"HOST KEYS, {'to be' if check else 'now'} trusted as the hosts showed them. To be sure, compare",
            "with each host's console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
            "",
            *table(("HOST", "FINGERPRINT", "KIND"), rows),
        ]
    if found.silent:
        lines += [
            "",
            f"No key from {_count(len(found.silent))}:",
            "",
            *table(
                ("HOST", "ADDRESS", "PORT", "ANSWER"),
                [(each.name, each.address, str(each.port), why) for each, why in found.silent],
            ),
            "",
            "Another port is ansible_port, and another address ansible_host: of the host in cluster.k8n.yml, or in",
            "group_vars or host_vars. A host that only a jump host reaches is asked there where cluster.k8n.yml has",
            "bastion: user@address, which this user's ssh must get into without a question. Else by hand:",
            "  ssh JUMPHOST ssh-keyscan -t ed25519 ADDRESS > keys; then -e k8n_known_hosts=keys",
        ]
    return "\n".join(lines).lstrip("\n")


TRUST = "Trust these keys from now on?"


def question(found: Found) -> str:
    """What to ask the person at the terminal about hosts whose keys are not known."""
    return (
        f"SSH knows no key of {_count(len(found.unknown))} ({some(_names(found), _NAMED)}). Ask them now, and show the "
        "fingerprints?"
    )


def no_key(found: Found) -> str:
    """Why a run cannot go on to these hosts."""
    return (
        f"SSH knows no key of {_count(len(found.unknown))} ({some(_names(found), _NAMED)}), so nothing can be done "
        "there. Give k8n_known_hosts=FILE with their keys, or k8n_trust_host_keys=true to trust what they show now. "
        "Nothing was written."
    )


def _names(found: Found) -> list[str]:
    return [target.name for target in found.unknown]


def closing(
    directory: Path, hosts: int, unknown: Sequence[str], again: Mapping[str, str], ara: bool
) -> str:
    """The last lines: what is there and what to run next.

    again holds what another run is to be given, too; ara tells whether ARA is to record the runs.
    """
    place = shlex.quote(str(directory))
    script = directory / "activate"
    activate = script.read_text(encoding="utf-8", errors="replace") if script.is_file() else ""
    database = shlex.quote(str(directory / ARA_FOLDER))
    lines = [
        f"{directory} is the directory of a cluster of {_count(hosts)}: look at cluster.k8n.yml and group_vars. Then:"
    ]
    if unknown:
        extra = {"k8n_dir": str(directory), **again, "k8n_trust_host_keys": "true"}
        given = " ".join(_extra_variable(*each) for each in extra.items())
        lines += [
            f"  # SSH needs the keys of {_count(len(unknown))} ({some(unknown, _NAMED)}):",
            f"  ansible-playbook k8n.cluster.init {given}",
            "  # or, in place of the last one, -e k8n_known_hosts=FILE that has them",
        ]
    lines += [
        f"  cd {place}",
        *(["  . ./activate        # in each new shell"] if activate else []),
        *([f"  export ARA_BASE_DIR={database}"] if ara and "ARA_BASE_DIR" not in activate else []),
        "  ansible-playbook k8n.cluster.preflight",
        "  ansible-playbook site.yml -b        # with -K where sudo asks for a password",
    ]
    return "\n".join(lines)


def _extra_variable(name: str, value: str) -> str:
    """The option for an extra variable; Ansible itself would split a bare text at a blank."""
    if re.fullmatch(r"[\w./:@+~-]+", value):
        return f"-e {name}={value}"
    return f"-e {shlex.quote(json.dumps({name: value}))}"


def _count(number: int, noun: str = "host") -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
