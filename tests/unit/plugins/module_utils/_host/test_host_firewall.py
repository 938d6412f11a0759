# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import firewall, nftables

RECORDED = Path(__file__).parent / "recorded"
PORTS = (
    {"protocol": "tcp", "port": 22},
    {"protocol": "tcp", "port": 6443},
    {"protocol": "udp", "port": 4789},
)
API = PORTS[1:2]


def closed(nft="", iptables="", ports=PORTS, interfaces=("eth0",)):
    entries = firewall.closed({"iptables": iptables, "nftables": nft}, ports, interfaces)["closed"]
    assert entries is not None
    (tool,) = {entry["tool"] for entry in entries} or {None}
    return tool, [(entry["protocol"], entry["port"]) for entry in entries]


def places(found):
    """The tool and the chain of each entry."""
    return [tuple(entry[key] for key in ("tool", "family", "table", "chain")) for entry in found]


def ruleset(*rules, policy="drop", more=(), **chain):
    """What nft prints of one chain for incoming packets, with these rules."""
    base = {"family": "inet", "table": "filter", "name": "input", "type": "filter", "hook": "input"}
    return json.dumps(
        {
            "nftables": [
                {"metainfo": {"version": "1.1.3"}},
                {"chain": {**base, "prio": 0, "policy": policy, **chain}},
                *(
                    {"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": rule}}
                    for rule in rules
                ),
                *more,
            ]
        }
    )


def match(left, right, op="=="):
    return {"match": {"op": op, "left": left, "right": right}}


def dport(right, op="==", protocol="tcp"):
    return match({"payload": {"protocol": protocol, "field": "dport"}}, right, op)


ACCEPT, DROP = {"accept": None}, {"drop": None}
SOURCE = match({"payload": {"protocol": "ip", "field": "saddr"}}, "10.0.0.9")
IIF = {"meta": {"key": "iifname"}}


def test_ufw_as_it_comes():
    text = (RECORDED / "ufw.txt").read_text(encoding="utf-8")

    assert closed(iptables=text) == ("ufw", [("tcp", 6443), ("udp", 4789)])
    found = firewall.closed({"nftables": "", "iptables": text}, API, ["eth0"])
    assert found["closed"] == [
        {
            **{
                "port": 6443,
                "protocol": "tcp",
                "by": "chain INPUT of iptables, whose policy is drop",
            },
            **{"tool": "ufw", "family": "ip", "table": "filter", "chain": "INPUT"},
        }
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "-p tcp -m multiport --dports 80,6443,2379:2380 -j ACCEPT",
        "-p tcp -m tcp --dport 6000:7000 -j ACCEPT",
        # From somewhere: whether from a node is not known.
        "-s 10.0.0.0/8 -p tcp -m tcp --dport 6443 -j ACCEPT",
        "-s 10.0.0.0/8 -j ACCEPT",
        "-p tcp -m tcp --dport 6443 -m set --match-set nodes src -j ACCEPT",
        "-i eth+ -j ACCEPT",
        "! -i lo -j ACCEPT",
        '-p tcp -m tcp ! --dport 22 -m comment --comment "it\'s -j DROP" -j ACCEPT',
        # An extension of which nobody knows what it does.
        "-p tcp -m tcp --dport 6443 -j NFQUEUE --queue-num 0",
    ],
)
def test_what_ufw_lets_in_is_not_closed(rule):
    text = (RECORDED / "ufw.txt").read_text(encoding="utf-8")
    text = text.replace("COMMIT", f"-A ufw-user-input {rule}\nCOMMIT")

    assert closed(iptables=text, ports=API) == (None, [])


@pytest.mark.parametrize(
    "rule",
    [
        "-p udp -m udp --dport 6443 -j ACCEPT",
        "-i lo -j ACCEPT",
        "-i eth1 -j ACCEPT",
        "-p tcp -m tcp --dport 6444 -j ACCEPT",
        "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        "-s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT",
        "-p tcp -m tcp --dport 6443 -j LOG",
        "-p tcp -m tcp --dport what -j ACCEPT",
        "-p tcp -m tcp --dport 6443",
        'unmatched " quote -p udp -j ACCEPT',
    ],
)
def test_what_ufw_does_not_let_in_is_closed(rule):
    text = (RECORDED / "ufw.txt").read_text(encoding="utf-8")
    text = text.replace("COMMIT", f"-A ufw-user-input {rule}\nCOMMIT")

    assert closed(iptables=text, ports=API) == ("ufw", [("tcp", 6443)])


def test_iptables_of_somebody():
    rules = "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\n"
    text = f"*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n{rules}COMMIT\n*nat\n:INPUT ACCEPT [0:0]\nCOMMIT\n"

    assert closed(iptables=text) == ("iptables", [("tcp", 6443), ("udp", 4789)])
    found = firewall.closed({"nftables": "", "iptables": text}, API, ["eth0"])
    assert found["closed"][0]["by"] == "chain INPUT of iptables"


