#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The machine has 512 MiB of memory.
set -eu
sed 's/^MemTotal:.*/MemTotal:         524288 kB/' /proc/meminfo > /run/meminfo
mount --bind /run/meminfo /proc/meminfo
