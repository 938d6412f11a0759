# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What is printed while a run goes on: failures at once, ignored ones in one line, nothing of what is well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._text.lines import printable
from . import failure, quiet
from .failure import Failure

# Of a debug task's result: not what it was to show.
_NOT_SAID = frozenset(("changed", "invocation", "warnings", "deprecations", "item", "failed"))
Say = Callable[[str, str], None]


def diffs(result: Mapping[str, Any]) -> list[Any]:
    """The differences of a result that has changed something, or of the items of its loop."""
    results = result["results"] if isinstance(result.get("results"), list) else [result]
    return [
        each["diff"]
        for each in results
        if isinstance(each, Mapping) and each.get("diff") and each.get("changed")
    ]


class Report:
    """Each failure in full, once: a host that fails as another one did costs a line."""

    def __init__(self, say: Say, log: Callable[[str], None], columns: int) -> None:
        """say prints lines in a named colour (error, unreachable, ignored, plain); log writes into the log.

        columns is how wide our own sentences may be.
        """
        self._columns = columns
        self._say = say
        self._log = log
        self._seen: set[tuple[str, ...]] = set()
        self._ignored: dict[tuple[str, tuple[str, ...]], list[Failure]] = {}
        # Loops whose items have been reported one by one: their task and host.
        self._items: set[tuple[str, str]] = set()

    def failed(self, result: Any, host: str, ignore: bool) -> None:
        """A host's failure of a task. Of a loop the items have been said already."""
        if (result._task._uuid, result._host.get_name()) not in self._items:
            self._one("FAILED", result, host, ignore)

    def item_failed(self, result: Any, host: str, label: object) -> None:
        """A host's failure of one item of a loop."""
        self._items.add((result._task._uuid, result._host.get_name()))
        ignore = result._task_fields.get("ignore_errors") is True
        self._one("FAILED", result, host, ignore, printable(str(label)))

    def unreachable(self, result: Any, host: str) -> None:
        """A host that could not be reached."""
        ignore = bool(result._task.ignore_unreachable)
        self._one("UNREACHABLE", result, host, ignore)

    def _one(self, kind: str, result: Any, host: str, ignore: bool, item: str = "") -> None:
        task = result._task
        this = Failure(
            host=f"{host}{once(task)}",
            task=printable(task.get_name()),
            path=task.get_path() or "",
            said=failure.said(result._result, failure.causes(getattr(result, "exception", None))),
            item=item,
            rescue=not ignore and has_rescue(task),
        )
        if ignore:
            self._ignored.setdefault((task._uuid, this.said), []).append(this)
            return
        color = "unreachable" if kind == "UNREACHABLE" else "error"
        if self._first(kind, task._uuid, *this.said):
            self._say("\n".join(failure.full(kind, this)), color)
        else:
            self._say(failure.same(kind, this), color)
        for known in this.known:
            if self._first("means", task._uuid, known.meaning):
                text = "\n".join(failure.means(known, self._columns))
                self._say(text, "plain")
                self._log(text)

    def _first(self, *what: str) -> bool:
        seen = what in self._seen
        self._seen.add(what)
        return not seen

    def task_over(self) -> None:
        """Another task starts: what was ignored of the last one is complete."""
        for failures in self._ignored.values():
            self._say(failure.ignored(failures), "ignored")
        self._ignored.clear()

    def message(self, result: Any, host: str) -> None:
        """What the playbook tells its user with debug: the same text once, whichever hosts it comes from."""
        if "results" in result._result or "censored" in result._result:
            return  # its items have said it, or nothing may be said
        values = {
            key: value
            for key, value in result._result.items()
            if key not in _NOT_SAID and not key.startswith(("_", "ansible_"))
        }
        lines = failure.said(values if "msg" in values else {"msg": values})
        if quiet.message(result._task.get_path() or "", lines):
            return
        if lines and self._first("message", result._task._uuid, *lines):
            self._say("\n".join([f"{host}: {lines[0]}", *lines[1:]]), "plain")


def once(task: Any) -> str:
    """What is said behind a host's name that stands for all of them."""
    return " (once, for all hosts)" if task.run_once else ""


def has_rescue(task: Any) -> bool:
    """Whether a block around the task has a rescue, in which the task is not itself."""
    inner, outer = task, task._parent
    while outer is not None:
        rescue = getattr(outer, "rescue", None)
        if rescue and not any(each._uuid == inner._uuid for each in rescue):
            return True
        inner, outer = outer, outer._parent
    return False
