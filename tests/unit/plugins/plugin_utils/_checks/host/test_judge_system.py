# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._problems import block, warn
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import system
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Host, Judged

SETTINGS = {
    "kube_version": "1.35.4",
    "os": {"distributions": ["Debian", "Ubuntu", "Rocky"], "any": False},
    "architectures": ["x86_64", "aarch64"],
    "kernel": {"modules": [], "builtin_ok": True, "minimum": None},
    "cgroup": {"fail_v1": True},
    "kubeadm": {"refuses_v1": True, "ignored": [], "cert_dir": "/etc/kubernetes/ssl"},
    "swap": {"fail": True},
    "memory": {"control_plane_mb": 1500, "node_mb": 1024},
}
WELL = {
    "os": {"id": "debian", "name": "Debian GNU/Linux", "version": "13"},
    "machine": "x86_64",
    "kernel": "6.12.48+deb13-amd64",
    "init": "systemd",
    "systemd": True,
    "nologin": None,
    "cgroup": 2,
    "cpus": 2,
    "memory_mb": {"total": 1967, "available": 1253},
    "swap": [],
    "locale": {"utf8": "C.UTF-8", "default": None, "default_exists": None, "default_in": None},
    "root": True,
    "container": None,
    "kubeadm": {"ran": False, "joined": False},
}
NO_GERMAN = {
    "utf8": "C.UTF-8",
    "default": "de_DE.UTF-8",
    "default_exists": False,
    "default_in": ["etc/default/locale", "LANG"],
}
BOTH = frozenset({"kube_control_plane", "kube_node", "etcd"})
UNKNOWN_SETTINGS = "What this Kubespray configuration wants is not known."


def judged(found=None, settings=None, groups=BOTH, thresholds=None):
    """What is said where this is found, beside what is well, on a host with these groups and settings."""
    host = Host(
        "n1",
        frozenset(groups),
        settings=SETTINGS if settings is None else settings,
        thresholds={**system.THRESHOLDS, **(thresholds or {})},
    )
    result = Judged()
    result.add(system.CHECKS, system.judge({**copy.deepcopy(WELL), **(found or {})}, host))
    return result


def with_settings(**more):
    return {**SETTINGS, **more}


def test_a_host_on_which_all_is_well():
    result = judged()

    assert (result.problems, result.unknown) == ([], [])
    assert result.skipped == [
        ("kernel_old", "With this network plugin and kube-proxy any kernel will do.")
    ]


@pytest.mark.parametrize(
    "found",
    [
        {"os": {"id": "ubuntu", "name": "Ubuntu", "version": "24.04"}},
        {"os": {"id": "rocky", "name": "Rocky Linux", "version": "9.4"}},
        {"machine": "aarch64"},
        {"swap": [{"name": "/dev/sda5", "size_mb": 974, "used_mb": 10}]},
        {"locale": {**NO_GERMAN, "default_exists": True}},
    ],
)
def test_other_hosts_on_which_all_is_well(found):
    result = judged(found)

    assert (result.problems, result.unknown) == ([], [])


