// SPDX-FileCopyrightText: 2026 k8n contributors
// SPDX-License-Identifier: GPL-3.0-or-later
module k8n.example/e2e/kubernetes

go 1.24

require k8s.io/kubernetes v1.35.4

tool (
    k8s.io/kubernetes/cmd/kube-apiserver
    k8s.io/kubernetes/cmd/kube-controller-manager
    k8s.io/kubernetes/cmd/kube-proxy
    k8s.io/kubernetes/cmd/kube-scheduler
    k8s.io/kubernetes/cmd/kubeadm
    k8s.io/kubernetes/cmd/kubectl
    k8s.io/kubernetes/cmd/kubelet
)
