#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Nobody listens where the name server should be.
set -eu
echo 'nameserver 127.0.0.9' > /etc/resolv.conf
