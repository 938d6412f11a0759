#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The control plane here is of another Kubernetes than Kubespray's.
set -eu
mkdir -p /etc/kubernetes/manifests
cat > /etc/kubernetes/manifests/kube-apiserver.yaml << END
apiVersion: v1
kind: Pod
spec:
  containers:
  - image: registry.k8s.io/kube-apiserver:v1.30.0
END
