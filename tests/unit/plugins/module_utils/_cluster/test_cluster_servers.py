# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real sockets on this machine stand for webhooks, API servers and registries."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import stat
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._cluster import (
    kubelet,
    registries,
    service,
    static_pod,
    webhooks,
)


class Server:
    """Answers every GET with one status and text, and keeps what it was asked."""

    def __init__(self, certificate=None):
        self.status, self.text = 200, "{}"
        self.asked: list[tuple[str, str | None]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((self.path, self.headers.get("Authorization")))
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(outer.text.encode())

            def log_message(self, *_arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Of localhost and of a Service, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    pem, key = folder / "tls.crt", folder / "tls.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,DNS:hook.guard.svc", "-out", pem, "-keyout", key],
        check=True, capture_output=True,
    )  # fmt: skip
    return str(pem), str(key)


@pytest.fixture
def secure(certificate):
    server = Server(certificate)
    yield server
    server.stop()


@pytest.fixture
def plain():
    server = Server()
    yield server
    server.stop()


def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def bundle(certificate):
    return base64.b64encode(Path(certificate[0]).read_bytes()).decode()


def configuration(client, policy="Fail"):
    rule = {"operations": ["CREATE"], "apiGroups": ["", "apps"], "resources": ["pods"]}
    hook = {"name": "a.b.c", "failurePolicy": policy, "clientConfig": client, "rules": [rule]}
    return webhooks.keep(
        {"metadata": {"name": "guard"}, "webhooks": [{**hook, "sideEffects": "None"}]}
    )


def silent(client, service=lambda _namespace, _name: None, policy="Fail"):
    return webhooks.silent({"kinds": {"items": [configuration(client, policy)]}}, service, 2.0)


BY_SERVICE = {"service": {"namespace": "guard", "name": "hook"}}


def test_a_webhook_whose_service_is_gone():
    assert silent(BY_SERVICE) == {
        "count": 1,
        "found": [
            {
                "kind": "kinds",
                "configuration": "guard",
                "target": "the Service guard/hook",
                "error": "there is no such Service",
                "rules": ["CREATE of pods, pods.apps"],
            }
        ],
        "more": 0,
    }


def test_a_webhook_that_may_fail_is_not_asked():
    assert silent(BY_SERVICE, policy="Ignore") == {"count": 0, "found": [], "more": 0}


def test_a_webhook_that_answers(secure, certificate):
    client = {
        "service": {**BY_SERVICE["service"], "port": secure.port},
        "caBundle": bundle(certificate),
    }
    there = {"spec": {"clusterIP": "127.0.0.1"}}
    assert silent(client, lambda _namespace, _name: there)["found"] == []
    # Without an address of its own it is asked elsewhere.
    assert silent(client, lambda _namespace, _name: {"spec": {"clusterIP": "None"}})["found"] == []
    client = {"url": f"https://localhost:{secure.port}/secret", "caBundle": bundle(certificate)}
    assert silent(client)["found"] == []


def test_a_webhook_that_does_not_answer_as_it_must(secure, certificate):
    client = {"url": f"https://localhost:{closed_port()}/secret", "caBundle": bundle(certificate)}
    (found,) = silent(client)["found"]
    assert found["error"] == "Connection refused"
    assert found["target"] == client["url"][: -len("/secret")]

    other = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=y", "-keyout", "/dev/null"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    client = {
        "url": f"https://localhost:{secure.port}/",
        "caBundle": base64.b64encode(other).decode(),
    }
    (found,) = silent(client)["found"]
    assert found["error"].startswith("its certificate is not accepted (")
    (found,) = silent({**client, "caBundle": "?"})["found"]
    assert found["error"]


def kubeconfig(tmp_path, server, certificate, **user):
    users = "".join(f"    {key}: {value}\n" for key, value in user.items())
    path = tmp_path / "kubelet.conf"
    path.write_text(
        "apiVersion: v1\nclusters:\n- cluster:\n"
        f"    certificate-authority-data: {bundle(certificate)}\n    server: {server}\n  name: default-cluster\n"
        f"users:\n- name: default-auth\n  user:\n{users}",
        encoding="utf-8",
    )
    return str(path)


@pytest.mark.parametrize(
    ("status", "text", "known"),
    [
        (200, "{}", True),
        (404, "{}", True),
        # Of another node: who asks is known.
        (403, 'nodes "n1" is forbidden: User "system:node:n9" cannot get', True),
        (403, 'nodes "n1" is forbidden: User "system:anonymous" cannot get', False),
        (401, "Unauthorized", False),
    ],
)
def test_a_kubelet_logs_in_with_its_own_kubeconfig(
    tmp_path, secure, certificate, status, text, known
):
    secure.status, secure.text = status, text
    server = f"https://localhost:{secure.port}"
    path = kubeconfig(
        tmp_path,
        server,
        certificate,
        **{"client-certificate": certificate[0], "client-key": certificate[1]},
    )

    assert kubelet.login(path, "N1", 5.0) == {
        "server": server, "status": status, "known": known, "error": None,
    }  # fmt: skip
    assert secure.asked == [("/api/v1/nodes/n1", None)]


