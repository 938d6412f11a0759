#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A run of Kubespray ended between kubeadm and the network plugin.
set -eu
mkdir -p /var/lib/kubelet /etc/cni/net.d
echo 'kind: KubeletConfiguration' > /var/lib/kubelet/config.yaml
