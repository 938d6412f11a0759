# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.even import explain_even


def test_explain_four() -> None:
    assert explain_even(4, 8, False) == (
        "4 etcd members are an even number: the majority is 3, so they survive the loss of 1;"
        " 3 with a majority of 2 survive the loss of 1 just as well. The extra member adds no safety, "
        "and a network split into two halves of 2 stops both; write etcd: 3 or etcd: 5,"
        " or allow_even_etcd: true (or a waiver of even_etcd in k8n_waivers) if you must"
    )


def test_explain_two_of_two_listed() -> None:
    assert explain_even(2, 2, True) == (
        "2 etcd members are an even number: the majority is 2, so they survive the loss of 0;"
        " 1 with a majority of 1 survives the loss of 0 just as well. The extra member adds no safety, "
        "and a network split into two halves of 1 stops both; name 1 of them, or"
        " allow_even_etcd: true (or a waiver of even_etcd in k8n_waivers) if you must"
    )


def test_explain_listed_with_more_hosts_at_hand() -> None:
    assert "; name 3 or 5 of them, or allow_even_etcd" in explain_even(4, 5, True)
