# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Settings of the user that Kubespray takes as they are written and cannot use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.k8n.cluster.plugins.module_utils._problems import Problem, block, warn

from ..._kubespray import versions
from ..._kubespray.settings import images, unread
from ..model import INVENTORY, Check, Finding, Judged, Stage, Unknown
from ..reasons import NO_SETTINGS

CHECKS: tuple[Check, ...] = (
    Check(
        "registry_invalid",
        "registries and images have names that a host can ask for",
        "block",
        Stage.INVENTORY,
        INVENTORY,
    ),
    Check(
        "kube_version_unknown",
        "Kubespray has the wanted Kubernetes",
        "block",
        Stage.INVENTORY,
        INVENTORY,
        kubespray=("download_file_check_if_requested_kubernetes_are_supported",),
        formerly=("kube_version_known",),
    ),
    Check(
        "download_url_invalid",
        "what is downloaded has an address",
        "block",
        Stage.INVENTORY,
        INVENTORY,
    ),
    Check(
        "variable_unread",
        "Kubespray reads the variables meant for it",
        "warn",
        Stage.INVENTORY,
        INVENTORY,
    ),
)
THRESHOLDS: dict[str, float] = {}
_MOST = 5


def judge(
    wrong_images: Sequence[images.Wrong],
    wrong_urls: Mapping[str, str],
    kubernetes: versions.Kubernetes,
    mirrors: str = "",
    nobody_reads: Sequence[unread.Unread] | Unknown = (),
) -> Judged:
    """wrong_urls maps a variable that names a download to its value, which is no address.

    mirrors says what is wrong with the form of containerd_registries_mirrors; nobody_reads are variables that have no
    effect, or why that is not known.
    """
    judged = Judged()
    judged.add(
        CHECKS,
        [
            *_images(wrong_images),
            *_mirrors(mirrors),
            *_urls(wrong_urls),
            *_kubernetes(kubernetes),
            *([nobody_reads] if isinstance(nobody_reads, Unknown) else _unread(nobody_reads)),
        ],
    )
    return judged


def unknown(reason: str) -> Judged:
    """Where the settings could not be looked at."""
    judged = Judged()
    judged.add(CHECKS, [Unknown(check.id, reason) for check in CHECKS])
    return judged


def _kubernetes(found: versions.Kubernetes) -> Iterator[Finding]:
    if found.wanted is None or not found.known:
        yield Unknown("kube_version_unknown", NO_SETTINGS)
    elif found.missing:
        yield block("kube_version_unknown", found.sentence, versions.cure(found))


def _images(wrong: Sequence[images.Wrong]) -> Iterator[Problem]:
    for each in wrong:
        better = f", here {each.variable}: {each.name}" if each.name else ""
        yield block(
            "registry_invalid",
            f"{each.variable} is {each.value!r}, with which an image's name begins; such a name is no URL and has no "
            "slash at its end.",
            f"Write host[:port][/path], without http:// and in small letters{better}. A registry without TLS goes into "
            "containerd_registries_mirrors, whose mirrors have a host with http://.",
        )


def _mirrors(wrong: str) -> Iterator[Problem]:
    if wrong:
        yield block(
            "registry_invalid",
            f"{wrong}, and Kubespray ends where it writes containerd's configuration.",
            "Write a list of this form: [{prefix: docker.io, mirrors: [{host: 'http://10.0.0.1:5000', capabilities: "
            "[pull, resolve], skip_verify: true}]}].",
        )


def _urls(wrong: Mapping[str, str]) -> Iterator[Problem]:
    for variable, value in list(wrong.items())[:_MOST]:
        yield block(
            "download_url_invalid",
            f"{variable} is {value!r}, which is not an address to download from.",
            f"Begin it with http:// or https://, also in files_repo where {variable} is made of that.",
        )


def _unread(variables: Sequence[unread.Unread]) -> Iterator[Problem]:
    for each in variables[:_MOST]:
        where = f" ({', '.join(each.places[:_MOST])})" if each.places else ""
        fix = (
            f"Write {each.meant}, if that is what is meant; else remove it."
            if each.meant
            else "Remove it, or look for its new name in Kubespray's sample group_vars."
        )
        yield warn(
            "variable_unread",
            f"{each.name}{where} is set, and nothing in this Kubespray reads it: it has no effect.",
            f"{fix} If it is a variable of your own plays: k8n_checks: {{variable_unread: 'off'}}.",
        )
    if len(variables) > _MOST:
        more = variables[_MOST:]
        yield warn(
            "variable_unread",
            f"{len(more)} more are not read either: {', '.join(each.name for each in more)}.",
            "Do the same with these.",
        )
