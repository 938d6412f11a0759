// SPDX-FileCopyrightText: 2026 k8n contributors
// SPDX-License-Identifier: GPL-3.0-or-later
module k8n.example/e2e/etcd

go 1.24

require (
    go.etcd.io/etcd/etcdctl/v3 v3.6.10
    go.etcd.io/etcd/etcdutl/v3 v3.6.10
    go.etcd.io/etcd/server/v3 v3.6.10
)

tool (
    go.etcd.io/etcd/etcdctl/v3
    go.etcd.io/etcd/etcdutl/v3
    go.etcd.io/etcd/server/v3
)
