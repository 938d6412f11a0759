// SPDX-FileCopyrightText: 2026 k8n contributors
// SPDX-License-Identifier: GPL-3.0-or-later
module k8n.example/e2e/coredns

go 1.24

require github.com/coredns/coredns v1.12.4

tool github.com/coredns/coredns
