#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# /etc is mounted read-only.
set -eu
cp -a /etc /run/kept
mount -t tmpfs -o mode=755 tmpfs /etc
cp -a /run/kept/. /etc
mount -o remount,ro /etc
