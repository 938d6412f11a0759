# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Commands whose answer is JSON: run with a bound, without what root's own environment would add."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .._commands import run

if TYPE_CHECKING:
    from typing import Callable, Mapping

# Proxies and the tools' own variables would lead elsewhere; etcdctl even refuses a variable beside its flag.
_BARE = ["/usr/bin/env", "-i", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "ETCDCTL_API=3"]
_MAX_OUTPUT = 32 * 1024 * 1024
_MAX_ERROR = 300
# Each command is a process of some 50 MiB on a host that may have little memory.
_AT_ONCE = 4
# So that neither the answer of the API server nor what is kept of it grows with the cluster.
_PAGE = 500
# Less than k8n_probe_timeout.
_LIST_SECONDS = 60.0


class AskError(Exception):
    """There is no usable answer; the text says why, in one line."""


def ask_all(questions: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """The answers by the questions' names, some asked at the same time.

    One that raises AskError, or whose answer has another form than it expects, is None, and its reason is in the
    dictionary errors.
    """
    errors: dict[str, str] = {}

    def answer(name: str) -> Any:
        try:
            return questions[name]()
        except AskError as exc:
            errors[name] = str(exc)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            errors[name] = "its answer has an unknown form"
        return None

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return {**dict(zip(questions, pool.map(answer, questions))), "errors": errors}


def ask(argv: list[str], timeout: float) -> Any:
    """The JSON that the command prints, whatever it ends with; timeout is in seconds.

    Raises AskError where it prints none, or an empty one.
    """
    done = run({"kind": "command", "argv": [*_BARE, *argv]}, timeout, _MAX_OUTPUT)
    try:
        answer = json.loads(done["stdout"])
    except ValueError:
        answer = None
    # etcdctl prints an empty list when nothing has answered it.
    if not answer:
        raise AskError(_reason(done, argv[0]))
    return answer


def ask_pages(
    argv: list[str], path: str, keep: Callable[[Any], Any], timeout: float
) -> dict[str, Any]:
    """All items of a list of the API, as a list would have them; of each only what keep returns.

    argv is the command without the path; timeout is in seconds, for one page. Raises AskError.
    """
    items: list[Any] = []
    more = ""
    deadline = time.monotonic() + _LIST_SECONDS
    while time.monotonic() < deadline:
        joint = "&" if "?" in path else "?"
        answer = ask([*argv, f"{path}{joint}limit={_PAGE}{more}"], timeout)
        items += map(keep, answer["items"])
        token = (answer.get("metadata") or {}).get("continue")
        if not token:
            return {"items": items}
        more = f"&continue={quote(token, safe='')}"
    raise AskError(f"the list was not complete within {_LIST_SECONDS:g} s")


def _reason(done: dict[str, Any], program: str) -> str:
    """The line that tells most: these tools put their error last."""
    lines = [" ".join(line.split()) for line in done["stderr"].splitlines() if line.strip()]
    said = lines[-1] if lines else f"{program} ended with {done['rc']} and said nothing"
    return said[:_MAX_ERROR]
