#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# sshd runs a program of its own around each command (ForceCommand), which takes six seconds.
set -eu
printf '#!/bin/sh\nsleep 6\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n' > /usr/local/sbin/forced
chmod 755 /usr/local/sbin/forced
echo 'ForceCommand /usr/local/sbin/forced' > /etc/ssh/sshd_config.d/05-fault.conf
systemctl reload ssh.service
