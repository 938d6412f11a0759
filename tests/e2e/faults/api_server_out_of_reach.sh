#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: worker
# finds: kubelet_without_api_server
# at: worker
set -eu
case $1 in
  inject)
    iptables -I OUTPUT -p tcp --dport 6443 -j REJECT
    ;;
  cure)
    iptables -D OUTPUT -p tcp --dport 6443 -j REJECT
    ;;
  heal)
    iptables -D OUTPUT -p tcp --dport 6443 -j REJECT 2> /dev/null || true
    ;;
esac
