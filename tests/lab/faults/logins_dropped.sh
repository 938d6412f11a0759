#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# sshd lets one connection at a time log in (MaxStartups), and there is one: it drops all others.
set -eu
# Of several the last one counts, which is the image's.
sed -i '/^MaxStartups/d' /etc/ssh/sshd_config.d/10-lab.conf
printf 'MaxStartups 1:100:1\nLoginGraceTime 0\n' > /etc/ssh/sshd_config.d/05-fault.conf
systemctl restart ssh.service
systemd-run -q --unit=fault python3 -c '
import socket, time
connection = socket.create_connection(("127.0.0.1", 22))
connection.recv(4)
open("/run/held", "w").close()
time.sleep(86400)
'
until [ -e /run/held ]; do sleep 0.1; done
