# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import packages
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Host,
    Skipped,
    Unknown,
)

WELL = {"dpkg": True, "users": [], "broken": [], "interrupted": False}
APT = {"pid": 812, "process": "apt-get", "seconds": 119, "what": "/var/lib/dpkg/lock"}
UPGRADE = {"pid": 40, "process": "unattended-upgr", "seconds": 840, "what": "an unattended upgrade"}


def judged(**found):
    return list(packages.judge({**WELL, **found}, Host("n1", frozenset())))


def test_well():
    assert judged() == []


def test_another_family():
    assert judged(dpkg=False, users=None, broken=None, interrupted=None) == [
        Skipped("apt_locked", "The host has no dpkg."),
        Skipped("packages_broken", "The host has no dpkg."),
    ]


def test_somebody_is_at_work():
    assert judged(users=[APT, UPGRADE], broken=["half"], interrupted=True) == [
        warn(
            "apt_locked",
            "Packages are being installed on this host: apt-get (pid 812, for 119 s: /var/lib/dpkg/lock), "
            "unattended-upgr (pid 40, for 14 min: an unattended upgrade); "
            "Ansible waits a minute for it and then fails.",
            "Wait until it has ended, or end it if it hangs.",
        ),
        Unknown("packages_broken", "Packages are being installed at this moment."),
    ]


def test_somebody_who_is_not_to_be_seen():
    hidden = {"pid": None, "process": None, "seconds": None, "what": "/var/lib/dpkg/lock"}
    ended = {**APT, "seconds": None}

    assert judged(users=[hidden, ended])[0]["message"] == (
        "Packages are being installed on this host: a process that is not to be seen from here (/var/lib/dpkg/lock), "
        "apt-get (pid 812: /var/lib/dpkg/lock); Ansible waits a minute for it and then fails."
    )


def test_not_known():
    assert judged(users=None, broken=None) == [
        Unknown("apt_locked", "Only root may ask who has dpkg's locks."),
        Unknown("packages_broken", "dpkg's list of packages could not be read."),
    ]


def test_interrupted():
    assert judged(interrupted=True, broken=["half"]) == [
        block(
            "packages_broken",
            "dpkg was interrupted in the middle of its work; apt refuses to install anything until that is fixed.",
            "Run on the host: dpkg --configure -a.",
        )
    ]


def test_broken():
    assert judged(broken=["postfix", "torn"]) == [
        block(
            "packages_broken",
            "Packages are only half installed: postfix, torn; "
            "apt tries them again with each installation, and fails with them.",
            "Run on the host: dpkg --configure -a && apt-get install --fix-broken; remove a package that fails again "
            "with: dpkg --purge --force-remove-reinstreq PACKAGE.",
        )
    ]
