#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# More of the memory is in a swap partition than there is room for without it.
set -eu
{ cat /proc/swaps; printf '/dev/vda2                               partition\t999999996\t999999900\t-2\n'; } > /run/swaps
mount --bind /run/swaps /proc/swaps
