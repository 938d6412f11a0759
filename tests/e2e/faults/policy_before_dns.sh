#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: control_plane
# finds: dns_policy_refuses
# at: cluster
set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf PATH=$PATH:/usr/local/bin
case $1 in
  inject)
    kubectl create -f - << END
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny-all, namespace: kube-system}
    spec: {podSelector: {}, policyTypes: [Ingress]}
END
    ;;
  heal)
    kubectl -n kube-system delete networkpolicy deny-all --ignore-not-found
    ;;
esac
