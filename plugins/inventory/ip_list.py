# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: ip_list
short_description: Makes a Kubespray inventory from a list of IP addresses
version_added: 0.1.0
author:
  - k8n contributors (@k8n)
description:
  - Makes the whole inventory that Kubespray wants (hosts with their variables and the groups
    C(kube_control_plane), C(kube_node), C(etcd), C(k8s_cluster) and C(calico_rr)) from a list of IP
    addresses.
  - The source file is a YAML file whose name ends in C(k8n.yml) or C(k8n.yaml).
  - All mistakes in the input are reported at once, each with its place. After a mistake there is no
    inventory at all.
  - It takes the place of C(inventory_builder), which Kubespray removed after version 2.26.
options:
  plugin:
    description: Marks the file as a source of this plugin.
    type: str
    required: true
    choices:
      - k8n.cluster.ip_list
  nodes:
    description:
      - The machines of the cluster, as a list of entries or as one text of entries with blanks
        between them.
      - An entry is an address (V(10.10.1.2)); a range (V(10.10.1.2-10.10.1.9) or V(10.10.1.2-9)); a
        network (V(10.10.1.0/28), its usable addresses); V(ip,access_ip); V(name,ip);
        V(name,ip,access_ip); or a mapping.
      - A comma inside an entry binds. A comma before a blank separates, like the blank alone. So
        V(10.10.1.2,10.10.1.3) is one host with its access address, and V(10.10.1.2 10.10.1.3) is
        two hosts.
      - A mapping has the keys C(ip), C(name), C(access_ip), C(ip6), C(access_ip6), C(ansible_host)
        (an address or a DNS name; the default is the access address) and C(vars) (host variables).
      - C(vars) may hold templates and vaulted values, like the host variables of a YAML inventory.
        Nothing else in this file is a template, O(vars), O(compose), O(groups) and O(keyed_groups) aside.
      - The access address is where the other hosts of the cluster, and Ansible, reach the host. The
        default is its own address.
      - One entry holds at most 65,536 addresses.
      - IPv6 addresses become C(ip6) and C(access_ip6), the variables that Kubespray reads for IPv6.
        If all hosts have IPv6 addresses only, C(ipv4_stack=false) and C(ipv6_stack=true) are set
        for the group C(all); if all have both, C(ipv6_stack=true) is set. The C(group_vars)
        override this.
      - All hosts must have one address family in common.
      - Mutually exclusive with O(nodes_file). If the source file has neither, the environment
        variable is read.
    type: raw
    env:
      - name: K8N_NODES
  nodes_file:
    description:
      - A text file, in UTF-8, with the same entries as O(nodes), one or more a line. A V(#) starts
        a comment.
      - A relative path starts at the folder of the source file.
    type: str
  exclude:
    description:
      - Entries (the same forms as in O(nodes), and names) that are left out.
      - An address stands for the host that has it as one of its addresses; a range or network for
        all hosts in it. A comma binds name and addresses of one host here too.
      - To leave a host out here does not renumber the others, see C({index}) in O(naming).
    type: raw
    default: []
  control_plane:
    description:
      - How many hosts are control plane (the first in list order), or a list of their addresses or
        names (the forms of O(exclude)), wherever they stand in O(nodes). The first one is where
        Kubespray initialises the cluster.
    type: raw
    default: 1
  etcd:
    description:
      - How many hosts are etcd members, or a list of their addresses or names.
      - The default is 3 from three hosts on, else 1.
      - With C(etcd_deployment_type=kubeadm) it has no effect, because kubeadm makes a member of each control plane
        host. O(control_plane) then needs the odd number.
      - An even number is refused unless O(allow_even_etcd=true), because it adds no fault
        tolerance. More than half of the members must agree, so 4 members survive the loss of 1
        like 3 do, and 2 survive none like 1 does.
    type: raw
  allow_even_etcd:
    description:
      - Accept an even number of etcd members. The group C(all) then has the variable
        C(k8n_allow_even_etcd), by which C(k8n.cluster.deploy) has Kubespray accept it, too.
      - A waiver of C(even_etcd) in the variable C(k8n_waivers) is the same decision. It is seen
        here as an extra variable, or in C(group_vars/all) beside the source file.
    type: bool
    default: false
  etcd_placement:
    description:
      - Where a counted number of etcd members is placed. The zones come from O(zones).
      - V(near_control_plane) takes the first control plane host, then the other hosts of its zone
        in list order, then the other hosts in list order.
      - V(spread) takes one host of each zone in turn; the zones in the order in which the list
        mentions them.
      - V(first) takes the first hosts in list order.
      - Hosts added at the end of the list leave the members as they are with V(first). With
        V(near_control_plane), a host added to the control plane's zone takes over as long as that
        zone has fewer hosts than there are members. With V(spread), the same goes for a host in a
        new or smaller zone as long as there are fewer zones than members. With O(layout=auto),
        growing to O(dedicated_etcd_from) moves members if O(control_plane) is a list, and the
        control plane if that is a count. In these cases the group C(all) gets the variable
        C(k8n_etcd_pin), whose value is the line with O(etcd), or the lines with O(control_plane),
        O(etcd) and O(workers), that keep the present cluster. Write them into the source file, in
        place of those of the same name, once the cluster is deployed.
      - In a directory that the playbook C(k8n.cluster.init) has made, M(k8n.cluster.cluster_record) writes down
        what was deployed, and then nothing that is counted here moves any more.
      - The variable is made from the list as it is now. It is right only if no host was added or
        taken away since the deployment; else write down the members that the cluster has.
      - Without O(etcd), the third host of a list raises the members from 1 to 3.
    type: str
    choices:
      - near_control_plane
      - spread
      - first
    default: near_control_plane
  zones:
    description:
      - >-
        Zone names and their networks, for example V({rack1: [10.10.1.0/24, 10.10.2.0/24]}). The
        longest matching network counts.
      - The default is one zone for each /24 (IPv6 /64), named like the network. If zones are given,
        each host must be in one.
      - Each host gets the name of its zone as C(k8n_zone).
      - The first and last address of the zone's network (IPv6 the first) cannot be a host's. Give
        the real, larger network here if V(10.10.1.0) or V(10.10.1.255) is a machine.
    type: dict
    default: {}
  workers:
    description:
      - Which hosts are in C(kube_node). V(all), V(exclude_control_plane) (all but those),
        V(exclude_etcd), V(exclude_both), or a list of addresses or names.
      - With O(layout=auto) the default depends on the number of hosts.
    type: raw
    default: all
  layout:
    description:
      - V(stacked) puts control plane and etcd members on hosts of O(workers).
      - V(auto) does what inventory_builder did with large clusters. From O(dedicated_etcd_from)
        hosts on, the etcd members are no workers, the counted control plane comes after them in the
        list, and the etcd hosts are C(calico_rr). From O(dedicated_control_plane_from) hosts on,
        the control plane hosts are no workers either.
      - If O(control_plane), O(etcd) or O(workers) name hosts, that counts and not V(auto). The same
        goes for O(workers) with any value that the file gives.
      - A list that grows to O(dedicated_etcd_from) moves a counted control plane, takes the etcd
        members out of the workers and so changes names with C({role}). Kubespray cannot move them
        in a deployed cluster. So as long as a list is shorter and O(control_plane) or O(etcd) is a
        count, V(auto) sets C(k8n_etcd_pin), see O(etcd_placement), unless nothing but etcd can
        change and that does not.
      - With hosts in C(calico_rr) and calico as the network plugin, Kubespray wants the variable
        C(cluster_id) (an IPv4 address), for example in C(group_vars/all). With C(calico_rr_id) and
        C(calico_group_id) it binds groups of hosts to route reflectors of their own.
    type: str
    choices:
      - stacked
      - auto
    default: stacked
  dedicated_etcd_from:
    description: How many hosts make O(layout=auto) give hosts of their own to etcd.
    type: int
    default: 50
  dedicated_control_plane_from:
    description: How many hosts make O(layout=auto) give hosts of their own to the control plane.
    type: int
    default: 200
  naming:
    description:
      - A pattern for the names of hosts that are given without a name.
      - C({role}) is the text from O(role_names); C({index}) the place in the list, from 1,
        exclusions counted; C({ip}) the host's own address with dashes (IPv6 in full length);
        C({octet1}) to C({octet4}) the parts of its IPv4 address; C({zone}) the zone's name in
        letters, digits and dashes.
      - The default gives names that never change when other hosts come or go. This also holds for
        all placeholders but C({index}) (hosts before it in the list count) and C({role}) (a new
        role is a new name).
      - Names must be unique, obey RFC 1123 in lower case and have at most 63 characters.
    type: str
    default: node-{ip}
  role_names:
    description:
      - The texts for C({role}) in O(naming). C(control_plane) is for control plane hosts, C(etcd)
        for the hosts that are etcd members only under O(layout=auto), C(worker) for all others.
    type: dict
    default:
      control_plane: cp
      etcd: etcd
      worker: node
  local_connection:
    description:
      - With V(auto), the host that has an address of the machine on which Ansible runs gets
        C(ansible_connection=local).
      - V(never) connects to every host in the same way.
    type: str
    choices:
      - never
      - auto
    default: never
  vars:
    description:
      - Variables for many hosts at a time. A key says for which, V(all), the name of a zone, or the forms of O(exclude)
        (addresses, ranges, networks and names, with blanks between them). Its value is a mapping of variables.
      - Those of V(all) are variables of the group C(all), which the C(group_vars) override. The others are variables of
        the hosts, which override the C(group_vars); what comes later wins, and the C(vars) of an entry of O(nodes) win
        over all of them.
      - The values may hold templates and vaulted values.
    type: dict
    default: {}
  bastion:
    description:
      - The host that the others are reached through, as V(user@address) or V(user@address:port). It becomes the host
        C(bastion), as Kubespray wants it, and is none of the cluster.
    type: str
notes:
  - O(groups) cannot have the keys C(kube_control_plane), C(kube_node), C(etcd), C(k8s_cluster) and
    C(calico_rr), for their hosts are chosen and checked here.
  - Ansible goes on without hosts after a mistake in an inventory source, with warnings and exit
    status 0. Set C(any_unparsed_is_failed = true) in the section C([inventory]) of C(ansible.cfg)
    to make it stop.
extends_documentation_fragment:
  - constructed
"""

EXAMPLES = r"""
# The shortest source, for example prod.k8n.yml: one control plane host (the first), three etcd
# members, all of them workers.
---
plugin: k8n.cluster.ip_list
nodes: 10.10.1.2-10.10.1.9

# Eight machines in four subnets. The control plane is a machine in the middle of the list, the etcd
# members are in its subnet.
---
plugin: k8n.cluster.ip_list
nodes:
  - 10.10.1.2
  - 10.10.1.3
  - 10.20.1.2
  - 10.20.1.3
  - 10.20.1.4
  - 10.11.1.2
  - 10.11.1.3
  - 10.40.1.2
control_plane: [10.20.1.3]
naming: "{role}{octet2}-{octet4}"
role_names: {control_plane: master, worker: node}

# All forms of an entry.
---
plugin: k8n.cluster.ip_list
nodes:
  - 10.10.1.2
  - 10.10.1.3-10.10.1.5
  - 10.10.1.6-9
  - 10.10.2.0/29
  - 10.10.3.2,192.168.3.2 # its own address, the address to reach it
  - db1,10.10.3.3
  - db2,10.10.3.4,192.168.3.4
  - ip: 10.10.3.5
    name: gpu1.example.com
    ip6: "2001:db8:3::5"
    ansible_host: gpu1.example.com
    vars:
      ansible_port: 2222
      node_labels: {gpu: "true"}
exclude:
  - 10.10.1.4
  - 10.10.2.4-6

# Variables for all hosts, for a zone and for a range, and a host to go through.
---
plugin: k8n.cluster.ip_list
nodes: 10.10.1.2-10.10.1.9 10.10.2.2-9
zones: {rack1: [10.10.1.0/24], rack2: [10.10.2.0/24]}
bastion: admin@198.51.100.7
vars:
  all: {ansible_user: admin, ansible_port: 2222}
  rack2: {node_labels: {disk: ssd}}
  10.10.1.8-9 10.10.2.9: {ansible_port: 22}

# The list comes from a file, or (without nodes and nodes_file) from the environment:
#   K8N_NODES="10.10.1.2 10.10.1.3" ansible-inventory -i prod.k8n.yml --graph
---
plugin: k8n.cluster.ip_list
nodes_file: nodes.txt
control_plane: 3
etcd: 5
etcd_placement: spread
zones:
  rack1: [10.10.1.0/24]
  rack2: [10.10.2.0/24, 10.10.3.0/24]
workers: exclude_control_plane

# The sizes of inventory_builder, and groups of one's own.
---
plugin: k8n.cluster.ip_list
nodes: 10.10.0.0/22
control_plane: 2
layout: auto
keyed_groups:
  - key: k8n_zone
    prefix: zone
groups:
  odd: ip.split('.')[3] | int is odd
compose:
  rack: k8n_zone.split('.')[2]
"""

import datetime
import inspect
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable
from ansible.utils.vars import load_extra_vars
from ansible.vars.plugins import get_vars_from_path
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import waivers as _waivers
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.cluster import build_cluster
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.given import BASTION
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import IpListError
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.options import SUFFIXES
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.outside import (
    OutsideError,
    check_file,
    show,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._text.words import describe

try:
    from ansible.template import trust_as_template

    _SHOWS_LINES = True
except ImportError:  # ansible-core before 2.19
    # There every text is a template unless it is marked, and warnings are shown as one paragraph.
    _SHOWS_LINES = False

    def trust_as_template(value: str) -> str:
        return value


if TYPE_CHECKING:
    from ansible.parsing.dataloader import DataLoader
    from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.model import Cluster

_HEAD_SIZE = 4096


class InventoryModule(BaseInventoryPlugin, Constructable):
    NAME = "k8n.cluster.ip_list"

    inventory: InventoryData
    loader: DataLoader

    def verify_file(self, path: str) -> bool:
        if not super().verify_file(path):
            return False
        if path.endswith(SUFFIXES):
            return True
        if path.endswith((".yml", ".yaml")) and self._is_named_in(path):
            # Ansible itself would only say that the file could not be verified.
            self.display.warning(
                f"{path} is for {self.NAME}, which reads only files whose names end in"
                f" {' or '.join(SUFFIXES)}; rename it"
            )
        return False

    def _is_named_in(self, path: str) -> bool:
        if not Path(path).is_file():
            return False
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            head = file.read(_HEAD_SIZE)
        return any(line.startswith("plugin:") and self.NAME in line for line in head.splitlines())

    def parse(
        self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True
    ) -> None:
        super().parse(inventory, loader, path, cache)
        try:
            written = self._load(path)
            # First the defaults and the environment. The file comes after it is checked, for
            # Ansible's own check would stop at the first wrong type.
            self.set_options(direct={"plugin": self.NAME}, var_options=self._vars)
            folder = Path(path).parent
            cluster = build_cluster(
                written, self.get_options(), folder, even_waived=lambda: self._even_waived(folder)
            )
            self.set_options(direct=written, var_options=self._vars)
            self._fill(cluster)
        except (IpListError, AnsibleError) as e:
            message = f"Cannot build the inventory from {Path(path).name}: {e}"
            if "\n" in message and not _SHOWS_LINES:
                self.display.error(message, wrap_text=False)
            # The text has all of it; ansible-core 2.21 would add the cause's once more.
            raise AnsibleParserError(message) from None

    def _even_waived(self, folder: Path) -> bool:
        """Whether a waiver that is valid today accepts an even number of etcd members."""
        variables = get_vars_from_path(
            self.loader, str(folder), [self.inventory.groups["all"]], "task"
        )
        variables |= load_extra_vars(self.loader)
        waivers, _mistakes = _waivers.parse(
            variables.get(_waivers.VARIABLE), _waivers.VARIABLE, datetime.date.today()
        )
        return _waivers.of_even_etcd(waivers) is not None

    def _load(self, path: str) -> Mapping[str, Any]:
        try:
            check_file(Path(path))
        except OSError as e:
            raise IpListError([f"it cannot be read: {e.strerror}"]) from e
        except OutsideError as e:
            raise IpListError([f"{e}; wanted a file with a mapping of options"]) from e
        load = self.loader.load_from_file
        # Since core 2.19 only text that is marked as trusted may hold templates (compose, vars).
        trust = (
            {"trusted_as_template": True}
            if "trusted_as_template" in inspect.signature(load).parameters
            else {}
        )
        # unsafe only means that the loader gives its data away instead of a deep copy.
        written = load(path, cache="none", unsafe=True, **trust)
        if not isinstance(written, Mapping):
            raise IpListError([f"the file holds {describe(written)}; wanted a mapping of options"])
        if written.get("plugin") != self.NAME:
            raise IpListError([f"plugin: {show(written.get('plugin'))}; wanted {self.NAME}"])
        return written

    def _fill(self, cluster: Cluster) -> None:
        constructed = [self.get_option(key) for key in ("compose", "groups", "keyed_groups")]
        if any(constructed):
            # A strict expression may fail at any host. A rehearsal finds that before the real
            # inventory holds half of the hosts.
            real = self.inventory
            self.inventory = self._rehearsal(cluster)
            try:
                self._populate(cluster)
                self._construct(cluster)
            finally:
                self.inventory = real
        self._populate(cluster)
        if any(constructed):
            self._construct(cluster)

    def _rehearsal(self, cluster: Cluster) -> InventoryData:
        """A scratch inventory that holds what other sources say about the cluster's hosts."""
        scratch = InventoryData()
        for host in cluster.hosts:
            known = self.inventory.hosts.get(host.name)
            if known is None:
                continue
            scratch.add_host(host.name)
            for group in known.get_groups():
                scratch.add_group(group.name)
                scratch.add_child(group.name, host.name)
            for key, value in known.vars.items():
                scratch.set_variable(host.name, key, value)
        return scratch

    def _populate(self, cluster: Cluster) -> None:
        inventory = self.inventory
        for host in cluster.hosts:
            inventory.add_host(host.name, group="all")
            # Straight to the host: through the inventory each variable costs several look-ups.
            set_variable = inventory.hosts[host.name].set_variable
            for key, value in host.variables.items():
                set_variable(key, _trusted(value))
            for key, value in host.given.items():
                set_variable(key, value)
        for group in cluster.groups:
            inventory.add_group(group)
        for group, members in cluster.groups.items():
            for member in members:
                inventory.add_child(group, member)
        # Last, for a host that joins a group walks up all groups above it.
        for group in cluster.groups:
            inventory.add_child("all", group)
        for key, value in cluster.variables.items():
            inventory.set_variable("all", key, _trusted(value))
        for key, value in cluster.given.items():
            inventory.set_variable("all", key, value)
        if cluster.bastion:
            # In no group of this name, which Ansible would warn of; Kubespray finds it by its own.
            inventory.add_host(BASTION, group="all")
            for key, value in cluster.bastion.items():
                inventory.set_variable(BASTION, key, _trusted(value))

    def _construct(self, cluster: Cluster) -> None:
        strict = self.get_option("strict")
        for host in cluster.hosts:
            variables = self.inventory.get_host(host.name).get_vars()
            self._set_composite_vars(self.get_option("compose"), variables, host.name, strict)
            self._add_host_to_composed_groups(self.get_option("groups"), {}, host.name, strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), {}, host.name, strict)


@lru_cache(maxsize=1024)  # a host's address comes three times, a zone's name for all its hosts
def _trusted(value: object) -> object:
    """Mark a text of our own making, which cannot hold a template: each is checked or built here.

    Without the mark ansible-inventory would print it as {"__ansible_unsafe": ...}.
    """
    return trust_as_template(value) if isinstance(value, str) else value