def test_another_table_of_iptables_is_not_the_filter():
    text = "*mangle\n:INPUT DROP [0:0]\n-A INPUT -j DROP\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n"

    assert closed(iptables=text) == (None, [])


def test_what_a_live_cluster_drops_is_its_own_business():
    text = (
        "*filter\n:INPUT ACCEPT [0:0]\n:cali-INPUT - [0:0]\n:KUBE-FIREWALL - [0:0]\n"
        "-A INPUT -j cali-INPUT\n-A INPUT -j KUBE-FIREWALL\n"
        "-A cali-INPUT -p tcp -j DROP\n-A KUBE-FIREWALL -m mark --mark 0x8000/0x8000 -j DROP\nCOMMIT\n"
    )

    assert closed(iptables=text) == (None, [])


def test_a_chain_that_jumps_to_itself_has_an_end():
    text = "*filter\n:INPUT DROP [0:0]\n:a - [0:0]\n-A INPUT -j a\n-A a -j a\nCOMMIT\n"

    assert closed(iptables=text) == (None, [])


def test_many_rules_that_lead_to_the_same_chains_take_no_time():
    chains = "".join(f":c{number} - [0:0]\n" for number in range(12))
    jumps = "".join(f"-A c{number} -s 10.0.0.9 -j c{number + 1}\n" * 20 for number in range(11))
    text = f"*filter\n:INPUT DROP [0:0]\n{chains}-A INPUT -j c0\n{jumps}-A c11 -j RETURN\nCOMMIT\n"
    started = time.process_time()

    assert closed(iptables=text, ports=API) == ("iptables", [("tcp", 6443)])
    assert time.process_time() - started < 30


IP_FILTER = {"family": "ip", "table": "filter"}
IPTABLES = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 6443 -j DROP\nCOMMIT\n"


def of_iptables_nft(*more):
    """What nft prints of the rules above, which iptables-nft has made."""
    chain = {**IP_FILTER, "name": "INPUT", "type": "filter", "hook": "input", "policy": "accept"}
    rule = {**IP_FILTER, "chain": "INPUT", "expr": [dport(6443), DROP]}
    return json.dumps({"nftables": [{"chain": chain}, {"rule": rule}, *more]})


def test_rules_that_both_tools_show_are_those_of_iptables():
    found = firewall.closed({"iptables": IPTABLES, "nftables": of_iptables_nft()}, PORTS, ["eth0"])

    assert places(found["closed"]) == [("iptables", "ip", "filter", "INPUT")]
    assert found["closed"][0]["by"] == "chain INPUT of iptables"
    assert found["perhaps"] == []


def test_without_iptables_they_are_those_of_nftables():
    found = firewall.closed({"iptables": "", "nftables": of_iptables_nft()}, PORTS, ["eth0"])

    assert places(found["closed"]) == [("nftables", "ip", "filter", "INPUT")]


def test_every_chain_that_drops_is_named():
    own = {"family": "inet", "table": "own", "name": "in"}
    more = {"chain": {**own, "type": "filter", "hook": "input", "policy": "drop"}}
    nft = of_iptables_nft(more)

    found = firewall.closed({"iptables": IPTABLES, "nftables": nft}, API, ["eth0"])

    assert places(found["closed"]) == [
        ("iptables", "ip", "filter", "INPUT"),
        ("nftables", "inet", "own", "in"),
    ]


def test_what_is_dropped_for_some_only_may_be_at_fault():
    found = firewall.closed(
        {"iptables": "", "nftables": ruleset([SOURCE, dport(6443), DROP], policy="accept")},
        PORTS,
        ["eth0"],
    )

    assert found["closed"] == []
    assert places(found["perhaps"]) == [("nftables", "inet", "filter", "input")]
    assert found["perhaps"][0]["port"] == 6443


def test_rules_for_one_of_two_interfaces_may_be_at_fault():
    nft = ruleset([match(IIF, "eth1"), DROP], policy="accept")

    found = firewall.closed({"iptables": "", "nftables": nft}, API, ["eth0", "eth1"])

    assert found["closed"] == []
    assert places(found["perhaps"]) == [("nftables", "inet", "filter", "input")]


def test_remains_of_ufw_are_not_the_tool_of_another_table():
    text = (RECORDED / "ufw.txt").read_text(encoding="utf-8")
    text = text.replace(":INPUT DROP", ":INPUT ACCEPT")

    found = firewall.closed({"iptables": text, "nftables": ruleset()}, API, ["eth0"])

    assert places(found["closed"]) == [("nftables", "inet", "filter", "input")]


