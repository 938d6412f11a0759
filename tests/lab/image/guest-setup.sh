#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Turns a Debian root filesystem into a lab guest. Runs once, while the image is built.
set -eu
packages=$(grep -v '^#' /tmp/lab/packages.txt | tr '\n' ' ')
# shellcheck disable=SC2086  # a list of names, one word each
if ! dpkg -s $packages > /dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages
fi
# A refresh of the package lists would hang: the guests have no way out.
rm -f /etc/apt/sources.list.d/*
: > /etc/apt/sources.list

useradd -m -s /bin/bash -G sudo server
printf 'server:server\nroot:root\n' | chpasswd
echo 'server ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/90-server
chmod 440 /etc/sudoers.d/90-server

install -d /etc/ssh/sshd_config.d
cat > /etc/ssh/sshd_config.d/10-lab.conf <<'CONF'
UseDNS no
PasswordAuthentication no
PermitRootLogin prohibit-password
MaxStartups 200:30:400
CONF
rm -f /etc/ssh/ssh_host_*

cat > /etc/systemd/system/lab-hostkeys.service <<'UNIT'
[Unit]
Description=Make this guest's own ssh host keys
Before=ssh.service
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
[Install]
WantedBy=multi-user.target
UNIT
cat > /etc/systemd/system/lab-unbind.service <<'UNIT'
# At a later boot the files under the mounts are the guest's own.
[Unit]
Description=Turn the engine's bind mounts of hosts, hostname and resolv.conf into plain files
DefaultDependencies=no
Before=sysinit.target
ConditionCapability=CAP_SYS_ADMIN
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'for f in /etc/hosts /etc/hostname /etc/resolv.conf; do if grep -q " $f " /proc/self/mounts; then c=$(cat $f; echo x); umount $f; [ -e /etc/lab ] || printf "%%s" "$${c%%x}" > $f; fi; done'
[Install]
WantedBy=sysinit.target
UNIT
install -m 755 /tmp/lab/lab-procsys /tmp/lab/lab-archive /usr/local/sbin/
cat > /etc/systemd/system/lab-procsys.service <<'UNIT'
[Unit]
Description=Writable network and dummy machine-wide sysctl keys
DefaultDependencies=no
# After a power loss the keys are there before what is in /etc/sysctl.d is written to them.
Before=sysinit.target systemd-sysctl.service
ConditionCapability=CAP_SYS_ADMIN
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/lab-procsys
[Install]
WantedBy=sysinit.target
UNIT
systemctl enable -q lab-hostkeys.service lab-unbind.service lab-procsys.service ssh.service
for unit in systemd-firstboot.service systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket \
  systemd-udev-trigger.service systemd-logind.service console-getty.service getty@tty1.service getty-static.service \
  getty.target apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
  systemd-modules-load.service sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount \
  sys-fs-fuse-connections.mount; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
ln -s /etc/machine-id /var/lib/dbus/machine-id
