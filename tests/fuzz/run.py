# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""Strange inputs for everything that a host, a peer, a file or a user can hand us: `nox -s fuzz`.

Each target says what may be raised for an input; anything else is a traceback that a user would see. It is shown with
the input that brings it about.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import fence
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.outside import show
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException, HypothesisWarning
from inputs import Batch
from targets import TARGETS, Target

# By default so many inputs in all, and more of the targets that are quick.
_INPUTS = 104_000


class _EnoughError(BaseException):
    """The time is up, or there were as many as are wanted.

    Not an Exception, which Hypothesis would take for a fault of the input and try again.
    """


def _fuzz(target: Target, inputs: int, until: float, number: int, folder: Path) -> int:
    """Give a target so many inputs, or until then; returns how many it had."""
    tried, found = 0, False

    def once(value: object) -> None:
        nonlocal tried, found
        # A fault that was found is made as small as it can be first; it has to come again for that.
        if not found and (time.monotonic() > until or tried >= inputs):
            raise _EnoughError
        for each in value if isinstance(value, Batch) else [value]:
            tried += 1
            with fence.only_in(folder):
                try:
                    target.call(each)
                except target.may_raise:
                    pass
                except BaseException as exc:
                    found = True
                    exc.add_note(f"{target.name} was given {show(each, 3000)}")
                    raise

    test = given(target.inputs)(once)
    test = settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        # Without those that trace each line, or want the same input twice.
        phases=(Phase.generate, Phase.shrink),
    )(seed(number)(test))
    with contextlib.suppress(_EnoughError):
        test()
    return tried


def main() -> int:
    """All targets, or those that are named; 1 where one has raised what it must not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=_INPUTS, help="how many in all")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="how long in all")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="to try the same again")
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(each.name for each in TARGETS)}")
    options = parser.parse_args()
    chosen = [each for each in TARGETS if not options.targets or each.name in options.targets]
    print(f"seed {options.seed}")
    # That it is expensive to show a large input, when there is one to be shown.
    warnings.simplefilter("ignore", HypothesisWarning)
    weights, total, failed = sum(each.weight for each in chosen), 0, []
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        for place, target in enumerate(chosen):
            share = -(-options.inputs * target.weight // weights)
            started = time.monotonic()
            # What is left, shared among those that are left.
            left = begun + options.seconds - started
            until = started + left / (len(chosen) - place)
            try:
                tried = _fuzz(target, share, until, options.seed, Path(name))
            except HypothesisException:
                raise
            except BaseException as exc:
                if isinstance(exc, KeyboardInterrupt):
                    raise
                traceback.print_exc()
                failed.append(target.name)
                continue
            total += tried
            print(
                f"{target.name:24} {tried:7} inputs  {time.monotonic() - started:6.1f} s",
                flush=True,
            )
        os.chdir("/")
    print(f"{total} inputs, {len(failed)} targets with a fault {' '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
