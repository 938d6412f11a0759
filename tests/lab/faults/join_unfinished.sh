#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A run of Kubespray ended within kubeadm join.
set -eu
mkdir -p /etc/kubernetes
echo 'kind: Config' > /etc/kubernetes/bootstrap-kubelet.conf
