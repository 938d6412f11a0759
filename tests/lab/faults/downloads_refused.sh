#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A firewall refuses the way to the server of the files that Kubespray downloads.
set -eu
nft 'add table inet fault'
nft 'add chain inet fault output { type filter hook output priority 0; }'
nft 'add rule inet fault output tcp dport 8080 reject with tcp reset'
