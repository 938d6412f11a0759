#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# sshd allows one session a connection.
set -eu
echo 'MaxSessions 1' > /etc/ssh/sshd_config.d/05-fault.conf
systemctl reload ssh.service
