# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what the inventory's etcd members survive, and which placement would survive more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible.refused import RefusedError
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import waiver_variable
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import waivers as _waivers
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.etcd import (
    members as _quorum_check,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.listed import OF_QUORUM
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Judged
from ansible_collections.k8n.cluster.plugins.plugin_utils._controller_action import (
    ControllerAction,
    say,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import groups as _groups
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import quorum as _quorum
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory import roles
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.options import SUFFIXES


class ActionModule(ControllerAction):
    """Glue: the inventory to plugin_utils/_inventory/quorum."""

    spec: ClassVar = {
        "members": {"type": "list", "elements": "str"},
        "zones": {"type": "dict", "default": {}},
    }

    def act(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        groups, hostvars = task_vars["groups"], task_vars["hostvars"]
        heads = groups.get(roles.CONTROL_PLANE, ())
        by_kubeadm = bool(heads) and roles.etcd_by_kubeadm(hostvars[heads[0]])
        members = arguments["members"] or roles.etcd_members(groups, hostvars)
        strangers = [host for host in members if host not in groups["all"]]
        if strangers or not members:
            text = f"no hosts of the inventory: {', '.join(strangers)}" if strangers else "none"
            raise RefusedError("", f"The etcd members are {text}.")
        hosts = [*_groups.hosts(groups, _groups.NODE_GROUPS), *members]
        zones = {
            host: str(arguments["zones"].get(host) or _quorum.zone_of(hostvars[host]))
            for host in hosts
        }
        explained, wrong = self._explained(members, task_vars)
        quorum = _quorum.Quorum(tuple(members), zones)
        best = None
        if quorum.doubtful:
            # One that is localhost is no place for a member, which is a finding of its own.
            candidates = {
                host: zone for host, zone in zones.items() if host in members or host != "localhost"
            }
            best = _quorum.propose(quorum, candidates, heads)
        option = "control_plane" if by_kubeadm else "etcd"
        paste = _quorum.line(option, best.members) if best else None
        by_list = str(hostvars[members[0]].get("inventory_file") or "").endswith(SUFFIXES)
        group = roles.CONTROL_PLANE if by_kubeadm else roles.ETCD
        cure = (
            _quorum_check.placed(option, best.members, None if by_list else group) if best else None
        )
        # Of others than the inventory's members there is nothing to keep.
        pin = None if arguments["members"] else hostvars[members[0]].get("k8n_etcd_pin")
        judged = Judged()
        judged.add(
            OF_QUORUM,
            _quorum_check.check(quorum, best, cure, explained is not None, wrong, pin, by_list),
        )
        say(_quorum_check.summary(quorum, explained))
        if by_kubeadm and not arguments["members"]:
            say(_quorum.by_kubeadm(members, groups.get(roles.ETCD, ())))
        return {
            "members": list(members),
            "majority": quorum.majority,
            "losses": quorum.losses,
            "zones": [{"zone": zone, **_shown(each)} for zone, each in quorum.zones.items()],
            "pairs": [_shown(each) for each in quorum.pairs],
            "even": _quorum.explain_even(len(members)) if quorum.even else None,
            "best": paste,
            **judged.as_result(),
        }

    def _explained(
        self, members: list[str], task_vars: Mapping[str, Any]
    ) -> tuple[_waivers.Waiver | None, list[str]]:
        """Whose word an even number is, if anybody's; and what is wrong with the waivers."""
        waivers, wrong = waiver_variable.read(self._loader, self._templar, task_vars)
        waivers += waiver_variable.by_inventory(members, task_vars["hostvars"])
        first = task_vars["inventory_hostname"]
        waivers += waiver_variable.by_levels(self, [first], task_vars)[0]
        return _waivers.of_even_etcd(waivers), wrong


def _shown(outcome: _quorum.Outcome) -> dict[str, Any]:
    return {
        "members": list(outcome.members),
        "if_lost": outcome.if_lost,
        "if_cut_off": outcome.if_cut_off,
    }
