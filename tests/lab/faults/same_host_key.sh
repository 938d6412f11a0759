#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A clone: the SSH host key of another host.
set -eu
# An Ed25519 key whose secret is a sentence of 32 letters.
{ printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'; printf 'every clone shares this same key'; } |
  openssl pkey -inform DER -outform PEM -out /etc/ssh/ssh_host_ed25519_key
ssh-keygen -y -f /etc/ssh/ssh_host_ed25519_key > /etc/ssh/ssh_host_ed25519_key.pub
systemctl restart ssh.service
