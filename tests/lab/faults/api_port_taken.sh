#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A program that is none of Kubernetes has the port of the API server.
set -eu
systemd-run -q --unit=fault python3 -m http.server 6443
until ss -Hltn "sport = :6443" | grep -q .; do sleep 0.1; done
