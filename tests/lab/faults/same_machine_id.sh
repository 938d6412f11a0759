#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A clone: the machine-id of another host.
set -eu
echo 5d4f5a1b2c3d4e5f60718293a4b5c6d7 > /etc/machine-id
