#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# There is no Python on the host.
set -eu
packages=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 'python3*' 'libpython3*' | awk '/^ii/ { print $2 }')
# shellcheck disable=SC2086  # a list of names, one word each
lab-archive $packages
# shellcheck disable=SC2086
apt-get -qy purge $packages > /dev/null