def test_firewalld_as_it_comes():
    text = (RECORDED / "firewalld.json").read_text(encoding="utf-8")

    assert closed(nft=text) == ("firewalld", [("tcp", 6443), ("udp", 4789)])
    found = firewall.closed({"nftables": text, "iptables": ""}, API, ["eth0"])
    assert found["closed"][0]["by"] == "chain filter_IN_public of nftables' table inet firewalld"


def test_firewalld_with_a_trusted_interface():
    content = json.loads((RECORDED / "firewalld.json").read_text(encoding="utf-8"))
    zones = [
        item
        for item in content["nftables"]
        if item.get("rule", {}).get("chain") == "filter_INPUT_ZONES"
    ]
    trusted = {
        "family": "inet",
        "table": "firewalld",
        "chain": "filter_INPUT_ZONES",
        "expr": [match(IIF, "eth0"), ACCEPT],
    }
    at = content["nftables"].index(zones[0])
    content["nftables"].insert(at, {"rule": trusted})
    text = json.dumps(content)

    assert closed(nft=text) == (None, [])
    assert closed(nft=text, interfaces=("eth1",))[1] == [("tcp", 6443), ("udp", 4789)]
    # One way in is enough.
    assert closed(nft=text, interfaces=("eth1", "eth0")) == (None, [])


@pytest.mark.parametrize(
    "rule",
    [
        [dport(6443), ACCEPT],
        [dport({"set": [22, {"range": [6000, 7000]}]}), {"counter": {"packets": 0, "bytes": 0}}, ACCEPT],
        [dport({"set": [{"elem": {"val": 6443}}]}), ACCEPT],
        [dport("@open"), ACCEPT],
        [dport("@comes_and_goes"), ACCEPT],
        [dport(22, op="!="), ACCEPT],
        [dport(6443, protocol="th"), ACCEPT],
        [SOURCE, ACCEPT],
        [match(IIF, {"set": ["lo", "eth*"]}), ACCEPT],
        [match(IIF, "lo", op="!="), ACCEPT],
        [match({"meta": {"key": "l4proto"}}, "tcp"), ACCEPT],
        [match({"ct": {"key": "state"}}, ["new", "established"], op="in"), ACCEPT],
        [match({"fib": {"result": "type", "flags": ["daddr"]}}, "local"), ACCEPT],
        [dport({"prefix": {"addr": "x", "len": 1}}), ACCEPT],
        [match({"&": ["tcp flags", "syn"]}, "syn"), ACCEPT],
        [match({"payload": {"base": "th", "offset": 16, "len": 16}}, 6443), ACCEPT],
        [dport(7000, op="<"), ACCEPT],
        [{"limit": {"rate": 10, "per": "second"}}, ACCEPT],
        [{"xt": {"type": "match", "name": "conntrack"}}, ACCEPT],
        [dport(6443), {"queue": {}}],
        [{"vmap": {"key": {"payload": {"protocol": "tcp", "field": "dport"}}, "data": {"set": [[6443, ACCEPT]]}}}],
        [{"vmap": {"key": {"payload": {"protocol": "tcp", "field": "dport"}}, "data": "@verdicts"}}],
        [{"vmap": {"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": {"set": []}}}],
        [{"jump": {"target": "nowhere"}}],
    ],
)  # fmt: skip
def test_what_nftables_may_let_in_is_not_closed(rule):
    sets = (
        {"set": {"family": "inet", "table": "filter", "name": "open", "elem": [80, 6443]}},
        {
            "set": {
                "family": "inet",
                "table": "filter",
                "name": "comes_and_goes",
                "flags": ["timeout"],
            }
        },
        {
            "map": {
                "family": "inet",
                "table": "filter",
                "name": "verdicts",
                "elem": [[6443, ACCEPT]],
            }
        },
    )

    assert closed(nft=ruleset(rule, more=sets), ports=API) == (None, [])


@pytest.mark.parametrize(
    "rule",
    [
        [dport(6443, protocol="udp"), ACCEPT],
        [dport({"set": [22, {"range": [2379, 2380]}]}), ACCEPT],
        [dport("@open"), ACCEPT],
        [match(IIF, "lo"), ACCEPT],
        [match({"ct": {"key": "state"}}, ["established", "related"], op="in"), ACCEPT],
        [match({"ct": {"key": "status"}}, "dnat"), ACCEPT],
        [match({"meta": {"key": "nfproto"}}, "ipv6"), ACCEPT],
        [match({"payload": {"protocol": "ip6", "field": "saddr"}}, "fe80::1"), ACCEPT],
        [match({"payload": {"protocol": "icmp", "field": "type"}}, "echo-request"), ACCEPT],
        [SOURCE, dport(22), ACCEPT],
        [{"counter": {"packets": 0, "bytes": 0}}, {"log": {"prefix": "x"}}],
        [dport(6443), {"reject": {"type": "tcp reset"}}],
        [{"vmap": {"key": {"payload": {"protocol": "tcp", "field": "dport"}}, "data": {"set": [[22, ACCEPT]]}}}],
        [{"return": None}],
    ],
)  # fmt: skip
def test_what_nftables_is_sure_to_drop_is_closed(rule):
    sets = ({"set": {"family": "inet", "table": "filter", "name": "open", "elem": [80]}},)

    assert closed(nft=ruleset(rule, more=sets), ports=API) == ("nftables", [("tcp", 6443)])


