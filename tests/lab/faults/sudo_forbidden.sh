#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A sudoers file lets the login run one program only.
set -eu
gpasswd -d server sudo
echo 'server ALL=(root) NOPASSWD: /usr/bin/id' > /etc/sudoers.d/90-server
