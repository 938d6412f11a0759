# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Judge what was found on a host, and say beforehand what is to be found out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from ..._text.outside import printable
from ..model import Check, Finding, Host, Judged, Skipped, Unknown
from ..reasons import NOT_RUN
from . import (
    clock,
    downloads,
    etcd_disk,
    firewall,
    kernel,
    kubeadm,
    names,
    network,
    packages,
    ports,
    remains,
    security,
    storage,
    system,
)
from .answer import Answer


class Judge(Protocol):
    """A module that judges one subject. THRESHOLDS maps names, which end in the unit, to defaults.

    Its function wants(host), if it has one, says what the collector of the same name in module_utils/_host is told.
    """

    @property
    def CHECKS(self) -> tuple[Check, ...]:
        """All that it checks."""

    @property
    def THRESHOLDS(self) -> Mapping[str, float]:
        """What a user may set otherwise."""

    def judge(self, found: Mapping[str, Any], host: Host, /) -> Iterator[Finding]:
        """found is what the collector returned, with root and container of answer.Answer.

        Its kubeadm is what that collector found, for whom kubeadm's own checks matter.
        """


# By the name of their collector.
JUDGES: dict[str, Judge] = {
    "clock": clock,
    "downloads": downloads,
    "etcd_disk": etcd_disk,
    "firewall": firewall,
    "kernel": kernel,
    "kubeadm": kubeadm,
    "names": names,
    "network": network,
    "packages": packages,
    "ports": ports,
    "remains": remains,
    "security": security,
    "storage": storage,
    "system": system,
}


def wants(host: Host, off: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    """All that the collectors are to be told of this host.

    off are the ids of checks that are switched off: a collector that only they need has nothing to do.
    """
    left_out = [
        name for name, module in JUDGES.items() if {check.id for check in module.CHECKS} <= off
    ]
    told: dict[str, Any] = {"etcd_member": host.is_etcd_member, "left_out": left_out}
    for module in JUDGES.values():
        if asks := getattr(module, "wants", None):
            told.update(asks(host))
    return told


def judge(answer: Answer | None, host: Host) -> Judged:
    """Every check of JUDGES. answer is what the host's process said; None where no module ran."""
    judged = Judged()
    for name, module in JUDGES.items():
        found, reason = _subject(answer, name)
        if found is None:
            findings: list[Finding] = [Unknown(check.id, reason) for check in module.CHECKS]
        else:
            try:
                findings = list(module.judge(found, host))
            except Exception as exc:  # what a host made up is no reason to end
                said = f"What the host said of it makes no sense ({type(exc).__name__})."
                findings = [Unknown(check.id, said) for check in module.CHECKS]
        judged.add(module.CHECKS, map(_shown, findings))
    return judged


def _subject(answer: Answer | None, name: str) -> tuple[dict[str, Any] | None, str]:
    """What was found of one subject, or None and why not."""
    if answer is None:
        return None, NOT_RUN
    subject = answer.found.get(name)
    if subject is not None:
        common = {"root": answer.root, "container": answer.container}
        return {**subject, **common, "kubeadm": answer.found.get("kubeadm")}, ""
    said = answer.failed.get(name) or answer.failed.get("") or "nothing was returned"
    return None, f"It could not be found out on the host: {said.rstrip('.')}."


def _shown(finding: Finding) -> Finding:
    """The same, fit to be shown whatever the host put into it."""
    if isinstance(finding, (Unknown, Skipped)):
        return finding._replace(reason=printable(finding.reason))
    message, fix = printable(finding["message"]), printable(finding["fix"])
    return {"id": finding["id"], "severity": finding["severity"], "message": message, "fix": fix}
