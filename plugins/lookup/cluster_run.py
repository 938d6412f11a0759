# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: cluster_run
short_description: Let a run in a cluster directory take the place of this one when it ends
version_added: 0.1.0
author:
  - The k8n maintainers (@k8n)
description:
  - Ansible reads its configuration, its inventory and the C(group_vars) beside that when it starts, and never again.
    So what has made a cluster directory cannot work with it. When this run has come to its end, C(site.yml) of the
    directory runs in its place, with all options of this run, with the directory's own C(ansible.cfg), and, where
    C(k8n.cluster.controller) has installed an Ansible there, with that one.
  - The process stays the same one, and so do its terminal and who waits for it. The exit status is that of C(site.yml).
  - It returns C(localhost), for the hosts of a play. Those are evaluated when the play starts, and not at all where an
    earlier play has failed.
  - It only returns that in check mode, and where it gets an empty text, as when Ansible lists the tasks.
options:
  _terms:
    description: The cluster directory.
    type: list
    elements: string
    required: true
"""

EXAMPLES = r"""
- name: The cluster, by the directory that was made above
  hosts: "{{ lookup('k8n.cluster.cluster_run', '/home/me/prod') }}"
  gather_facts: false
  tasks: []
"""

RETURN = r"""
_raw:
  description: Always C(localhost).
  type: list
  elements: string
"""

import atexit
import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible import context
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import up

display = Display()


class LookupModule(LookupBase):
    """Glue: this command line to plugin_utils/_cluster_dir/up, and what comes of it to the operating system."""

    def run(
        self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any
    ) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        options = context.CLIARGS
        for path in filter(None, terms):
            if not options.get("check"):
                command = up.command(
                    sys.argv,
                    options["args"],
                    Path(path),
                    become=bool(options.get("become")),
                    extra=load_extra_vars(self._loader),
                )
                # When the callbacks have had their say and closed their files.
                atexit.register(_take_over, command, os.getpid())
        return ["localhost"]


def _take_over(command: up.Command, pid: int) -> None:
    if os.getpid() != pid:
        return  # a task's process
    # Ansible does that at its end, which this process now does not come to.
    shutil.rmtree(C.DEFAULT_LOCAL_TMP, ignore_errors=True)
    sys.stdout.flush()
    sys.stderr.flush()
    for stream in (0, 1, 2):
        # From 2.19 on ansible-core keeps them from what it starts.
        with contextlib.suppress(OSError):
            os.set_inheritable(stream, True)
    try:
        os.execvpe(command.argv[0], command.argv, {**os.environ, **command.environment})
    except OSError as exc:
        display.error(
            f"{command.argv[0]} cannot be run: {exc.strerror}. Run: {' '.join(command.typed)}"
        )
        os._exit(1)
