#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The host loses its network as soon as its Python is started.
set -eu
path=$(readlink -f /usr/bin/python3)
mv "$path" "$path.true"
printf '#!/bin/sh\nsudo -n ip link set eth0 down\nexec sleep infinity\n' > "$path"
chmod 755 "$path"
