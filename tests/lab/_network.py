# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's network: one bridge a /24 on this machine, closed to everything outside the lab.

Podman's own networks are not used: they masquerade between subnets, so that etcd's TLS refuses its peers,
and each firewall driver of netavark does it in another place.
"""

from __future__ import annotations

import ipaddress
import json

from _run import run
from _spec import Guest, Lab, LabError

# The kernel has one table of neighbours for all hosts on this machine: where dozens know each other there is no room
# in it, and packets are lost that no host and no firewall drops.
NEIGHBOURS = [
    f"net.ipv4.neigh.default.gc_thresh{step}={size}"
    for step, size in enumerate((8192, 32768, 65536), 1)
]

# Not subject to containers' or docker's default policy for forwarded packets.
FORWARD_RULE = ("FORWARD", "-i", "k8n+", "-o", "k8n+", "-j", "ACCEPT")


def bridge(subnet: ipaddress.IPv4Network) -> str:
    return "k8n" + "-".join(str(subnet.network_address).split(".")[:3])


def _alias(lab: Lab) -> str:
    return f"k8n-lab:{lab.name}"


def _bridges() -> dict[str, str]:
    """Name -> alias of every bridge on this machine."""
    links = json.loads(run("ip", "-json", "link", "show", "type", "bridge").stdout or "[]")
    return {link["ifname"]: link.get("ifalias", "") for link in links if link}


def _table(lab: Lab) -> str:
    return "k8n_lab_" + lab.name.replace("-", "_")


def up(lab: Lab) -> None:
    """Make the bridges, the routes between them and the wall around them."""
    present = _bridges()
    for subnet in lab.subnets:
        name = bridge(subnet)
        if name in present:
            raise LabError(
                f"{subnet} is in use by the lab {present[name].removeprefix('k8n-lab:')}: take that down first, "
                f"or give this lab another subnet."
            )
        run("ip", "link", "add", name, "type", "bridge")
        run("ip", "link", "set", name, "alias", _alias(lab), "up")
        run("ip", "addr", "add", f"{subnet[1]}/24", "dev", name)
    run("sysctl", "-qw", "net.ipv4.ip_forward=1", *NEIGHBOURS)
    if run("iptables", "-C", *FORWARD_RULE, check=False).returncode:
        run("iptables", "-I", *FORWARD_RULE)
    mine = ", ".join(f'"{bridge(subnet)}"' for subnet in lab.subnets)
    # Port 53 of the gateway is the silent name server: dropped, not refused.
    rules = f"""
    table inet {_table(lab)} {{
      chain input {{
        type filter hook input priority -10;
        iifname {{ {mine} }} meta l4proto {{ tcp, udp }} th dport 53 drop
      }}
      chain forward {{
        type filter hook forward priority -10;
        iifname {{ {mine} }} oifname != {{ {mine} }} reject
      }}
    }}
    """
    run("nft", "-f", "-", stdin=rules)


def _veth(guest: Guest) -> str:
    return f"k8nv{int(guest.address):08x}"


def plug(guest: Guest, pid: int) -> None:
    """Give the guest whose init has this pid its eth0."""
    outside = _veth(guest)
    inside = ("nsenter", "-t", pid, "-n", "ip")
    run("ip", "link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", pid)
    run("ip", "link", "set", outside, "master", bridge(guest.subnet), "up")
    run(*inside, "addr", "add", f"{guest.address}/24", "dev", "eth0")
    run(*inside, "link", "set", "eth0", "up")
    run(*inside, "route", "add", "default", "via", guest.gateway)


def unplug(guest: Guest) -> None:
    """Take the guest's eth0 away."""
    run("ip", "link", "del", _veth(guest))


def down(lab: Lab) -> None:
    """Remove what up() made; nothing of another lab."""
    for name, alias in _bridges().items():
        if alias == _alias(lab):
            # A guest's end can outlive it while its sockets linger.
            for guest in lab.guests:
                run("ip", "link", "del", _veth(guest), check=False)
            run("ip", "link", "del", name)
    run("nft", "delete", "table", "inet", _table(lab), check=False)
    if not any(alias.startswith("k8n-lab:") for alias in _bridges().values()):
        run("iptables", "-D", *FORWARD_RULE, check=False)