PROBLEMS = [
    (
        {"os": {"id": "alpine", "name": "Alpine Linux", "version": "3.20"}},
        block(
            "os_unsupported",
            "This host runs Alpine Linux 3.20, which this Kubespray does not know "
            "(it knows Debian, Ubuntu, Rocky).",
            "Install one of these systems on the host, or set allow_unsupported_distribution_setup: true.",
        ),
    ),
    (
        {"machine": "riscv64"},
        block(
            "architecture_unsupported",
            "This host is a riscv64, and this Kubespray has no Kubernetes 1.35.4 for it "
            "(only for x86_64, aarch64).",
            "Take the host out of the inventory, or choose a kube_version that exists for it.",
        ),
    ),
    (
        {"nologin": "System is going down."},
        warn(
            "host_not_ready",
            "There is a file /run/nologin ('System is going down.'), so the host is still starting or about to shut "
            "down.",
            "Wait until it has started, or end a planned shutdown with: shutdown -c.",
        ),
    ),
    (
        {"init": "runit", "systemd": False},
        block(
            "systemd_missing",
            "Process 1 of this host is runit, not systemd, under which Kubespray runs etcd, containerd and kubelet.",
            "Install an operating system with systemd on the host.",
        ),
    ),
    (
        {"cgroup": 1},
        block(
            "cgroup_v1",
            "The host uses cgroups version 1, with which kubelet 1.35.4 does not start and which kubeadm 1.35.4 "
            "refuses (SystemVerification).",
            "Boot the host with systemd.unified_cgroup_hierarchy=1 on the kernel's command line, or set "
            "kubelet_fail_cgroup_v1: false and kubeadm_ignore_preflight_errors: [SystemVerification].",
        ),
    ),
    (
        {"memory_mb": {"total": 1400, "available": 900}},
        block(
            "memory_low",
            "The host has 1400 MiB of memory (wanted: at least 1700 MiB, kubeadm).",
            "Give the host more memory, or set minimal_master_memory_mb lower and "
            "kubeadm_ignore_preflight_errors: [Mem] at your own risk.",
        ),
    ),
    (
        {"cpus": 1},
        block(
            "cpu_low",
            "The host has 1 CPU (wanted: at least 2 for a control plane host).",
            "Give the host more CPUs, or set kubeadm_ignore_preflight_errors: [NumCPU].",
        ),
    ),
    (
        {
            "swap": [
                {"name": "/dev/sda5", "size_mb": 974, "used_mb": 900},
                {"name": "/swapfile", "size_mb": 2047, "used_mb": 500},
            ]
        },
        block(
            "swap_on",
            "1400 MiB of swap are in use (/dev/sda5, /swapfile) and only 1253 MiB of memory are available, so "
            "Kubespray cannot switch swap off, with which kubelet does not start.",
            "End what uses the memory or give the host more of it, or set kubelet_fail_swap_on: false.",
        ),
    ),
    (
        {"locale": {"utf8": None, "default": None, "default_exists": None, "default_in": None}},
        warn(
            "locale_missing",
            "The host has neither the locale C.UTF-8 nor en_US.UTF-8, so Ansible's modules cannot read names that are "
            "not ASCII.",
            "Install a UTF-8 locale: apt-get install locales && echo 'en_US.UTF-8 UTF-8' >> /etc/locale.gen && "
            "localedef -i en_US -f UTF-8 en_US.UTF-8, or dnf install glibc-langpack-en.",
        ),
    ),
    (
        {"locale": NO_GERMAN},
        warn(
            "locale_missing",
            "The host's default locale is 'de_DE.UTF-8', which is not installed: programs complain of it at every "
            "command.",
            "Run on the host: sed -i --follow-symlinks 's/^ *LANG=.*/LANG=C.UTF-8/' /etc/default/locale; or install "
            "it: apt-get install locales && echo 'de_DE.UTF-8 UTF-8' >> /etc/locale.gen && localedef -i de_DE -f UTF-8 "
            "de_DE.UTF-8, or dnf install glibc-langpack-de.",
        ),
    ),
]


@pytest.mark.parametrize(("found", "problem"), PROBLEMS, ids=[row[1]["id"] for row in PROBLEMS])
def test_problems(found, problem):
    assert judged(found).problems == [problem]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("de_DE.utf8", "localedef -i de_DE -f UTF-8 de_DE.utf8, "),
        (
            "de_DE.ISO-8859-15@euro",
            "localedef -i de_DE@euro -f ISO-8859-15 de_DE.ISO-8859-15@euro, ",
        ),
        # Of what is no name, or does not say its characters, no command is made.
        ("de_DE", None),
        ("x.UTF-8; reboot", None),
    ],
)
def test_how_a_locale_is_installed(name, command):
    (problem,) = judged({"locale": {**NO_GERMAN, "default": name}}).problems

    assert problem["fix"].startswith("Run on the host: sed -i --follow-symlinks 's/^ *LANG=")
    assert command in problem["fix"] if command else "localedef" not in problem["fix"]


@pytest.mark.parametrize(
    ("place", "command"),
    [
        (
            ["etc/locale.conf", "LC_ALL"],
            "sed -i --follow-symlinks 's/^ *LC_ALL=.*/LC_ALL=C.UTF-8/' /etc/locale.conf",
        ),
        # Of what a host says no command is made.
        (
            ["etc/passwd; reboot", "LANG"],
            "sed -i --follow-symlinks 's/^ *LANG=.*/LANG=C.UTF-8/' /etc/default/locale",
        ),
    ],
)
def test_a_default_locale_is_replaced_where_it_stands(place, command):
    (problem,) = judged({"locale": {**NO_GERMAN, "default_in": place}}).problems

    assert problem["fix"].startswith(f"Run on the host: {command}; or install it: ")


