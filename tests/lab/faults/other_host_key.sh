#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The host shows another key than the one that known_hosts was made from.
set -eu
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/fault_key
echo 'HostKey /etc/ssh/fault_key' > /etc/ssh/sshd_config.d/05-fault.conf
systemctl reload ssh.service
