#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Where the data of etcd will lie, there is a small file system.
set -eu
mkdir -p /var/lib/etcd
mount -t tmpfs -o size=8m,mode=700 tmpfs /var/lib/etcd
