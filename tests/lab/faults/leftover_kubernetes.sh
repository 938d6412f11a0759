#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# What an earlier cluster left: configuration of the kubelet, data of etcd; none of it runs.
set -eu
mkdir -p /etc/kubernetes/manifests /etc/kubernetes/pki /var/lib/kubelet /var/lib/etcd/member/wal /etc/cni/net.d
echo 'apiVersion: v1' > /etc/kubernetes/kubelet.conf
echo 'kind: Pod' > /etc/kubernetes/manifests/kube-apiserver.yaml
echo 'kind: KubeletConfiguration' > /var/lib/kubelet/config.yaml
echo data > /var/lib/etcd/member/wal/0.wal
echo '{}' > /etc/cni/net.d/10-other.conflist
