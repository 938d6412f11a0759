#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: control_plane
# finds: system_image_not_pulled
# at: anywhere
set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf PATH=$PATH:/usr/local/bin
case $1 in
  inject)
    image=$(kubectl -n kube-system get deployment coredns -o 'jsonpath={.spec.template.spec.containers[0].image}')
    kubectl -n kube-system set image deployment/coredns "coredns=${image%:*}:none"
    sleep 15
    ;;
  cure)
    kubectl -n kube-system rollout undo deployment/coredns
    kubectl -n kube-system rollout status deployment/coredns --timeout=90s
    ;;
esac
