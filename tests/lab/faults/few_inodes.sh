#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Where images and containers will lie, no more files can be made.
set -eu
mkdir -p /var/lib/containerd
mount -t tmpfs -o size=100g,nr_inodes=50,mode=700 tmpfs /var/lib/containerd
number=0
while touch "/var/lib/containerd/$number" 2> /dev/null; do number=$((number + 1)); done
