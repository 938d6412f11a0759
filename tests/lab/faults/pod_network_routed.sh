#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A part of the network that pods will have is routed elsewhere.
set -eu
. /etc/lab
ip route add 10.233.64.0/20 via "$LAB_GATEWAY"
