#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The configuration of a package failed.
set -eu
sed -i '/^Package: rsync$/,/^$/ s/^Status: .*/Status: install ok half-configured/' /var/lib/dpkg/status
