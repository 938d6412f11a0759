# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""What Ansible's own settings should be for a cluster: the one home of what is written for it and what is checked."""

from __future__ import annotations

# Ansible's main process has so many files open for each worker (ansible-core 2.18, 10 and 40 workers), and a few more.
FILES_PER_FORK = 4
FILES_BESIDE = 40
# A worker process of Ansible with Kubespray's variables in it.
MEMORY_PER_FORK_MB = 100
# Beyond this the workers of one core only wait for each other: a module's start costs the control node's CPU time.
FORKS_PER_CORE = 10
# Ansible's own default; fewer help nobody.
LEAST_FORKS = 5

# Ansible's default, with 2 s more for sudo, is less than a sudo that waits for one silent name server (20 s).
TIMEOUT_SECONDS = 60
LEAST_TIMEOUT_SECONDS = 30

# kubeadm alone may take its own 300 s, and pulling all images longer.
LEAST_TASK_TIMEOUT_SECONDS = 900

# As long as Kubespray's own ansible.cfg keeps a connection open.
CONTROL_PERSIST = "30m"
# A Unix socket's path; ssh adds a random suffix of 17 characters while it makes one.
LONGEST_CONTROL_PATH = 108 - 1 - 17


def forks(hosts: int, cores: int, memory_mb: int) -> int:
    """How many workers serve that many hosts well from a control node of that size; memory_mb is all it has, in MiB.

    Half of the memory is left to everything else.
    """
    by_memory = memory_mb // 2 // MEMORY_PER_FORK_MB
    return max(min(hosts, cores * FORKS_PER_CORE, by_memory), min(LEAST_FORKS, max(hosts, 1)))
