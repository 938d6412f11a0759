# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import copy
from typing import Any

import pytest
import yaml
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.kubeconfig import (
    KubeconfigError,
    remade,
)

# As kubeadm writes it.
ADMIN_CONF = """\
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Y2E=
    server: https://127.0.0.1:6443
  name: cluster.local
contexts:
- context:
    cluster: cluster.local
    user: kubernetes-admin
  name: kubernetes-admin@cluster.local
current-context: kubernetes-admin@cluster.local
kind: Config
preferences: {}
users:
- name: kubernetes-admin
  user:
    client-certificate-data: Y3J0
    client-key-data: a2V5
"""


def encoded(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.b64encode(raw).decode()


def changed(place: str, value: Any) -> str:
    """It with another value, or one more, in a place such as users.user.exec; value ... takes out what is there."""
    data = yaml.safe_load(ADMIN_CONF)
    *steps, last = place.split(".")
    inside = data
    for step in steps:
        inside = inside[step]
        inside = inside[0] if isinstance(inside, list) else inside
    if value is ...:
        del inside[last]
    else:
        inside[last] = value
    return yaml.safe_dump(data)


def refusal(text: str | bytes) -> list[str]:
    with pytest.raises(KubeconfigError) as raised:
        remade(encoded(text), "192.0.2.2")
    return raised.value.mistakes


def test_an_ordinary_one() -> None:
    text = remade(encoded(ADMIN_CONF), "192.0.2.2")

    wanted = yaml.safe_load(ADMIN_CONF.replace("127.0.0.1", "192.0.2.2"))
    del wanted["preferences"]
    assert yaml.safe_load(text) == wanted
    assert "server: https://192.0.2.2:6443\n" in text


@pytest.mark.parametrize(
    ("server", "address", "written"),
    [
        ("https://127.0.0.1:6443", "192.0.2.2", "https://192.0.2.2:6443"),
        ("https://[::1]:8443", "[2001:db8::2]", "https://[2001:db8::2]:8443"),
        ("https://[::1]:8443", "2001:db8::2", "https://[2001:db8::2]:8443"),
        # Of its own the host chooses no address.
        ("https://evil.example:6443", "192.0.2.2", "https://192.0.2.2:6443"),
        ("https://lb-apiserver.kubernetes.local:8443", "192.0.2.2",
         "https://lb-apiserver.kubernetes.local:8443"),
        ("https://[2001:db8::9]:6443", "192.0.2.2", "https://[2001:db8::9]:6443"),
    ],
)  # fmt: skip
def test_the_servers_address_is_the_inventorys(server: str, address: str, written: str) -> None:
    content = encoded(ADMIN_CONF.replace("https://127.0.0.1:6443", server))

    text = remade(content, address, {"lb-apiserver.kubernetes.local", "2001:db8::9"})

    assert yaml.safe_load(text)["clusters"][0]["cluster"]["server"] == written


EXEC = {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": ["-c", "id"]}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("users.user.exec", EXEC),
        ("users.user.auth-provider", {"name": "gcp", "config": {"cmd-path": "sh"}}),
        ("users.user.tokenFile", "/etc/shadow"),
        ("users.user.token", "S3CRET"),
        ("users.user.client-key", "/root/.ssh/id_ed25519"),
        ("users.user.client-certificate", "/etc/passwd"),
        ("users.user.as", "somebody"),
        ("clusters.cluster.proxy-url", "http://evil.example:3128"),
        ("clusters.cluster.insecure-skip-tls-verify", True),
        ("clusters.cluster.certificate-authority", "/etc/ssl/ca.pem"),
        ("clusters.cluster.tls-server-name", "other"),
        ("clusters.cluster.extensions", []),
        ("clusters.extensions", []),
        ("contexts.context.namespace", "kube-system"),
        ("extensions", [{"name": "x", "extension": {}}]),
        ("\x1b[2J", 1),
    ],
)
def test_what_kubeadm_does_not_write_is_named_and_its_value_is_not(place: str, value: Any) -> None:
    shown = place.replace("users.", "users[0].").replace("clusters.", "clusters[0].")
    shown = shown.replace("contexts.", "contexts[0].").replace("\x1b", "?")

    assert refusal(changed(place, value)) == [f"{shown} is none of what kubeadm writes"]


@pytest.mark.parametrize(
    ("place", "value", "mistake"),
    [
        ("apiVersion", "v2", "apiVersion and kind are not v1 and Config"),
        ("kind", ["Config"], "apiVersion and kind are not v1 and Config"),
        ("preferences", {"colors": True}, "preferences is not empty"),
        ("users", [], "users[0] is not one mapping"),
        ("users", [{}, {}], "users[0] is not one mapping"),
        ("users", "x", "users[0] is not one mapping"),
        ("users.user", None, "users[0].user is not one mapping"),
        ("users.user", ..., "users[0].user is missing"),
        ("users.user.client-key-data", ..., "users[0].user.client-key-data is missing"),
        ("users.user.client-key-data", "S3CRET!", "users[0].user.client-key-data is not base64"),
        ("users.user.client-key-data", "", "users[0].user.client-key-data is not base64"),
        ("users.user.client-key-data", 3, "users[0].user.client-key-data is not base64"),
        ("users.name", "a b", "users[0].name is 'a b', which is not a name"),
        ("users.name", "a\n", "users[0].name is 'a\\n', which is not a name"),
        ("users.name", None, "users[0].name is nothing, which is not a name"),
        ("current-context", {}, "current-context is {}, which is not a name"),
        *(
            ("clusters.cluster.server", url, f"clusters[0].cluster.server is {url!r}, not https://ADDRESS:PORT")
            for url in (
                "http://127.0.0.1:6443", "https://127.0.0.1", "https://u:p@127.0.0.1:6443",
                "https://127.0.0.1:6443/x", "https://127.0.0.1:6443\n", "https://[::1:6443",
                "https://127.0.0.1:66666", "unix:///run/x", "",
            )
        ),
    ],
)  # fmt: skip
def test_what_is_no_value_of_its_place(place: str, value: Any, mistake: str) -> None:
    found = refusal(changed(place, value))

    # A missing part may be missed in more than one place.
    assert mistake in found
    assert "S3CRET" not in "".join(found)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "it is not one mapping"),
        ("[]", "it is not one mapping"),
        ("x: [", "it is not YAML"),
        ("x: !!python/object/apply:os.system [id]", "it is not YAML"),
        ("x: 2026-13-01", "it is not YAML"),
        (b"\xff\xfe", "it is not YAML"),
        ("[" * 50000, "it is not YAML"),
        ("x" * 300000, "it has more than 256 KiB"),
        (
            "a: &a [x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
                for before, after in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "more than 1000000 values, counting each as often as it is named (*NAME)",
        ),
    ],
)
def test_what_is_none_at_all(text: str | bytes, mistake: str) -> None:
    assert refusal(text) == [mistake]


def test_what_is_no_base64() -> None:
    with pytest.raises(KubeconfigError, match=r"^it is not YAML$"):
        remade("None", "192.0.2.2")


def test_every_mistake_at_once() -> None:
    data = copy.deepcopy(yaml.safe_load(ADMIN_CONF))
    data["users"][0]["user"] = {"exec": EXEC}
    data["clusters"][0]["cluster"]["proxy-url"] = "http://evil.example:3128"

    assert refusal(yaml.safe_dump(data)) == [
        "clusters[0].cluster.proxy-url is none of what kubeadm writes",
        "users[0].user.exec is none of what kubeadm writes",
        "users[0].user.client-certificate-data is missing",
        "users[0].user.client-key-data is missing",
    ]
