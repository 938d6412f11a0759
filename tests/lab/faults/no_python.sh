#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# There is no Python on the host.
set -eu
for python in /usr/bin/python3*; do mv "$python" "/root/$(basename "$python")"; done
