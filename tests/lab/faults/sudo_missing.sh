#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# There is no sudo on the host.
set -eu
lab-archive sudo
apt-get -qy remove sudo > /dev/null
