#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A firewall drops what comes to the port of the API server.
set -eu
iptables -I INPUT -p tcp --dport 6443 -j DROP
