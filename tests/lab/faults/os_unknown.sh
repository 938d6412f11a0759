#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# An operating system that Kubespray does not know.
set -eu
rm /etc/os-release
printf 'ID=plan9\nNAME="Plan 9"\nPRETTY_NAME="Plan 9"\nVERSION_ID="4"\n' > /etc/os-release
rm -f /etc/debian_version
