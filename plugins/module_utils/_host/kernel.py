# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which modules the running kernel has, or could load, and with which options it was built."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Mapping

from .files import text

_MOST_INDEX = 2**22
_OPTION = re.compile(r"^CONFIG_(\w+)=(.*)$", re.MULTILINE)


def collect(
    wants: Mapping[str, Any], root: Path = Path("/"), release: str | None = None
) -> dict[str, Any]:
    """modules: of each that wants names "loaded", "builtin", "loadable" or None.

    loads: whether this kernel loads modules at all; tree: whether there are any for it. config: the file that says
    with which options it was built, None where there is none; options: of each that wants names "y", "m", another
    value, or None where it was left out. root is where the host's files lie, release the kernel's version.
    """
    release = release or os.uname().release
    folder = root / "lib/modules" / release
    loaded = text(root / "proc/modules", _MOST_INDEX)
    names = {each.split(" ", 1)[0] for each in (loaded or "").splitlines()}
    builtin = text(folder / "modules.builtin", _MOST_INDEX) or ""
    loadable = text(folder / "modules.dep", _MOST_INDEX) or ""
    found: dict[str, str | None] = {}
    for name in wants.get("modules") or ():
        plain = _plain(name)
        if plain in names:
            found[name] = "loaded"
        # A module of a kernel has a folder there as soon as it works, wherever it came from.
        elif (root / "sys/module" / plain).is_dir() or _lists(builtin, plain):
            found[name] = "builtin"
        else:
            found[name] = "loadable" if _lists(loadable, plain) else None
    config, options = _options(root, release)
    return {
        "modules": found,
        "loads": loaded is not None,
        "tree": bool(loadable),
        "config": config,
        "options": {name: options.get(name) for name in wants.get("options") or ()},
    }


def _options(root: Path, release: str) -> tuple[str | None, dict[str, str]]:
    """The file with the kernel's options, and all of them without CONFIG_."""
    # Where kubeadm looks for them, in its order.
    for path in (
        "proc/config.gz",
        f"boot/config-{release}",
        f"usr/src/linux-{release}/.config",
        "usr/src/linux/.config",
        f"usr/lib/modules/{release}/config",
        f"usr/lib/ostree-boot/config-{release}",
        f"usr/lib/kernel/config-{release}",
        f"usr/src/linux-headers-{release}/.config",
        f"lib/modules/{release}/build/.config",
        f"lib/modules/{release}/config",
    ):
        content = (_unzipped if path.endswith(".gz") else text)(root / path, _MOST_INDEX)
        if content:
            return f"/{path}", dict(_OPTION.findall(content))
    return None, {}


def _unzipped(path: Path, most: int) -> str | None:
    # Only here, since it takes a while to load.
    import gzip
    import zlib

    try:
        with gzip.open(str(path)) as file:
            return file.read(most).decode("ascii", "replace")
    except (OSError, EOFError, zlib.error):
        return None


def _plain(name: str) -> str:
    """The kernel knows no difference between - and _ in a name, files do."""
    return name.replace("-", "_")


def _lists(index: str, name: str) -> bool:
    """Whether a list of files such as kernel/net/bridge/br_netfilter.ko.xz has a module."""
    return f"/{name}.ko" in index or f"/{name.replace('_', '-')}.ko" in index
