#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Programs print garbage, megabytes of it, or never end.
set -eu
for program in ip nft; do
  path=$(readlink -f "$(command -v $program)")
  mv "$path" "$path.true"
  printf '#!/bin/sh\nprintf "\\033]0;owned\\007<img src=x onerror=alert(1)>\\377\\376"\nhead -c 20m /dev/urandom\n' > "$path"
  chmod 755 "$path"
done
for program in ss timedatectl systemctl apparmor_parser dpkg; do
  path=$(readlink -f "$(command -v $program)")
  mv "$path" "$path.true"
  printf '#!/bin/sh\nexec sleep infinity\n' > "$path"
  chmod 755 "$path"
done
