#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A second network card is in the same network.
# finds:
# - id: network_on_two_interfaces
#   severity: warn
#   message: >-
#     10.106.1.0/24 is on ... and second: the host answers through one of them what came in through the other, which
#     filters drop, and a network plugin may take another of its addresses than Kubespray.
#   fix: Take the address off all of them but one, or make one bond or bridge of them.
#   cure: {run: ip address del 10.106.1.240/24 dev second}
set -eu
ip link add second type bridge
ip address add 10.106.1.240/24 dev second
ip link set second up
