// SPDX-FileCopyrightText: 2026 k8n contributors
// SPDX-License-Identifier: GPL-3.0-or-later
module k8n.example/e2e/registry

go 1.24

require github.com/distribution/distribution/v3 v3.1.2

tool github.com/distribution/distribution/v3/cmd/registry