def test_a_drop_that_may_not_be_meant_for_nodes():
    assert closed(nft=ruleset([SOURCE, DROP], policy="accept")) == (None, [])
    assert closed(nft=ruleset([SOURCE, DROP], [DROP], policy="accept"), ports=API)[1] == [
        ("tcp", 6443)
    ]


@pytest.mark.parametrize(
    "chain",
    [
        {"hook": "forward"},
        {"hook": "output"},
        {"family": "ip6"},
        {"family": "bridge"},
        {"type": "nat"},
    ],
)
def test_other_chains_are_not_for_incoming_packets(chain):
    assert closed(nft=ruleset([DROP], **chain)) == (None, [])


def test_one_chain_that_drops_is_enough():
    other = {"family": "ip", "table": "late", "name": "last", "type": "filter", "hook": "input"}
    more = (
        {"chain": {**other, "prio": 100, "policy": "accept"}},
        {"rule": {"family": "ip", "table": "late", "chain": "last", "expr": [dport(6443), DROP]}},
    )
    text = ruleset([ACCEPT], policy="accept", more=more)

    assert closed(nft=text) == ("nftables", [("tcp", 6443)])


def test_a_chain_that_is_gone_to_does_not_come_back():
    more = (
        {"chain": {"family": "inet", "table": "filter", "name": "own"}},
        {
            "rule": {
                "family": "inet",
                "table": "filter",
                "chain": "own",
                "expr": [{"counter": None}],
            }
        },
    )
    there = [{"goto": {"target": "own"}}], [ACCEPT]
    back = [{"jump": {"target": "own"}}], [ACCEPT]

    assert closed(nft=ruleset(*there, more=more), ports=API)[1] == [("tcp", 6443)]
    assert closed(nft=ruleset(*back, more=more), ports=API) == (None, [])


@pytest.mark.parametrize("text", ["", "[]", '{"nftables": 7}', "{", '{"other": []}'])
def test_no_ruleset(text):
    assert nftables.parse(text) is None


def test_what_cannot_be_read_is_not_known():
    assert firewall.closed({"nftables": None, "iptables": ""}, PORTS, ["eth0"]) == {
        "closed": None,
        "perhaps": None,
        "reason": "those of nftables could not be read in time",
    }
    assert firewall.closed({"nftables": "", "iptables": ""}, PORTS, ["eth0"])["reason"] == (
        "there may be rules, but neither nft nor iptables-save is there to show them"
    )


@pytest.fixture
def root(monkeypatch, tmp_path):
    """A host of which this is root, where nothing is printed by a program that must not be started."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(firewall, "output", lambda argv, *_bounds: pytest.fail(f"{argv} was run"))
    (tmp_path / "proc/net").mkdir(parents=True)
    return tmp_path


def test_without_rules_in_the_kernel_nothing_is_started(root):
    (root / "proc/modules").write_text("nf_tables_more 1 0\nx_tables 2 0\n", encoding="utf-8")

    assert firewall.collect({"ports": PORTS}, root) == {
        "closed": [],
        "perhaps": [],
        "reason": None,
    }


@pytest.mark.parametrize(
    ("modules", "names"), [("x 1\nnf_tables 7 0\n", ""), ("", ""), ("x 1\n", "filter\n")]
)
def test_with_rules_they_are_read(root, monkeypatch, modules, names):
    run = []
    monkeypatch.setattr("os.access", lambda *_asked: True)
    monkeypatch.setattr(firewall, "output", lambda argv, *_bounds: run.append(argv[0]))
    (root / "proc/modules").write_text(modules, encoding="utf-8")
    (root / "proc/net/ip_tables_names").write_text(names, encoding="utf-8")

    assert firewall.collect({"ports": PORTS}, root)["closed"] is None
    assert run == (["iptables-save"] if names else ["iptables-save", "nft"])


def test_only_root_may_read_them(monkeypatch, tmp_path):
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert firewall.collect({"ports": PORTS}, tmp_path) == {
        "closed": None,
        "perhaps": None,
        "reason": "only root may read the rules",
    }
