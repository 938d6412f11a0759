#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: control_plane
# finds: webhook_silent
# at: cluster
set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf PATH=$PATH:/usr/local/bin
case $1 in
  inject)
    kubectl create -f - << END
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: refuses-everything}
    webhooks:
      - name: refuses.everything.example.org
        sideEffects: None
        admissionReviewVersions: [v1]
        clientConfig: {service: {namespace: default, name: gone}}
        rules: [{apiGroups: ["*"], apiVersions: ["*"], operations: [CREATE], resources: ["*"]}]
END
    ;;
  heal)
    kubectl delete validatingwebhookconfiguration refuses-everything --ignore-not-found
    ;;
esac
