#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: control_plane
# finds: cluster_dns_down
# at: cluster
set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf PATH=$PATH:/usr/local/bin
case $1 in
  inject)
    kubectl -n kube-system scale deployment coredns --replicas=0
    kubectl -n kube-system wait --for=delete pod -l k8s-app=kube-dns --timeout=60s
    ;;
  heal)
    kubectl -n kube-system scale deployment coredns --replicas=2
    ;;
esac
