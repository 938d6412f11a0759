// SPDX-FileCopyrightText: 2026 k8n contributors
// SPDX-License-Identifier: GPL-3.0-or-later
module k8n.example/e2e/flannel

go 1.24

require (
    github.com/flannel-io/flannel v0.28.4
    // The version that flannel asks for is not served.
    github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common v1.3.81
)

tool github.com/flannel-io/flannel
