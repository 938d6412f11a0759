#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# No sshd listens.
set -eu
systemctl stop ssh.socket ssh.service
