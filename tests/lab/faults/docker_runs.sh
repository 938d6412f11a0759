#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A Docker is installed and runs.
set -eu
mkdir -p /var/lib/docker/overlay2 /etc/docker
cp /bin/sleep /usr/bin/dockerd
printf '#!/bin/sh\n' > /usr/bin/docker
chmod 755 /usr/bin/docker
printf '[Service]\nExecStart=/usr/bin/dockerd infinity\n' > /etc/systemd/system/docker.service
systemctl daemon-reload
systemctl start docker.service
