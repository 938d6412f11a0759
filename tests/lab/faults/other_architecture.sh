#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The machine is an i686, which Kubernetes does not run on.
set -eu
mkdir -p /etc/systemd/system/ssh.service.d
printf '[Service]\nPersonality=x86\n' > /etc/systemd/system/ssh.service.d/fault.conf
systemctl daemon-reload
systemctl restart ssh.service
