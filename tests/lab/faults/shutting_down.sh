#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The host is about to shut down: it lets in nobody but root.
set -eu
systemctl stop systemd-user-sessions.service
[ -e /run/nologin ]
