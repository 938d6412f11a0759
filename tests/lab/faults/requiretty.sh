#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# sudo refuses to run without a terminal.
set -eu
echo 'Defaults requiretty' > /etc/sudoers.d/80-requiretty
chmod 440 /etc/sudoers.d/80-requiretty
