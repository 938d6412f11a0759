#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Another program than systemd has started the host.
set -eu
echo runit > /run/comm
mount --bind /run/comm /proc/1/comm
mount -t tmpfs -o mode=755 tmpfs /run/systemd
