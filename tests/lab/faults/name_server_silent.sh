#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The name server never answers.
set -eu
. /etc/lab
# The lab drops what arrives at the gateway for port 53.
echo "nameserver $LAB_GATEWAY" > /etc/resolv.conf
