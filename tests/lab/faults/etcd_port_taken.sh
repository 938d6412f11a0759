#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A program that is none of Kubernetes has the port of etcd.
set -eu
systemd-run -q --unit=fault python3 -m http.server 2379
until ss -Hltn "sport = :2379" | grep -q .; do sleep 0.1; done
