#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The default locale is not installed.
set -eu
echo 'LANG=de_DE.UTF-8' > /etc/default/locale
