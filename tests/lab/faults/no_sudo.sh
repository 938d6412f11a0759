#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The login is in no sudo group and no sudoers file names it.
set -eu
rm -f /etc/sudoers.d/90-server
gpasswd -d server sudo
