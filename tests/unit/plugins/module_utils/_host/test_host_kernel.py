# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.module_utils._host import kernel

# Recorded on Debian 13 and shortened; Ubuntu's modules end in .ko.zst, those of Rocky 9 in .ko.xz.
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
    }


def test_a_kernel_that_loads_nothing(tmp_path):
    found = kernel.collect({"modules": ["dummy"]}, tmp_path)

    assert found == {"modules": {"dummy": None}, "loads": False, "tree": False}


def test_nothing_is_wanted(tmp_path):
    assert kernel.collect({}, tmp_path)["modules"] == {}