def test_keys_and_tokens_in_the_kubeconfig_itself(tmp_path, secure, certificate):
    data = {
        f"client-{part}-data": base64.b64encode(Path(path).read_bytes()).decode()
        for part, path in zip(("certificate", "key"), certificate)
    }
    path = kubeconfig(
        tmp_path, f"https://localhost:{secure.port}", certificate, **data, token="SECRET"
    )

    found = kubelet.login(path, "n1", 5.0)

    assert found is not None
    assert found["known"] is True
    assert secure.asked == [("/api/v1/nodes/n1", "Bearer SECRET")]
    assert "SECRET" not in str(found)


@pytest.mark.parametrize(
    ("user", "server", "error"),
    [
        (
            {"client-certificate": "/none.pem"},
            "https://localhost:{port}",
            "No such file or directory",
        ),
        ({}, "https://localhost:{closed}", "Connection refused"),
        ({"client-certificate-data": "?"}, "https://localhost:{port}", None),
        ({}, "https://127.0.0.2:{port}", None),
    ],
)
def test_a_kubeconfig_that_leads_nowhere(tmp_path, secure, certificate, user, server, error):
    path = kubeconfig(
        tmp_path, server.format(port=secure.port, closed=closed_port()), certificate, **user
    )

    found = kubelet.login(path, "n1", 2.0)

    assert found is not None
    assert (found["status"], found["known"]) == (None, False)
    assert found["error"]
    if error:
        assert found["error"] == error


def test_no_kubeconfig(tmp_path):
    assert kubelet.login(str(tmp_path / "none"), "n1", 1.0) is None


def program(folder, name, text):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


LINKS = [
    {"ifname": "cni0", "addr_info": [
        {"family": "inet", "local": "10.233.65.1", "prefixlen": 24, "scope": "global"},
        {"family": "inet6", "local": "fe80::1", "prefixlen": 64, "scope": "link"}]},
    {"ifname": "docker0", "addr_info": [{"local": "172.17.0.1", "prefixlen": 16, "scope": "global"}]},
    {},
]  # fmt: skip


def test_the_range_that_flannel_has(tmp_path):
    path = tmp_path / "subnet.env"
    path.write_text(
        "FLANNEL_NETWORK=10.233.64.0/18\nFLANNEL_SUBNET=10.233.66.1/24\nFLANNEL_IPV6_SUBNET=fd00::1/64\n",
        encoding="utf-8",
    )
    assert kubelet.flannel(str(path)) == [
        {"name": str(path), "address": "10.233.66.1/24"},
        {"name": str(path), "address": "fd00::1/64"},
    ]
    assert kubelet.flannel(str(tmp_path / "none")) == []


def test_the_host_as_a_node(tmp_path, monkeypatch, plain):
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program(tmp_path, "ip", f"echo '{json.dumps(LINKS)}'")
    program(
        tmp_path,
        "systemctl",
        "echo LoadState=loaded; echo ActiveState=$(cat " + str(tmp_path / "state") + ")",
    )
    program(
        tmp_path,
        "journalctl",
        "echo 'E1130 09:00:00 it fails'; echo 'kubelet.service: Scheduled restart job'",
    )
    config = tmp_path / "kubelet-config.yaml"
    config.write_text(f"healthzPort: {plain.port}\n", encoding="utf-8")
    places = kubelet.Places(str(tmp_path / "none"), str(config), "docker")

    (tmp_path / "state").write_text("active", encoding="utf-8")
    assert kubelet.collect(places, "n1", 5.0) == {
        "service": "active",
        "health": None,
        "said": None,
        "engine": [
            {"unit": "docker.service", "state": "active"},
            {"unit": "cri-dockerd.service", "state": "active"},
        ],
        "login": None,
        "ranges": [{"name": "cni0", "address": "10.233.65.1/24"}],
    }
    plain.status, plain.text = 500, "[-]syncloop failed"
    assert kubelet.collect(places, "n1", 5.0)["health"] == "HTTP 500: [-]syncloop failed"
    (tmp_path / "state").write_text("activating", encoding="utf-8")
    found = kubelet.collect(places, "n1", 5.0)
    assert (found["service"], found["health"], found["said"]) == (
        "activating",
        None,
        "E1130 09:00:00 it fails",
    )
    config.write_text("healthzPort: 0\n", encoding="utf-8")
    (tmp_path / "state").write_text("active", encoding="utf-8")
    assert kubelet.collect(places, "n1", 5.0)["health"] is None
    config.write_text(f"healthzPort: {closed_port()}\n", encoding="utf-8")
    assert kubelet.collect(places, "n1", 5.0)["health"] == "Connection refused"


