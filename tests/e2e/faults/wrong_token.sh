#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: worker
# finds: kubelet_refused
# at: worker
set -eu
case $1 in
  inject)
    cp -p /etc/kubernetes/kubelet.conf /root/kubelet.conf.good
    sed -i -E 's/^(\s*)client-certificate(-data)?: .*/\1token: wrong/; /client-key(-data)?: /d' /etc/kubernetes/kubelet.conf
    systemctl restart kubelet
    ;;
  heal)
    rm -f /root/kubelet.conf.good
    ;;
esac
