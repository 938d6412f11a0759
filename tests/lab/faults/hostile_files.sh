#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# What a host says of itself is markup and commands for a terminal.
set -eu
python3 - <<'PY'
import socket
evil = "</script><img src=x onerror=alert(1)>\x1b]0;owned\x07\x1b[31m"
socket.sethostname(evil[:64])
with open("/etc/hostname", "w") as name:
    name.write(evil + "\n")
import os
os.unlink("/etc/os-release")
with open("/etc/os-release", "wb") as release:
    release.write(b'ID="' + evil.encode() + b'\xff\xfe"\nVERSION_ID="' + evil.encode() + b'"\nNAME=' + b"A" * 5_000_000)
with open("/etc/machine-id", "w") as machine:
    machine.write(evil)
with open("/etc/resolv.conf", "a") as resolver:
    resolver.write("nameserver " + evil + "\n")
PY
