#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# There is no room in the root file system, in which /tmp and the home directories are.
set -eu
# A container's root is the disk of the machine: those who log in get another one, with a small file system over it.
cat > /usr/local/sbin/full-root <<'SH'
#!/bin/sh
set -eu
mkdir -p /run/full
mount -t tmpfs -o size=1m tmpfs /run/full
mkdir /run/full/upper /run/full/work /run/full/root
mount -t overlay -o lowerdir=/,upperdir=/run/full/upper,workdir=/run/full/work overlay /run/full/root
head -c 1m /dev/zero > /run/full/upper/filled 2> /dev/null || true
for folder in proc sys dev run; do mount --rbind /$folder /run/full/root/$folder; done
cd /run/full/root
pivot_root . mnt
umount -l /mnt
exec /usr/sbin/sshd -D
SH
chmod 755 /usr/local/sbin/full-root
mkdir -p /etc/systemd/system/ssh.service.d
printf '[Service]\nExecStart=\nExecStart=/usr/bin/unshare -m /usr/local/sbin/full-root\n' > \
  /etc/systemd/system/ssh.service.d/fault.conf
systemctl daemon-reload
systemctl restart ssh.service
