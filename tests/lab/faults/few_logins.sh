#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# sshd takes on one login at a time and drops all others.
set -eu
echo 'MaxStartups 1:100:1' > /etc/ssh/sshd_config.d/05-fault.conf
systemctl reload ssh.service
