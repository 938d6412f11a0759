#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A program of the system that kubeadm calls is missing.
set -eu
lab-archive mount util-linux coreutils
rm -f /sbin/losetup /usr/sbin/losetup
