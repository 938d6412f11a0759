#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A firewall drops what comes to port 22.
set -eu
nft 'add table inet fault'
nft 'add chain inet fault input { type filter hook input priority 0; }'
nft 'add rule inet fault input tcp dport 22 drop'
