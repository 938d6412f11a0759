# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

from ansible_collections.k8n.cluster.plugins.module_utils._host.output import output


def test_what_is_printed_is_text_whatever_it_is():
    assert output(["printf", r"a\377b"], 5.0) == "a�b"


def test_missing_or_failed_says_nothing():
    assert output(["/nowhere/program"], 5.0) is None
    assert output(["sh", "-c", "echo half; exit 3"], 5.0) is None


def test_half_of_too_much_is_not_taken_for_all():
    assert output(["sh", "-c", "echo 1234"], 5.0, limit=5) == "1234\n"
    assert output(["sh", "-c", "echo 12345"], 5.0, limit=5) is None


def test_without_end_there_is_an_end():
    assert output(["yes"], 5.0, limit=1000) is None


def test_what_hangs_is_ended_in_time(tmp_path):
    started = time.monotonic()

    assert output(["sh", "-c", f"echo $$ > {tmp_path}/pid; exec sleep 60"], 2.0) is None
    assert time.monotonic() - started < 30
    pid = (tmp_path / "pid").read_text(encoding="utf-8").strip()
    # Ended and waited for.
    assert output(["kill", "-0", pid], 5.0) is None


def test_what_closes_its_output_and_hangs_is_ended_too():
    assert output(["sh", "-c", "exec >&-; sleep 60"], 0.3) is None
