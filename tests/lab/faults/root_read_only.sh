#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The root file system is mounted read-only, as after an error of the disk.
set -eu
mount -o remount,ro,bind /
