#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# /etc is mounted read-only.
set -eu
mount --bind /etc /etc
mount -o remount,ro,bind /etc