def test_a_host_without_systemd_has_no_file_of_it():
    result = judged({"init": "runit", "systemd": False})

    assert ("host_not_ready", "There is no systemd.") in result.skipped


@pytest.mark.parametrize(
    ("kernel", "old"),
    [
        ("4.9.16-generic", True),
        ("4.9.17", False),
        ("4.19.0-27-amd64", False),
        ("5.14.0-427.el9.x86_64", False),
        ("6.12.48+deb13-amd64", False),
    ],
)
def test_the_kernels_version_is_compared_by_its_numbers(kernel, old):
    settings = with_settings(kernel={"minimum": "4.9.17"})

    result = judged({"kernel": kernel}, settings)

    expected = block(
        "kernel_old",
        f"The kernel is {kernel}, and this network plugin or mode of kube-proxy needs 4.9.17 or later.",
        "Upgrade the host's kernel and reboot it, or choose another kube_network_plugin or kube_proxy_mode.",
    )
    assert result.problems == ([expected] if old else [])
    assert result.skipped == []


@pytest.mark.parametrize(
    ("groups", "total", "found"),
    [
        ({"kube_node"}, 1400, []),
        ({"kube_node"}, 1000, ["minimal_node_memory_mb"]),
        ({"kube_control_plane"}, 1400, ["kubeadm"]),
        ({"kube_control_plane"}, 1699, ["kubeadm"]),
        ({"kube_control_plane"}, 1700, []),
        ({"etcd"}, 100, []),
    ],
)
def test_memory_is_wanted_for_the_roles_of_a_host(groups, total, found):
    result = judged({"memory_mb": {"total": total, "available": 1}}, groups=groups)

    assert [problem["message"].rpartition(" ")[2] for problem in result.problems] == [
        f"{name})." for name in found
    ]


def test_cpus_are_wanted_for_the_roles_of_a_host():
    assert judged({"cpus": 1}, groups={"kube_node"}).problems == []
    assert judged({"cpus": 1}, groups={"etcd"}).skipped[-1] == (
        "cpu_low",
        "The host is neither control plane nor node.",
    )
    few = judged({"cpus": 2}, groups={"kube_node"}, thresholds={"node_cpus": 4.0}).problems
    assert few[0]["message"] == "The host has 2 CPUs (wanted: at least 4 for a node host)."


@pytest.mark.parametrize(
    ("settings", "check", "reason"),
    [
        (
            {"os": {"distributions": [], "any": True}},
            "os_unsupported",
            "allow_unsupported_distribution_setup allows every one.",
        ),
        (
            {"swap": {"fail": False}},
            "swap_on",
            "kubelet_fail_swap_on is false: kubelet starts with swap.",
        ),
    ],
)
def test_what_the_configuration_makes_superfluous(settings, check, reason):
    found = {
        "os": {"id": "alpine", "name": "Alpine", "version": None},
        "swap": [{"name": "a", "used_mb": 10**6}],
    }

    result = judged(found, with_settings(**settings))

    assert (check, reason) in result.skipped
    assert check not in [problem["id"] for problem in result.problems]


IGNORED = {"refuses_v1": True, "ignored": ["systemverification", "mem", "numcpu"]}
ACCEPTED = {"fail_v1": False}
OLD = {"refuses_v1": False, "ignored": []}
RAN = {"ran": True, "joined": True}


@pytest.mark.parametrize("container", [None, "podman"])
@pytest.mark.parametrize(
    ("settings", "state", "whats", "sets"),
    [
        ({}, {}, "with which kubelet 1.35.4 does not start and which kubeadm 1.35.4 refuses (SystemVerification)",
         "kubelet_fail_cgroup_v1: false and kubeadm_ignore_preflight_errors: [SystemVerification]"),
        ({"cgroup": ACCEPTED}, {}, "which kubeadm 1.35.4 refuses (SystemVerification)",
         "kubeadm_ignore_preflight_errors: [SystemVerification]"),
        ({"kubeadm": IGNORED}, {}, "with which kubelet 1.35.4 does not start", "kubelet_fail_cgroup_v1: false"),
        # Where it runs already kubeadm does not look again, but its kubelet gets the setting.
        ({}, RAN, "with which kubelet 1.35.4 does not start", "kubelet_fail_cgroup_v1: false"),
    ],
)  # fmt: skip
def test_cgroups_version_1(settings, state, whats, sets, container):
    found = {"cgroup": 1, "kubeadm": state, "container": container}

    (problem,) = judged(found, with_settings(**settings)).problems
    assert problem["message"] == f"The host uses cgroups version 1, {whats}."
    assert problem["fix"].endswith(f"command line, or set {sets}.")


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"cgroup": ACCEPTED, "kubeadm": IGNORED}, {}),
        ({"cgroup": ACCEPTED, "kubeadm": {**IGNORED, "ignored": ["all"]}}, {}),
        ({"cgroup": ACCEPTED, "kubeadm": OLD}, {}),
        ({"cgroup": ACCEPTED}, RAN),
    ],
)
def test_cgroups_version_1_that_nobody_refuses(settings, state):
    result = judged({"cgroup": 1, "kubeadm": state}, with_settings(**settings))

    assert (result.problems, result.unknown) == ([], [])
    assert "cgroup_v1" in result.passed


