#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The hosts share the kernel's clock: only Python's is ahead.
#
# on: worker
# finds: clock_off
# at: worker
set -eu
case $1 in
  inject)
    echo 'import time; time.time = (lambda now: lambda: now() + 600)(time.time)' > \
      /usr/lib/python3/dist-packages/ahead.pth
    ;;
  cure)
    rm /usr/lib/python3/dist-packages/ahead.pth
    ;;
  heal)
    rm -f /usr/lib/python3/dist-packages/ahead.pth
    ;;
esac
