# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os

from ansible_collections.k8n.cluster.plugins.module_utils._host import files, identity

# With what ssh-keygen -lf says of it.
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIJ1sU5VqKfJhPWqTsHQ4sQkS0Y1c9P0YTzUQnq8JQ3aV"
FINGERPRINT = "SHA256:RcfnBnVDceQiQu4gVGxWxg3eWecCS/Gyq/hEr3NGDWg"


def write(root, **texts):
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def card(root, name, mac, **more):
    folder = f"sys/class/net/{name}"
    write(root, **{f"{folder}/address": f"{mac}\n", f"{folder}/ifindex": "2\n"})
    write(root, **{f"{folder}/iflink": more.get("iflink", "2\n")})
    if more.get("device"):
        (root / folder / "device").mkdir()


def test_collect(tmp_path):
    write(
        tmp_path,
        **{
            "etc/machine-id": "0d5ab9a8b2f54d6f8a7e3b0c1d2e4f60\n",
            "sys/class/dmi/id/product_uuid": "4c4c4544-0042-3510-8051-b8c04f4b3233\n",
            "proc/sys/kernel/random/boot_id": "5ea0f0f4-6a0a-4d7a-8d2e-0d9f5d0c8a11\n",
            "etc/ssh/ssh_host_ed25519_key.pub": f"ssh-ed25519 {KEY} root@n1\n",
            "etc/ssh/ssh_host_rsa_key.pub": "ssh-rsa not-base64! root@n1\n",
            "etc/ssh/ssh_host_ecdsa_key.pub": "",
            "etc/ssh/ssh_host_ed25519_key": "private",
        },
    )
    card(tmp_path, "eth0", "52:54:00:12:34:56", device=True)
    # The link to a pod, which calico gives the same address on every host.
    card(tmp_path, "cali1234", "ee:ee:ee:ee:ee:ee", iflink="77\n")
    card(tmp_path, "docker0", "02:42:00:00:00:01")
    card(tmp_path, "lo", "00:00:00:00:00:00", device=True)

    assert identity.collect({}, tmp_path) == {
        "hostname": os.uname().nodename,
        "machine_id": "0d5ab9a8b2f54d6f8a7e3b0c1d2e4f60",
        "product_uuid": "4c4c4544-0042-3510-8051-b8c04f4b3233",
        "boot_id": "5ea0f0f4-6a0a-4d7a-8d2e-0d9f5d0c8a11",
        "macs": ["52:54:00:12:34:56"],
        "host_keys": [FINGERPRINT],
    }


def test_a_container_has_no_cards_but_one_end_of_a_pair(tmp_path):
    card(tmp_path, "eth0", "52:54:00:12:34:57", iflink="77\n")
    card(tmp_path, "cali1234", "ee:ee:ee:ee:ee:ee", iflink="78\n")
    card(tmp_path, "docker0", "02:42:00:00:00:01")

    assert identity.collect({}, tmp_path)["macs"] == ["52:54:00:12:34:57"]


def test_a_host_without_any_of_it(tmp_path):
    assert identity.collect({}, tmp_path) == {
        "hostname": os.uname().nodename,
        "machine_id": None,
        "product_uuid": None,
        "boot_id": None,
        "macs": [],
        "host_keys": [],
    }


def test_a_file_is_read_up_to_a_bound(tmp_path):
    (tmp_path / "long").write_bytes(b"a" * 5000)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\n")
    os.mkfifo(tmp_path / "pipe")

    assert files.text(tmp_path / "long", 1000) == "a" * 1000
    assert files.line(tmp_path / "long") == "a" * 1000
    assert files.text(tmp_path / "binary") == "\ufffd\ufffd\x00\n"
    assert files.text(tmp_path / "pipe") == ""
    assert files.text(tmp_path) is None
    assert files.text(tmp_path / "none") is None
    assert files.line(tmp_path / "none") is None
    assert files.names(tmp_path / "none") == []
