#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Files below /proc cannot be read.
set -eu
for name in meminfo swaps cpuinfo mounts net/tcp net/tcp6 net/udp net/udp6 net/route modules cmdline; do
  if [ -e /proc/$name ]; then mount --bind /dev/full "/proc/$name" 2> /dev/null || true; fi
done
mount -t tmpfs -o ro tmpfs /sys/class 2> /dev/null || true
