#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: control_plane
# finds: node_tainted
# at: worker
set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf PATH=$PATH:/usr/local/bin
case $1 in
  inject)
    kubectl taint nodes "$2" example.org/mine=yes:NoExecute
    ;;
  heal)
    kubectl taint nodes "$2" example.org/mine:NoExecute- || true
    ;;
esac
