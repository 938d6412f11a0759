#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The line of the host's name in its hosts file begins with the name of another host.
set -eu
name=$(cat /etc/hostname)
# Rewritten in place: the file may be a mount.
text=$(sed "s/ $name\$/ first.example.org $name/" /etc/hosts)
printf '%s\n' "$text" > /etc/hosts
