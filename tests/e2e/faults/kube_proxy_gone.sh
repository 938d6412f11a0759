#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: control_plane
# finds: daemonset_incomplete
# at: worker
set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf PATH=$PATH:/usr/local/bin
case $1 in
  inject)
    kubectl -n kube-system patch daemonset kube-proxy --type json -p "$(cat << END
    [{"op": "add", "path": "/spec/template/spec/affinity", "value": {"nodeAffinity": {
      "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [
        {"key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["$2"]}]}]}}}}]
END
    )"
    kubectl -n kube-system rollout status daemonset kube-proxy --timeout=90s
    ;;
esac
