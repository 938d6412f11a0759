// SPDX-FileCopyrightText: 2026 k8n contributors
// SPDX-License-Identifier: GPL-3.0-or-later
module k8n.example/e2e/crictl

go 1.24

require sigs.k8s.io/cri-tools v1.34.0

tool sigs.k8s.io/cri-tools/cmd/crictl
