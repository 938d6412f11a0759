#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A k3s is installed and runs.
set -eu
mkdir -p /etc/rancher/k3s /var/lib/rancher/k3s/server
printf '#!/bin/sh\nexec sleep infinity\n' > /usr/local/bin/k3s
cat > /usr/local/bin/k3s-uninstall.sh <<'SH'
#!/bin/sh
systemctl stop k3s.service
rm -rf /etc/rancher /var/lib/rancher /usr/local/bin/k3s /etc/systemd/system/k3s.service
systemctl daemon-reload
SH
chmod 755 /usr/local/bin/k3s /usr/local/bin/k3s-uninstall.sh
printf '[Service]\nExecStart=/usr/local/bin/k3s server\n' > /etc/systemd/system/k3s.service
systemctl daemon-reload
systemctl start k3s.service
