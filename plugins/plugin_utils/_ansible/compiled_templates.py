# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Jinja2 environments that compile a template once in a run, not again in each task of each host.

Ansible evaluates a task in a process of its own for each host, and what that process has compiled ends with it. Here
the first process that compiles a template leaves its code in the run's temporary directory, which Ansible makes for
this user alone and removes at the end of a run that is not killed. The callback compiled_templates enables it; see
docs/performance.md.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from types import CodeType
from typing import Any

from ansible import constants as C
from ansible.module_utils.compat.version import LooseVersion
from ansible.plugins.loader import filter_loader, test_loader
from ansible.release import __version__
from jinja2 import Environment, FileSystemBytecodeCache, nodes
from jinja2.bccache import Bucket

# What changes the code of a text, beside the class of the environment.
_OPTIONS = (
    "block_start_string", "block_end_string", "variable_start_string", "variable_end_string",
    "comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix",
    "trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline",
    "optimized", "autoescape", "is_async",
)  # fmt: skip
# Later ones compile differently by where a string is from.
WANTED = LooseVersion(__version__) < LooseVersion("2.19")

# As Jinja2 names what it keeps.
_FILE = re.compile(r"__jinja2_([0-9a-f]{64})\.cache")

# Of this process and of those that it forks later.
_codes: dict[str, CodeType] = {}
# When the directory had last changed before it was looked through.
_seen = 0


def enable() -> None:
    """Let all of Ansible's environments compile once, in this process and in those that it forks from now on."""
    if WANTED:
        from ansible.template import AnsibleEnvironment  # a later Ansible has none

        # There is no setting for it: Jinja2 keeps only what comes from a loader, and its extensions cannot come from a
        # collection, since Ansible makes its first environment before it can find one.
        AnsibleEnvironment.compile = compile_once


def take_in() -> None:
    """Have what other processes have compiled at hand for those that are forked from now on."""
    global _seen
    with suppress(OSError):
        changed = os.stat(C.DEFAULT_LOCAL_TMP).st_mtime_ns
        if WANTED and changed != _seen:
            environment = Environment()
            for name in os.listdir(C.DEFAULT_LOCAL_TMP):
                if match := _FILE.fullmatch(name):
                    _kept(environment, match[1])
            _seen = changed


def compile_once(self: Environment, source: Any, *named: Any, **options: Any) -> Any:
    """Be Environment.compile, but with the code that any process of this run has made of the same string."""
    if named or options or not isinstance(source, str):
        return Environment.compile(self, source, *named, **options)
    key = _key(self, source)
    code = _kept(self, key)
    if code is None:
        code = Environment.compile(self, source)
        if not _varies(self, source):
            _keep(self, key, code)
    return code


def _kept(environment: Environment, key: str) -> CodeType | None:
    """The code that a process of this run has left."""
    if key not in _codes:
        bucket = Bucket(environment, key, key)
        # Without a file to read or room to write one, each process compiles for itself as it always did. Whatever
        # else is wrong with a file: Ansible would take an error here for a text that is no template.
        with suppress(Exception):
            FileSystemBytecodeCache(C.DEFAULT_LOCAL_TMP).load_bytecode(bucket)
        if bucket.code is not None:
            _codes[key] = bucket.code
    return _codes.get(key)


def _keep(environment: Environment, key: str, code: CodeType) -> None:
    bucket = Bucket(environment, key, key)
    bucket.code = _codes[key] = code
    with suppress(Exception):
        FileSystemBytecodeCache(C.DEFAULT_LOCAL_TMP).dump_bytecode(bucket)


def _key(environment: Environment, source: str) -> str:
    finalize = environment.finalize
    how = _words(
        type(environment).__module__,
        type(environment).__qualname__,
        tuple(getattr(environment, option) for option in _OPTIONS),
        # By name: in native mode each environment has a new one.
        getattr(finalize, "__module__", None),
        getattr(finalize, "__qualname__", finalize),
        tuple(sorted(environment.extensions)),
        # A role may bring another filter or test of the same name, which is called with other arguments.
        tuple(tuple(loader._extra_dirs) for loader in (filter_loader, test_loader)),
    )
    return hashlib.sha256(how + source.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=None)
def _words(*how: Any) -> bytes:
    return repr(how).encode()


def _varies(environment: Environment, source: str) -> bool:
    """Whether compiling evaluates a filter or a test, as in "{{ '%H:%M' | strftime }}": it may differ next time."""
    found = environment.parse(source).find_all((nodes.Filter, nodes.Test))
    return any(_is_constant(each) for each in found)


def _is_constant(node: nodes.Node) -> bool:
    """Whether Jinja2 may know an expression's value when it compiles; rather yes than no."""
    if isinstance(node, nodes.Name):
        return False
    return all(_is_constant(part) for part in _enough(node))


def _enough(node: nodes.Node) -> Iterable[nodes.Node]:
    """The parts of an expression without which its value is not known; with them, it may be."""
    if isinstance(node, (nodes.And, nodes.Or)):
        return (node.left,)
    if isinstance(node, nodes.CondExpr):
        return (node.test,)
    if isinstance(node, nodes.Compare):
        return (node.expr, node.ops[0])
    return node.iter_child_nodes()
