#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Packets of more than 1400 bytes vanish on their way to this host, without a word.
set -eu
nft 'add table inet fault'
nft 'add chain inet fault input { type filter hook input priority -200; }'
nft 'add rule inet fault input meta l4proto udp meta length > 1400 drop'
