// SPDX-FileCopyrightText: 2026 k8n contributors
// SPDX-License-Identifier: GPL-3.0-or-later
module k8n.example/e2e/cni-plugins

go 1.24

require github.com/containernetworking/plugins v1.9.1

tool (
    github.com/containernetworking/plugins/plugins/ipam/dhcp
    github.com/containernetworking/plugins/plugins/ipam/host-local
    github.com/containernetworking/plugins/plugins/ipam/static
    github.com/containernetworking/plugins/plugins/main/bridge
    github.com/containernetworking/plugins/plugins/main/dummy
    github.com/containernetworking/plugins/plugins/main/host-device
    github.com/containernetworking/plugins/plugins/main/ipvlan
    github.com/containernetworking/plugins/plugins/main/loopback
    github.com/containernetworking/plugins/plugins/main/macvlan
    github.com/containernetworking/plugins/plugins/main/ptp
    github.com/containernetworking/plugins/plugins/main/tap
    github.com/containernetworking/plugins/plugins/main/vlan
    github.com/containernetworking/plugins/plugins/meta/bandwidth
    github.com/containernetworking/plugins/plugins/meta/firewall
    github.com/containernetworking/plugins/plugins/meta/portmap
    github.com/containernetworking/plugins/plugins/meta/sbr
    github.com/containernetworking/plugins/plugins/meta/tuning
    github.com/containernetworking/plugins/plugins/meta/vrf
)
