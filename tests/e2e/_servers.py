# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a closed place's hosts download from: a web server and a registry."""

from __future__ import annotations

import functools
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml
from _programs import BuildError

STARTS_WITHIN = 60


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing among the tests' lines."""


@contextmanager
def files(root: Path, address: str, port: int) -> Iterator[None]:
    """Serve a folder on that address of this machine."""
    handler = functools.partial(_Quiet, directory=str(root))
    with ThreadingHTTPServer((address, port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


@contextmanager
def registry(program: Path, storage: Path, address: str, port: int) -> Iterator[None]:
    """Run the registry on that address of this machine; raises BuildError where it does not answer."""
    config = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(storage)}},
        "http": {"addr": f"{address}:{port}"},
    }
    with tempfile.TemporaryDirectory() as scratch:
        path, log = Path(scratch) / "registry.yml", Path(scratch) / "log"
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        with log.open("wb") as said:
            process = subprocess.Popen(
                [str(program), "serve", str(path)],
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
            )
        try:
            _wait(process, f"http://{address}:{port}/v2/", log)
            yield
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise BuildError(f"The registry does not answer at {url}:\n{log.read_text()[-2000:]}")
