#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The machine has one CPU.
set -eu
echo 0 > /run/cpus
mount --bind /run/cpus /sys/devices/system/cpu/online
