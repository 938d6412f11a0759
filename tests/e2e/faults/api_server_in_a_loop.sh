#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: control_plane
# finds: api_server_silent
# at: control_plane
set -eu
case $1 in
  inject)
    sed -i.good 's/^    - kube-apiserver$/&\n    - --no-such-flag/' /etc/kubernetes/manifests/kube-apiserver.yaml
    mv /etc/kubernetes/manifests/kube-apiserver.yaml.good /root/kube-apiserver.yaml.good
    for _ in $(seq 60); do
      curl -sk -m 2 https://127.0.0.1:6443/livez > /dev/null || break
      sleep 1
    done
    sleep 15
    ;;
  cure)
    sed -i '/--no-such-flag/d' /etc/kubernetes/manifests/kube-apiserver.yaml
    for _ in $(seq 120); do
      curl -skf -m 2 https://127.0.0.1:6443/livez > /dev/null && break
      sleep 1
    done
    ;;
  heal)
    sed -i '/--no-such-flag/d' /etc/kubernetes/manifests/kube-apiserver.yaml
    ;;
esac
