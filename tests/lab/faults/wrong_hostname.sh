#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The host carries another name than the inventory, which its hosts file knows.
set -eu
echo old-server > /etc/hostname
hostname old-server
echo "127.0.1.1 old-server" >> /etc/hosts
