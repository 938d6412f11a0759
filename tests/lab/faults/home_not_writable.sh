#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The login's home belongs to root.
set -eu
rm -rf /home/server/.ansible
chown root:root /home/server
chmod 755 /home/server
