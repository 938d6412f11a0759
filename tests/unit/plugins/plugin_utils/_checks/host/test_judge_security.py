# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import security
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import (
    Host,
    Skipped,
    Unknown,
)

DEBIAN, ALMA, AMAZON = (
    ["ubuntu", "debian"],
    ["almalinux", "rhel", "centos", "fedora"],
    ["amzn", "fedora"],
)
NO_APPARMOR = Skipped("apparmor_missing", "The host's kernel does not have AppArmor on.")


def judged(settings=None, **found):
    values = {"selinux": "disabled", "apparmor": False, "apparmor_parser": False, "family": DEBIAN}
    return list(
        security.judge({**values, **found}, Host("n1", frozenset(), settings=settings or {}))
    )


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, {"selinux": "permissive", "family": AMAZON}),
        # Kubespray makes it permissive.
        ({"selinux_state": "permissive", "container_manager": "containerd"}, {"selinux": "enforcing", "family": ALMA}),
        # Kubespray makes CRI-O's settings fit.
        ({"selinux_state": "enforcing", "container_manager": "crio"}, {"selinux": "enforcing", "family": ALMA}),
    ],
)  # fmt: skip
def test_selinux_that_is_well(settings, found):
    assert judged(settings, **found) == [NO_APPARMOR]


def test_selinux_that_kubespray_leaves_alone():
    for family in (AMAZON, DEBIAN):
        assert judged({"selinux_state": "permissive"}, selinux="enforcing", family=family)[
            0
        ] == warn(
            "selinux_enforcing",
            "SELinux is enforcing, and on this distribution Kubespray leaves it so.",
            "Run on the host: setenforce 0, and set SELINUX=permissive in /etc/selinux/config.",
        )


def test_selinux_that_the_settings_keep():
    settings = {"selinux_state": "enforcing", "container_manager": "containerd"}

    assert judged(settings, selinux="enforcing", family=ALMA)[0] == warn(
        "selinux_enforcing",
        "SELinux is enforcing and preinstall_selinux_state keeps it so, while Kubespray's containerd "
        "labels no containers unless containerd_enable_selinux is set.",
        "Set containerd_enable_selinux: true, or preinstall_selinux_state: permissive.",
    )


def test_settings_that_are_not_known():
    assert judged({}, selinux="enforcing", family=ALMA)[0] == Unknown(
        "selinux_enforcing",
        "SELinux is enforcing, and preinstall_selinux_state of Kubespray is not known.",
    )


def test_apparmor():
    assert judged(apparmor=True, apparmor_parser=True, family=["arch"]) == []
    # Kubespray installs it there.
    assert judged(apparmor=True) == []
    assert judged(apparmor=None) == [
        Unknown("apparmor_missing", "The host's /sys does not say whether AppArmor is on.")
    ]
    assert judged(apparmor=True, family=["arch"]) == [
        warn(
            "apparmor_missing",
            "The kernel has AppArmor on, but there is no apparmor_parser: "
            "containerd cannot load the profile that containers run with.",
            "Install the distribution's package with apparmor_parser (apparmor or apparmor-parser).",
        )
    ]
