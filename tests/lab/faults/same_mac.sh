#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A clone: the hardware address of another host.
set -eu
. /etc/lab
ip link set eth0 down
ip link set eth0 address 02:00:00:0c:10:0e
ip link set eth0 up
ip route replace default via "$LAB_GATEWAY"
