#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# sshd looks up the names of those who connect (UseDNS) at a name server that never answers.
set -eu
. /etc/lab
# The lab drops what arrives at the gateway for port 53.
echo "nameserver $LAB_GATEWAY" > /etc/resolv.conf
echo 'UseDNS yes' > /etc/ssh/sshd_config.d/05-fault.conf
systemctl restart ssh.service
