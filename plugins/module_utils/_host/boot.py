# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""This collection's code in a Python of a host, by way of its standard input: nothing of it lies on the host's disk.

A program is the sources of modules, packed. One of them has a function main(request, program), which may start it
again, as root.
"""

from __future__ import annotations

import json
import signal
import sys
import zlib
from importlib import import_module
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any, BinaryIO, Mapping

if TYPE_CHECKING:
    from types import ModuleType
    from typing import Sequence

# What such a Python is started with, a constant: it reads code, whose length comes first, and leaves the rest of
# standard input to it.
START = 'import sys;i=sys.stdin.buffer;exec(compile(i.read(int(i.readline())),"k8n","exec"))'
# Isolated and without site: neither a file of the login nor a package can get in, and it starts twice as fast.
OPTIONS = ("-I", "-S", "-c", START)
# Where a program's modules are, and this one's own name, also where it is the first code.
PACKAGE = "ansible_collections.k8n.cluster.plugins.module_utils._host"
NAME = f"{PACKAGE}.boot"


def pack(sources: Mapping[str, str]) -> bytes:
    """The program of these modules, by name; this one must be among them."""
    return zlib.compress(json.dumps(sources).encode(), 9)


def opening(program: bytes, echo: int = 0) -> bytes:
    """What to send first. Echo: how many bytes shall then come back as they are sent, to measure with."""
    boot = _unpack(program)[NAME].encode()
    return b"%d\n%s%d %d\n" % (len(boot), boot, echo, len(program))


def rest(program: bytes, module: str, request: Mapping[str, Any]) -> bytes:
    """What to send last: main() of this module is called, and what it prints is the answer."""
    return program + json.dumps([module, request]).encode() + b"\n"


def _unpack(program: bytes) -> dict[str, str]:
    sources: dict[str, str] = json.loads(zlib.decompress(program))
    return sources


class _Modules:
    """Finds and loads modules that are in memory. It is no importlib.abc.Loader only for the time that one takes."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        words = [name.split(".") for name in sources]
        self._packages = {".".join(each[:end]) for each in words for end in range(1, len(each))}

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._sources and name not in self._packages:
            return None
        return ModuleSpec(name, self, is_package=name in self._packages)  # type: ignore[arg-type] # no Loader: the class says why

    def create_module(self, _spec: ModuleSpec) -> None:
        """Let the import system make it."""

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        code = compile(self._sources.get(name, ""), name, "exec", dont_inherit=True)
        exec(code, module.__dict__)


def run(stream: BinaryIO) -> None:
    """The other end of opening() and rest(). Ends the process where it is not told all within a minute."""
    signal.alarm(60)
    echo, length = map(int, stream.readline().split())
    while echo > 0:
        heard = stream.read1(echo)  # type: ignore[attr-defined] # a BufferedReader
        if not heard:
            return
        echo -= len(heard)
        sys.stdout.buffer.write(heard)
        sys.stdout.buffer.flush()
    program = stream.read(length)
    sys.meta_path.insert(0, _Modules(_unpack(program)))
    module, request = json.loads(stream.readline())
    signal.alarm(0)
    import_module(module).main(request, program)


if __name__ == "__main__":
    run(sys.stdin.buffer)