def test_no_kubelet_runs_on_a_host_of_etcd():
    assert judged({"cgroup": 1}, groups={"etcd"}).skipped[1] == (
        "cgroup_v1",
        "The host is neither control plane nor node.",
    )


def test_what_kubeadm_is_told_to_ignore_or_does_not_look_at_again():
    little = {"memory_mb": {"total": 1600, "available": 1000}, "cpus": 1}

    assert [each["id"] for each in judged(little).problems] == ["memory_low", "cpu_low"]
    assert judged(little, with_settings(kubeadm=IGNORED)).problems == []
    (few,) = judged({**little, "kubeadm": RAN}).problems
    assert few["id"] == "cpu_low"


def test_a_threshold_of_ones_own_is_none_of_kubeadms():
    def cures(settings, **thresholds):
        problems = judged({"cpus": 1}, settings, thresholds=thresholds).problems
        return [
            (each["message"].partition("least ")[2][0], each["fix"].partition(" set ")[2])
            for each in problems
        ]

    ignore = "kubeadm_ignore_preflight_errors: [NumCPU]"
    lower = "the threshold control_plane_cpus in k8n_thresholds lower"
    assert cures(SETTINGS, control_plane_cpus=4.0) == [("4", f"{ignore} and {lower}.")]
    # Lower than kubeadm's own wish it does not help.
    assert cures(SETTINGS, control_plane_cpus=1.0) == [("2", f"{ignore}.")]
    assert cures(with_settings(kubeadm=IGNORED), control_plane_cpus=4.0) == [("4", f"{lower}.")]


@pytest.mark.parametrize(
    ("found", "unknown"),
    [
        (
            {"os": {"id": "plan9", "name": None, "version": None}},
            ("os_unsupported", "It is not known how Ansible calls 'plan9'."),
        ),
        (
            {"os": {"id": None, "name": None, "version": None}},
            ("os_unsupported", "The host does not say."),
        ),
        ({"init": None, "systemd": False}, ("systemd_missing", "The host does not say.")),
        ({"cgroup": None}, ("cgroup_v1", "Nothing is mounted on /sys/fs/cgroup.")),
        (
            {"memory_mb": {"total": None, "available": None}},
            ("memory_low", "The host does not say."),
        ),
        ({"cpus": None}, ("cpu_low", "The host does not say.")),
        ({"swap": None}, ("swap_on", "The host does not say.")),
        (
            {
                "swap": [{"name": "a", "used_mb": 1}],
                "memory_mb": {"total": 2000, "available": None},
            },
            ("swap_on", "The host does not say."),
        ),
    ],
)
def test_what_is_not_known_does_not_pass(found, unknown):
    result = judged(found)

    assert unknown in result.unknown
    assert result.problems == []
    assert unknown[0] not in result.passed


@pytest.mark.parametrize("settings", [{}, dict.fromkeys(SETTINGS)])
def test_without_kubespray_little_is_known(settings):
    found = {"cgroup": 1, "swap": [{"name": "a", "used_mb": 1}]}

    result = judged(found, settings)

    assert [each.id for each in result.unknown] == [
        "os_unsupported",
        "architecture_unsupported",
        "kernel_old",
        "cgroup_v1",
        "memory_low",
        "swap_on",
    ]
    assert {each.reason for each in result.unknown} == {UNKNOWN_SETTINGS}
    assert result.passed == ["systemd_missing", "host_not_ready", "cpu_low", "locale_missing"]
