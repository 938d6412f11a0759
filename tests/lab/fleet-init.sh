#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# fleet-init.sh NAME LOWER FOLDER: becomes a host's sshd, inside namespaces that are new and its own.
# LOWER are the read-only layers of its root filesystem; FOLDER holds what it writes (upper), and a place for root.
set -eu
name=$1 lower=$2 folder=$3
root=$folder/root
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$folder/upper,workdir=$folder/work" "$root"
mount -t proc proc "$root/proc"
# Without this line and setpriv below, a host's root could change the machine's kernel settings and clock.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro,nosuid,nodev,noexec "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
for device in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
  # shellcheck disable=SC2086  # name, major, minor
  set -- $device
  mknod -m 666 "$root/dev/$1" c "$2" "$3"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for stream in '0 stdin' '1 stdout' '2 stderr'; do ln -s "/proc/self/fd/${stream% *}" "$root/dev/${stream#* }"; done
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/run/sshd" "$root/run/lock"
hostname "$name"
cd "$root"
mkdir -p .old
pivot_root . .old
cd /
umount -l /.old
rmdir /.old
exec /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
  /usr/bin/setpriv \
  --bounding-set=-sys_time,-sys_boot,-sys_module,-sys_rawio,-mknod,-syslog,-mac_admin,-audit_control,-bpf,-perfmon \
  /usr/sbin/sshd -D -e
