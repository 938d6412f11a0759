#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Nothing may be executed below /tmp.
set -eu
mount -t tmpfs -o noexec,mode=1777 tmpfs /tmp
