#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: worker
# finds: etcd_alarm
# at: worker
set -eu
export PATH=$PATH:/usr/local/bin
case $1 in
  inject)
    cp /etc/etcd.env /root/etcd.env.good
    # History that nobody needs, up to a limit that the next write passes.
    head -c 1000000 /dev/zero | tr '\0' x > /root/filling
    for _ in $(seq 12); do etcdctl.sh put filling < /root/filling > /dev/null; done
    sed -i '/^ETCD_QUOTA_BACKEND_BYTES=/d' /etc/etcd.env
    echo "ETCD_QUOTA_BACKEND_BYTES=$(($(stat -c %s /var/lib/etcd/member/snap/db) + 1000000))" >> /etc/etcd.env
    systemctl restart etcd
    for _ in $(seq 60); do etcdctl.sh endpoint health > /dev/null 2>&1 && break; sleep 1; done
    for _ in $(seq 12); do etcdctl.sh put filling < /root/filling > /dev/null 2>&1 || break; done
    etcdctl.sh del filling > /dev/null || true
    etcdctl.sh alarm list | grep NOSPACE
    ;;
  heal)
    mv /root/etcd.env.good /etc/etcd.env
    rm -f /root/filling
    systemctl restart etcd
    for _ in $(seq 60); do etcdctl.sh endpoint health > /dev/null 2>&1 && break; sleep 1; done
    etcdctl.sh alarm disarm
    ;;
esac
