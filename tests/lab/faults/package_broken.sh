#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The configuration of a package failed.
set -eu
mkdir -p /run/broken/DEBIAN
printf 'Package: broken\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@localhost>\nDescription: broken\n' \
  > /run/broken/DEBIAN/control
printf '#!/bin/sh\nexit 1\n' > /run/broken/DEBIAN/postinst
chmod 755 /run/broken/DEBIAN/postinst
dpkg-deb --build /run/broken /run/broken.deb > /dev/null
! dpkg --install /run/broken.deb > /dev/null 2>&1
