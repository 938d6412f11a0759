# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which versions of Kubernetes a Kubespray has, and which of them is meant by one that it has not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

_PROGRAMS = ("kubeadm", "kubelet", "kubectl")
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*")


class Kubernetes(NamedTuple):
    """The version that is wanted, and those that this Kubespray has for any machine, lowest first."""

    kubespray: str
    wanted: str | None
    known: tuple[str, ...]

    @property
    def missing(self) -> bool:
        """Whether it is known that this Kubespray has not the wanted one."""
        return bool(self.known) and self.wanted is not None and self.wanted not in self.known

    @property
    def sentence(self) -> str:
        """What is wrong, where it is missing."""
        return (
            f"kube_version is {self.wanted!r}, and Kubespray {self.kubespray} has no kubeadm, kubelet and kubectl of "
            f"it; it has {self.said}."
        )

    @property
    def said(self) -> str:
        """The known ones in short."""
        return " to ".join(dict.fromkeys((self.known[0], self.known[-1])))


def read(kubespray: str, wanted: str | None, raw: Callable[[str], Any]) -> Kubernetes:
    """The versions for which there is a checksum of each program; raw gives a variable as it is written."""
    found: set[str] | None = None
    for program in _PROGRAMS:
        listed = raw(f"{program}_checksums")
        of_machines = listed.values() if isinstance(listed, Mapping) else ()
        its = {
            str(version) for each in of_machines if isinstance(each, Mapping) for version in each
        }
        found = its if found is None else found & its
    return Kubernetes(kubespray, wanted, tuple(sorted(found or (), key=_order)))


def _order(version: str) -> tuple[list[int], str]:
    return [int(part) for part in re.findall(r"[0-9]+", version)], version


def cure(found: Kubernetes) -> str:
    """What to write in place of a version that is not known."""
    wanted = str(found.wanted)
    bare = _NUMBERS.search(wanted)
    if bare and bare[0] in found.known:
        return f"Write kube_version: {bare[0]}, without anything before or after the numbers."
    # The newest of the same minor release.
    same = [each for each in found.known if bare and _order(each)[0][:2] == _order(bare[0])[0][:2]]
    if same:
        return f"Set kube_version: {same[-1]}, or take a Kubespray that has {wanted}."
    return (
        f"Set kube_version: {found.known[-1]}, or take it out (each Kubespray has its own), or take a Kubespray that "
        f"has {wanted}."
    )
