#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A clone: the name of another host.
set -eu
echo clone > /etc/hostname
hostname clone
echo '127.0.1.1 clone' >> /etc/hosts
