# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._host import security

UBUNTU = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nNAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n'
ALMA = (
    'NAME="AlmaLinux"\nID="almalinux"\nID_LIKE="rhel centos fedora"\nPLATFORM_ID="platform:el9"\n'
)


def write(root, **texts):
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_ubuntu(tmp_path):
    write(
        tmp_path,
        **{
            "sys/module/apparmor/parameters/enabled": "Y\n",
            "usr/sbin/apparmor_parser": "",
            "etc/os-release": UBUNTU,
        },
    )

    assert security.collect({}, tmp_path) == {
        "selinux": "disabled",
        "apparmor": True,
        "apparmor_parser": True,
        "family": ["ubuntu", "debian"],
    }


@pytest.mark.parametrize(("enforce", "mode"), [("1", "enforcing"), ("0", "permissive")])
def test_alma(tmp_path, enforce, mode):
    write(tmp_path, **{"sys/fs/selinux/enforce": enforce, "etc/os-release": ALMA})
    (tmp_path / "sys/module").mkdir()

    assert security.collect({}, tmp_path) == {
        "selinux": mode,
        "apparmor": False,
        "apparmor_parser": False,
        "family": ["almalinux", "rhel", "centos", "fedora"],
    }


def test_switched_off_and_not_known(tmp_path):
    assert security.collect({}, tmp_path)["apparmor"] is None

    write(tmp_path, **{"sys/module/apparmor/parameters/enabled": "N\n"})
    assert security.collect({}, tmp_path)["apparmor"] is False
