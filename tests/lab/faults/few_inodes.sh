#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Where images and containers will lie, there is room for a hundred files.
set -eu
mkdir -p /var/lib/containerd
mount -t tmpfs -o size=100g,nr_inodes=100,mode=700 tmpfs /var/lib/containerd
