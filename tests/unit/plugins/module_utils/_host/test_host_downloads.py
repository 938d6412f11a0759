# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.server
import os
import socket
import ssl
import threading
import time
import urllib.request

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import asked as _asked
from ansible_collections.k8n.cluster.plugins.module_utils._host import downloads, web


class _Server(http.server.ThreadingHTTPServer):
    """asked: what it was asked; statuses: what it says, by method and path, 200 to all else."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = []
        self.statuses = {}
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_HEAD(self):
        self._answer()

    def do_GET(self):
        self._answer()

    def _answer(self):
        self.server.asked.append((self.command, self.path, self.headers.get("Range")))
        status = self.server.statuses.get((self.command, self.path), 200)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/there")
        self.end_headers()

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def server():
    """A web server on this machine."""
    with _Server() as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield web
        web.shutdown()


@pytest.fixture
def closed():
    """The address of a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


MACHINE = os.uname().machine


def collect(urls=(), **wants):
    asked = [{"url": url, "machines": ["pdp11", MACHINE]} for url in urls]
    found = downloads.collect({"urls": asked, **wants})
    assert found.pop("machine") == MACHINE
    return found


def test_what_other_machines_download_is_not_asked_for(server):
    asked = [
        {"url": f"{server.address}/other", "machines": ["pdp11"]},
        {"url": f"{server.address}/own", "machines": [MACHINE]},
    ]

    assert downloads.collect({"urls": asked})["failed"] == []
    assert [path for _method, path, _range in server.asked] == ["/own"]


def test_what_is_there(server):
    found = collect(urls=[f"{server.address}/kubelet"], registries=[{"host": server.address[7:]}])

    assert found == {"failed": [], "failed_registries": [], "proxies": []}
    assert sorted(server.asked) == [("GET", "/v2/", "bytes=0-0"), ("HEAD", "/kubelet", None)]


def test_nothing_wanted_asks_for_nothing(monkeypatch):
    monkeypatch.setattr(downloads, "_client", lambda _proxies, **_how: pytest.fail("it asked"))

    assert collect(urls=[]) == {"failed": [], "failed_registries": [], "proxies": []}


@pytest.mark.parametrize("status", [403, 405])
def test_where_the_head_is_refused_the_first_byte_is_fetched(server, status):
    server.statuses["HEAD", "/x"] = status

    assert collect(urls=[f"{server.address}/x"])["failed"] == []
    assert server.asked == [("HEAD", "/x", None), ("GET", "/x", "bytes=0-0")]


def test_what_is_missing_or_behind_a_redirection(server):
    server.statuses.update(
        {("HEAD", "/x"): 404, ("HEAD", "/y"): 302, ("HEAD", "/there"): 503, ("HEAD", "/z"): 401}
    )
    urls = [f"{server.address}/{path}" for path in "xyz"]

    # 401 wants a login, which Kubespray has and this question has not.
    assert collect(urls=urls)["failed"] == [
        {"url": urls[0], "status": 404, "error": None},
        {"url": urls[1], "status": 503, "error": None},
    ]


def test_nobody_listens_and_no_address(closed):
    found = collect(urls=[f"http://{closed}/x", "http://[bad/x", "no-url"])

    assert [(each["status"], each["error"]) for each in found["failed"]] == [
        (None, "Connection refused"),
        (None, "Invalid IPv6 URL"),
        (None, "unknown url type: 'no-url'"),
    ]


@pytest.mark.parametrize(("status", "failed"), [(401, False), (404, True), (500, True)])
def test_a_registry_may_want_a_login(server, status, failed):
    server.statuses["GET", "/v2/"] = status
    found = collect(registries=[{"host": server.address[7:], "mirrors": []}])

    assert bool(found["failed_registries"]) is failed


def test_a_mirror_is_enough_and_is_asked_first(server, closed):
    found = collect(
        registries=[{"host": closed, "mirrors": [f"http://{closed}", f"{server.address}/v2/proxy"]}]
    )

    assert found["failed_registries"] == []
    assert server.asked == [("GET", "/v2/", "bytes=0-0")]


