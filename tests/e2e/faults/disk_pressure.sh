#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: worker
# finds: node_pressure
# at: worker
set -eu
case $1 in
  inject)
    cp -p /etc/kubernetes/kubelet-config.yaml /root/kubelet-config.yaml.good
    sed -i '/^evictionHard:/,/^[^ ]/{/^evictionHard:/d;/^ /d}' /etc/kubernetes/kubelet-config.yaml
    printf 'evictionHard:\n  nodefs.available: "99%%"\n' >> /etc/kubernetes/kubelet-config.yaml
    systemctl restart kubelet
    sleep 25
    ;;
  cure)
    cp -p /root/kubelet-config.yaml.good /etc/kubernetes/kubelet-config.yaml
    systemctl restart kubelet
    ;;
  heal)
    cp -p /root/kubelet-config.yaml.good /etc/kubernetes/kubelet-config.yaml
    ;;
esac
