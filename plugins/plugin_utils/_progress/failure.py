# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""A failure as a person reads it: who, which task, where it is written, what the module said, what that means."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._text.lines import clip, printable, wrapped
from .._text.words import some
from .known import Known, explain

INDENT = " " * 8
# What a module says in these, in this order; the rest of its result is in the log.
_LABELLED = ("assertion", "rc", "stderr", "stdout", "module_stderr", "module_stdout", "cmd")
# What core 2.19 and later say where tracebacks are off.
_NO_TRACEBACK = "(traceback unavailable)"
# What says only that a failure is one.
_HEADINGS = frozenset(("Task failed.", "Module failed."))
_SHORT = frozenset(("cmd", "rc"))
_HIDDEN = frozenset(
    (
        *_LABELLED, "msg", "reason", "changed", "failed", "unreachable", "skipped", "invocation", "results", "item",
        "attempts", "retries", "warnings", "deprecations", "diff", "start", "end", "delta", "stdout_lines",
        "stderr_lines", "exception", "failed_when_result", "evaluated_to",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Failure:
    """One host's failure of one task, or of one item of its loop. said is what the module reported, line by line."""

    host: str
    task: str
    path: str
    said: tuple[str, ...]
    item: str = ""
    rescue: bool = False

    @property
    def known(self) -> tuple[Known, ...]:
        """What it means, where the tables know it."""
        return explain("\n".join(self.said), self.task, self.path)


def causes(error: Any) -> list[str]:
    """The messages of an error as core 2.19 and later keep it beside a result: that of the failure and those of why."""
    messages = []
    event = getattr(error, "event", None)
    while event is not None:
        messages.append(str(event.msg))
        event = event.chain.event if event.chain else None
    return [message for message in messages if message not in _HEADINGS]


def said(result: Mapping[str, Any], why: Sequence[str] = ()) -> tuple[str, ...]:
    """What the module reported, in full, and why where that is not in it.

    A result that no_log censored says only that it is.
    """
    if "censored" in result:
        return (printable(str(result["censored"])),)
    texts: list[str] = []
    for key in ("msg", "reason"):
        if result.get(key) not in (None, ""):
            texts.append(_text(result[key]))
    texts += [cause for cause in why if not any(cause.rstrip(".") in text for text in texts)]
    for key in _LABELLED:
        value = result.get(key)
        if value in (None, "", []) or (key == "rc" and value == 0):
            continue
        text = _text(value).strip()
        # A module often repeats its stderr as its msg.
        if text and (key in _SHORT or not any(text in earlier for earlier in texts)):
            texts.append(f"{key}: {text}")
    if not texts:
        rest = {
            key: value
            for key, value in result.items()
            if key not in _HIDDEN and not key.startswith("_")
        }
        texts.append(_text(rest) if rest else "The module gave no reason.")
    exception = result.get("exception")
    if isinstance(exception, str) and exception.strip():
        last = exception.strip().splitlines()[-1]
        if last != _NO_TRACEBACK and not any(last in text for text in texts):
            texts.append(f"exception: {last}")
    return tuple(line.rstrip() for text in texts for line in printable(text).strip().splitlines())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def full(kind: str, failure: Failure) -> list[str]:
    """All of it, as lines."""
    lines = [f"{kind}  {failure.host}  {failure.task}"]
    if failure.item:
        lines.append(f"{INDENT}item: {failure.item}")
    if failure.path:
        lines.append(f"{INDENT}at {failure.path}")
    lines += [f"{INDENT}{line}" if line else "" for line in failure.said]
    if failure.rescue:
        lines.append(f"{INDENT}(The task's block has a rescue, which runs now.)")
    return lines


def means(known: Known, columns: int) -> list[str]:
    """What it means and what fixes it, in lines of that width."""
    return [
        *wrapped(f"means: {known.meaning}", columns, INDENT),
        *wrapped(f"fix: {known.fix}", columns, INDENT),
    ]


def same(kind: str, failure: Failure) -> str:
    """The line of a further host that failed in the same way."""
    item = f" (item: {failure.item})" if failure.item else ""
    return f"{kind}  {failure.host}  the same{item}"


def ignored(failures: list[Failure]) -> str:
    """One line for all hosts whose failure of one task the playbook ignores."""
    first = failures[0]
    hosts = some(sorted({failure.host for failure in failures}))
    known = first.known
    normal = "".join(f" - normal: {each.meaning}" for each in known if each.normal)
    return f"ignored  {hosts}  {first.task}: {clip(' '.join(first.said), 160)}{normal}"
