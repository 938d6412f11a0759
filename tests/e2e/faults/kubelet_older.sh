#!/usr/bin/env bash
# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The kubelet says another version than it has.
#
# on: worker
# finds: version_skew
# at: worker
set -eu
MINORS=-1
# then: shared/kubelet.sh
