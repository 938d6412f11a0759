#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A program holds the lock of the package manager.
set -eu
cat > /usr/local/sbin/hold-lock <<'PY'
import fcntl, time
lock = open("/var/lib/dpkg/lock-frontend", "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
open("/run/lock-held", "w").close()
time.sleep(86400)
PY
systemd-run -q --unit=fault python3 /usr/local/sbin/hold-lock
until [ -e /run/lock-held ]; do sleep 0.1; done
