#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# sudo asks the login for its password ("server").
set -eu
rm -f /etc/sudoers.d/90-server
