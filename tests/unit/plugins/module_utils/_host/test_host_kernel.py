# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import gzip

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import kernel

# As Debian writes them; Ubuntu's modules end in .ko.zst, those of Rocky 9 in .ko.xz.
MODULES = (
    "br_netfilter 36864 0 - Live 0x0000000000000000\n"
    "bridge 389120 1 br_netfilter, Live 0x0000000000000000\n"
)
BUILTIN = "kernel/net/netfilter/nf_conntrack.ko\nkernel/net/ipv4/netfilter/nf_defrag_ipv4.ko\n"
DEPENDENCIES = (
    "kernel/net/netfilter/ipvs/ip_vs.ko.xz: kernel/net/netfilter/nf_conntrack.ko.xz\n"
    "kernel/drivers/net/dummy.ko.zst:\n"
    "kernel/drivers/char/hw-random.ko:\n"
)
WANTED = ["br_netfilter", "nf_conntrack", "ip_vs", "dummy", "vxlan", "hw_random", "ip_vs_rr"]


def test_collect(tmp_path):
    tree = tmp_path / "lib/modules/6.12.48+deb13-amd64"
    tree.mkdir(parents=True)
    (tree / "modules.builtin").write_text(BUILTIN, encoding="utf-8")
    (tree / "modules.dep").write_text(DEPENDENCIES, encoding="utf-8")
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/modules").write_text(MODULES, encoding="utf-8")
    (tmp_path / "sys/module/vxlan").mkdir(parents=True)

    found = kernel.collect({"modules": WANTED}, tmp_path, "6.12.48+deb13-amd64")

    assert found == {
        "modules": {
            "br_netfilter": "loaded",
            "nf_conntrack": "builtin",
            "ip_vs": "loadable",
            "dummy": "loadable",
            "vxlan": "builtin",
            "hw_random": "loadable",
            "ip_vs_rr": None,
        },
        "loads": True,
        "tree": True,
        "config": None,
        "options": {},
    }


def test_a_kernel_that_loads_nothing(tmp_path):
    found = kernel.collect({"modules": ["dummy"]}, tmp_path)

    assert found["modules"] == {"dummy": None}
    assert (found["loads"], found["tree"]) == (False, False)


def test_nothing_is_wanted(tmp_path):
    assert kernel.collect({}, tmp_path)["modules"] == {}


CONFIG = "# CONFIG_EXT4_FS is not set\nCONFIG_INET=y\nCONFIG_OVERLAY_FS=m\nCONFIG_HZ=250\n"
OPTIONS = {"EXT4_FS": None, "INET": "y", "OVERLAY_FS": "m", "NET": None}


@pytest.mark.parametrize(
    "name", ["proc/config.gz", "boot/config-6.1.0", "lib/modules/6.1.0/config"]
)
def test_the_options_of_the_kernel(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    content = CONFIG.encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    (tmp_path / "boot").mkdir(exist_ok=True)
    (tmp_path / "boot/config-6.2.0").write_text("CONFIG_EXT4_FS=y", encoding="utf-8")

    found = kernel.collect({"options": list(OPTIONS)}, tmp_path, "6.1.0")

    assert found["config"] == f"/{name}"
    assert found["options"] == OPTIONS


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(CONFIG.encode())[:20]],
    # The last one has the time in it, and each worker must collect the same tests.
    ids=["empty", "other", "cut off"],
)
def test_options_that_cannot_be_read(tmp_path, content):
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/config.gz").write_bytes(content)

    found = kernel.collect({"options": ["INET"]}, tmp_path, "6.1.0")

    assert (found["config"], found["options"]) == (None, {"INET": None})