def test_a_registry_that_is_not_there(closed):
    assert collect(registries=[{"host": closed}])["failed_registries"] == [
        {"host": closed, "status": None, "error": "Connection refused"}
    ]


def test_the_registry_of_docker_hub_has_another_name(monkeypatch):
    asked = []

    def client(_proxies, **_how):
        def ask(method, url):
            asked.append((method, url))
            return _asked.Answer(401, None)

        return ask

    monkeypatch.setattr(downloads, "_client", client)
    collect(registries=[{"host": "docker.io"}, {"host": "quay.io"}])

    assert sorted(asked) == [
        ("GET", "https://quay.io/v2/"),
        ("GET", "https://registry-1.docker.io/v2/"),
    ]


def test_certificates_are_verified_for_files_alone(monkeypatch):
    asked = {}

    def client(_proxies, _seconds, verify):
        def ask(_method, url):
            asked[url] = verify
            return _asked.Answer(200, None)

        return ask

    monkeypatch.setattr(web, "client", client)
    collect(urls=["https://mirror/x"], registries=[{"host": "mirror"}])
    collect(urls=["https://mirror/y"], verify_certificates=False)

    # Which one a registry may have is for the container engine's own settings to say.
    assert asked == {
        "https://mirror/x": True,
        "https://mirror/v2/": False,
        "https://mirror/y": False,
    }


@pytest.mark.parametrize(("verify", "mode"), [(True, ssl.CERT_REQUIRED), (False, ssl.CERT_NONE)])
def test_how_certificates_are_verified(monkeypatch, verify, mode):
    contexts = []

    class Handler(urllib.request.HTTPSHandler):
        def __init__(self, context):
            contexts.append(context)
            super().__init__(context=context)

    monkeypatch.setattr("urllib.request.HTTPSHandler", Handler)
    web.client({}, 1.0, verify)

    assert {(context.verify_mode, context.check_hostname) for context in contexts} == {
        (mode, verify)
    }


def test_through_the_proxy(server):
    found = collect(urls=["http://mirror.invalid/x"], proxies={"http_proxy": server.address})

    assert found == {"failed": [], "failed_registries": [], "proxies": [server.address]}
    assert server.asked == [("HEAD", "http://mirror.invalid/x", None)]


def test_not_through_the_proxy(server, closed):
    proxies = {"http_proxy": f"http://{closed}", "no_proxy": "example.org,127.0.0.1"}

    assert collect(urls=[f"{server.address}/x"], proxies=proxies)["failed"] == []


def test_the_environment_of_the_host_counts_for_nothing(server, closed, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://{closed}")

    assert collect(urls=[f"{server.address}/x"])["failed"] == []


def test_no_password_of_a_proxy_comes_back(closed):
    proxies = {
        "http_proxy": f"http://me:s3cret@{closed}",
        "HTTPS_PROXY": "http://me:s3cret@host:bad",
    }
    found = collect(
        urls=["http://mirror.invalid/x", "https://mirror.invalid/x"],
        registries=[{"host": "mirror.invalid"}],
        proxies=proxies,
    )

    assert len(found["failed"]) == 2
    assert "s3cret" not in str(found)
    assert found["proxies"] == [f"http://{closed}", "http://host:bad"]


def test_all_together_have_an_end(server, monkeypatch):
    monkeypatch.setattr(downloads, "_SECONDS_ALL", 2.0)
    monkeypatch.setattr(downloads, "_SECONDS_EACH", 60.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/x"
        started = time.monotonic()
        found = collect(urls=[url, f"{server.address}/x"])

    assert found["failed"] == [{"url": url, "status": None, "error": "no answer after 2 s"}]
    assert time.monotonic() - started < 30


def test_one_that_is_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(downloads, "_SECONDS_EACH", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/x"

        assert collect(urls=[url])["failed"] == [{"url": url, "status": None, "error": "timed out"}]
