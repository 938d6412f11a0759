#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# An operating system that Kubespray does not know.
set -eu
rm /etc/os-release
printf 'ID=alpine\nNAME="Alpine Linux"\nPRETTY_NAME="Alpine Linux"\nVERSION_ID="3.22"\n' > /etc/os-release
rm -f /etc/debian_version
