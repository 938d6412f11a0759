#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A clone: the hardware address of another host, on a second network card.
set -eu
ip link add eth1 address 02:00:00:0c:10:0e type veth peer name peer1
ip link set eth1 up
