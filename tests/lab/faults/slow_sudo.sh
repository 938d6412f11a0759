#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The host was renamed, its hosts file does not know the new name and its name server is silent: 20 s a sudo.
set -eu
. /etc/lab
echo renamed-server > /etc/hostname
hostname renamed-server
echo "127.0.0.1 localhost" > /etc/hosts
# The lab drops what arrives at the gateway for port 53.
echo "nameserver $LAB_GATEWAY" > /etc/resolv.conf
