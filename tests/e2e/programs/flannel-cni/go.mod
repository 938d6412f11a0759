// SPDX-FileCopyrightText: 2026 k8n contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The plugin's own module is not served; until this version it was part of this one.
module k8n.example/e2e/flannel-cni

go 1.24

require github.com/containernetworking/plugins v0.9.1

tool github.com/containernetworking/plugins/plugins/meta/flannel
