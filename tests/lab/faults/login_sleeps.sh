#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Each login takes eleven seconds.
set -eu
sed -i '1i session required pam_exec.so type=open_session /bin/sleep 11' /etc/pam.d/sshd
