#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Python never ends.
set -eu
path=$(readlink -f /usr/bin/python3)
mv "$path" "$path.true"
printf '#!/bin/sh\nexec sleep infinity\n' > "$path"
chmod 755 "$path"
