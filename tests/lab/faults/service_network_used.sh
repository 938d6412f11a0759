#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# An address of the network that services will have is on an interface.
set -eu
ip address add 10.233.1.7/24 dev lo
