#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The login shell refuses every command.
set -eu
usermod -s /usr/sbin/nologin server
