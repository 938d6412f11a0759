# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""How Ansible calls an operating system, which is how Kubespray lists those that it knows."""

from __future__ import annotations

# From ID in /etc/os-release to what the fact ansible_distribution may be, see ansible-core's
# module_utils/facts/system/distribution.py.
_NAMES = {
    "almalinux": ("AlmaLinux",),
    "alpine": ("Alpine",),
    "altlinux": ("Altlinux",),
    "amzn": ("Amazon",),
    "arch": ("Archlinux",),
    "centos": ("CentOS",),
    "clear-linux-os": ("ClearLinux", "Clear Linux OS"),
    "debian": ("Debian",),
    "devuan": ("Devuan",),
    "fedora": ("Fedora",),
    "flatcar": ("Flatcar", "Flatcar Container Linux by Kinvolk"),
    "gentoo": ("Gentoo",),
    "kali": ("Kali",),
    "kylin": ("Kylin Linux Advanced Server",),
    "linuxmint": ("Linux Mint",),
    "nixos": ("NixOS",),
    "ol": ("OracleLinux",),
    "openEuler": ("openEuler",),
    "opensuse-leap": ("openSUSE Leap",),
    "opensuse-tumbleweed": ("openSUSE Tumbleweed",),
    "pop": ("Pop!_OS",),
    "raspbian": ("Debian",),
    "rhel": ("RedHat",),
    "rocky": ("Rocky",),
    "sle_hpc": ("SLES", "Suse"),
    "sles": ("SLES", "Suse"),
    "ubuntu": ("Ubuntu",),
    "uos": ("UnionTech", "UniontechOS"),
    "uniontech": ("UnionTech", "UniontechOS"),
}


def ansible_names(os_id: str) -> tuple[str, ...]:
    """The names for an ID of /etc/os-release, none where it is not known."""
    return _NAMES.get(os_id, ())
