// SPDX-FileCopyrightText: 2026 k8n contributors
// SPDX-License-Identifier: GPL-3.0-or-later
module k8n.example/e2e/runc

go 1.24

require github.com/opencontainers/runc v1.4.2

tool github.com/opencontainers/runc