def test_services_that_are_masked_or_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program(tmp_path, "systemctl", "echo LoadState=masked; echo ActiveState=inactive")
    assert service.state("kubelet.service", 5.0) == "masked"
    program(tmp_path, "systemctl", "echo LoadState=not-found; echo ActiveState=inactive")
    assert service.state("kubelet.service", 5.0) is None
    program(tmp_path, "systemctl", "exit 1")
    assert service.state("kubelet.service", 5.0) is None
    program(tmp_path, "ip", "echo no")
    assert kubelet.bridges(5.0) == []


HOSTS_TOML = """\
server = "https://example.org"
[host."{mirror}"]
  capabilities = ["pull","resolve"]
  skip_verify = true
  override_path = false
[host."https://push.example.org"]
  capabilities = ["push"]
"""


def test_the_servers_in_a_hosts_toml():
    assert registries.read(HOSTS_TOML.format(mirror="http://10.0.0.9:5000")) == [
        ("http://10.0.0.9:5000/v2/", False),
        ("https://example.org/v2/", True),
    ]
    assert registries.read(
        '[host."https://a/v2/x"]\n override_path = true\n ca = ["/ca.pem"]\n'
    ) == [("https://a/v2/x/", False)]
    assert registries.read('server = "https://a/"\n[host."https://a"]\n') == [
        ("https://a/v2/", True)
    ]
    assert registries.read("") == []


def test_only_registries_that_are_configured_and_used_are_asked(tmp_path, plain, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program(tmp_path, "systemctl", "exit 1")
    name = f"127.0.0.1:{plain.port}"
    for folder in (name, f"127.0.0.1_{plain.port}_", "unused.example.org"):
        (tmp_path / "certs.d" / folder).mkdir(parents=True)
        (tmp_path / "certs.d" / folder / "hosts.toml").write_text(
            f'[host."http://{name}"]\n  capabilities = ["pull"]\n', encoding="utf-8"
        )
    images = {
        "images": [
            {"repoTags": [f"{name}/pause:3.10"]},
            {"repoTags": None},
            {"repoTags": ["plain"]},
        ]
    }
    crictl = program(tmp_path, "crictl", f"echo '{json.dumps(images)}'")

    def collect():
        return registries.collect(str(tmp_path / "certs.d"), crictl, 5.0)

    well = {"registry": name, "servers": [{"url": f"http://{name}/v2/", "error": None}]}
    assert collect() == [well, well]
    plain.status = 401
    assert collect() == [well, well]
    plain.status = 503
    found = collect()
    assert found is not None
    assert found[0]["servers"][0]["error"] == "HTTP 503"
    plain.stop()
    found = collect()
    assert found is not None
    assert found[0]["servers"][0]["error"] == "Connection refused"
    program(tmp_path, "crictl", "exit 1")
    assert collect() is None
    assert registries.collect(str(tmp_path / "none"), crictl, 5.0) is None


def test_a_proxy_of_containerd(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program(
        tmp_path, "systemctl", "echo 'Environment=HTTP_PROXY=http://p:3128 \"NO_PROXY=a,b\" X=1'"
    )
    assert registries._proxies(5.0) == {"http_proxy": "http://p:3128", "no_proxy": "a,b"}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["Usage:", "Error: unknown flag: --x"], "Error: unknown flag: --x"),
        (["I1130 09:00:00 fine", "F1130 09:00:01 1 run.go] no etcd", "I1130 09:00:02 bye"],
         "F1130 09:00:01 1 run.go] no etcd"),
        (["E1130 09:00:01 one", "I1130 bye"], "E1130 09:00:01 one"),
        (["Expected nothing"], "Expected nothing"),
        (["I1130 09:00:02 Shutting down"], None),
    ],
)  # fmt: skip
def test_last_words(tmp_path, lines, words):
    folder = tmp_path / "kube-system_kube-apiserver-n1_uid" / "kube-apiserver"
    folder.mkdir(parents=True)
    text = "".join(f"2026-11-30T09:00:00.1Z stderr F {line}\n" for line in lines)
    (folder / "3.log").write_text(text, encoding="utf-8")

    assert static_pod.last_words("kube-apiserver", str(tmp_path)) == words
    assert static_pod.last_words("kube-scheduler", str(tmp_path)) is None
