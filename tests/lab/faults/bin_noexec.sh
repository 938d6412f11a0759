#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Where Kubespray puts its programs, nothing may be executed.
set -eu
mount -t tmpfs -o noexec tmpfs /usr/local/bin
