#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# on: worker
# finds: container_engine_not_running
# at: worker
set -eu
case $1 in
  inject)
    systemctl stop containerd
    ;;
  heal)
    systemctl start containerd
    ;;
esac
