# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line comes back as it was typed, without what looks secret."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress import command
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.command import masked, only_once

SAME = (
    ["-i", "prod/cluster.k8n.yml", "-u", "admin", "-b", "k8n.cluster.deploy"],
    ["-e", "kube_version=1.34.2", "site.yml"],
    ["-e", "@secrets.yml", "--vault-password-file", "vault.txt", "-K", "site.yml"],
    ["-e", '{"k8n_waivers": ["even_etcd"]}', "--limit", "a,b"],
    ["--private-key=/home/me/.ssh/id", "--become-password-file", "pw", "-k"],
    ["--tags", "password"],
    ["-e", "a=1 b='two words'"],
    ["-e", "http_proxy=http://proxy.example.org:3128 source=ssh://git@host:22/k@v1"],
)


@pytest.mark.parametrize("arguments", SAME)
def test_nothing_secret(arguments: list[str]) -> None:
    assert masked(["ansible-playbook", *arguments]) == (
        shlex.join(["ansible-playbook", *arguments]),
        False,
    )


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["-e", "db_password=hunter2"], "-e db_password=HIDDEN"),
        (["-e", "a=1 token='x y' b=2"], "-e 'a=1 token=HIDDEN b=2'"),
        (["-eansible_become_pass=hunter2"], "-eansible_become_pass=HIDDEN"),
        (["-be", "ansible_become_pass=hunter2"], "-be ansible_become_pass=HIDDEN"),
        (["--extra-vars", "api_key=hunter2"], "--extra-vars api_key=HIDDEN"),
        (["--extra-vars=api_key=hunter2"], "--extra-vars=api_key=HIDDEN"),
        (["--extra", "api_key=hunter2"], "--extra api_key=HIDDEN"),
        (["-e", '{"x": [{"ssh_secret": "hunter2", "n": 1}]}'], '-e \'{"x": [{"ssh_secret": "HIDDEN", "n": 1}]}\''),
        (["-e", "{x: 1, password: hunter2}"], """-e '{"x": 1, "password": "HIDDEN"}'"""),
        (["-e", "{x: 1, password: !vault hunter2}"], "-e HIDDEN"),
        (["-e", "{password: hunter2"], "-e HIDDEN"),
        (["-e", "{x: {y: [{z: 'password=hunter2'}]}}"], """-e '{"x": {"y": [{"z": "HIDDEN"}]}}'"""),
        # As Ansible takes a value of a pair: a dictionary or a list, quoted or not.
        (["-e", "a=1 auth=[{'registry':'r.example','password':'hunter2'}]"],
         """-e 'a=1 auth='"'"'[{"registry": "r.example", "password": "HIDDEN"}]'"'"''"""),
        (["-e", 'auth=[{"password":"hunter2"}]'],
         """-e 'auth='"'"'[{"password": "HIDDEN"}]'"'"''"""),
        (["-e", """auth="[{'user': 'u', 'password': 'hunter2'}]" b=2"""],
         """-e 'auth='"'"'[{"user": "u", "password": "HIDDEN"}]'"'"' b=2'"""),
        (["-e", "auth={'user':'u','password':'hunter2'}"],
         """-e 'auth='"'"'{"user": "u", "password": "HIDDEN"}'"'"''"""),
        (["-e", "auth={password: hunter2}"], "-e HIDDEN"),
        (["-e", "auth={password:hunter2"], "-e auth=HIDDEN"),
        (["-e", 'x="a=1 password=hunter2"'], "-e x=HIDDEN"),
        (["-e", "x={{ {'password': 'hunter2'} }}"], "-e HIDDEN"),
        (["-e", "'password=hunter2'"], "-e HIDDEN"),
        (["-e", "source=https://hunter2@git.example/k.git"],
         "-e source=https://HIDDEN@git.example/k.git"),
        (["-e", "source=https://hunter2:x-oauth-basic@git.example/k.git"],
         "-e source=https://HIDDEN@git.example/k.git"),
        (["-e", "source=ssh://git:hunter2@git.example/k.git"],
         "-e source=ssh://git:HIDDEN@git.example/k.git"),
        (["-i", "https://git.example/k.git?a=1&access_token=hunter2"],
         "-i 'https://git.example/k.git?a=1&access_token=HIDDEN'"),
        (["--ssh-common-args", "-o ProxyCommand='sshpass -p hunter2 ssh j'"], "--ssh-common-args HIDDEN"),
        (["-e", "http_proxy=http://me:hunter2@proxy:3128"], "-e http_proxy=http://HIDDEN@proxy:3128"),
        (["-e", '{"proxies": ["http://me:hun@ter2@p"]}'], '-e \'{"proxies": ["http://HIDDEN@p"]}\''),
        (["-e", "{http_proxy: 'http://:hunter2@p'}"], """-e '{http_proxy: '"'"'http://HIDDEN@p'"'"'}'"""),
        (["--ssh-extra-args=-o ProxyCommand=p http://a:hunter2@p"],
         "'--ssh-extra-args=-o ProxyCommand=p http://HIDDEN@p'"),
        (["-e", "mysql_pwd=hunter2"], "-e mysql_pwd=HIDDEN"),
        (["-e", "ansible_become_pass = hunter2"], "-e HIDDEN"),
        (["-e", "ansible_become_pass: hunter2"], "-e HIDDEN"),
        (["-e", 'pass=a" hunter2"'], "-e pass=HIDDEN"),
        (["-e", 'pass=a" hunter2'], "-e HIDDEN"),
        (["-e", "a=1 pass hunter2"], "-e HIDDEN"),
    ],
)  # fmt: skip
def test_a_secret_is_left_out(arguments: list[str], shown: str) -> None:
    command, hidden = masked(["ansible-playbook", *arguments, "site.yml"])
    assert command == f"ansible-playbook {shown} site.yml"
    assert hidden
    assert "hunter2" not in command


def test_a_program_that_is_not_on_the_path_keeps_its_folder() -> None:
    assert masked(["/opt/other/ansible-playbook", "a b.yml"])[0] == (
        "/opt/other/ansible-playbook 'a b.yml'"
    )


def test_a_program_that_python_was_started_with(tmp_path: Path) -> None:
    package = tmp_path / "ansible"
    package.mkdir()
    main = package / "__main__.py"
    main.touch()
    script = tmp_path / "my-playbook"
    script.touch(0o644)

    assert masked([str(main), "playbook", "x.yml"])[0] == (
        shlex.join([sys.executable, "-m", "ansible", "playbook", "x.yml"])
    )
    assert masked([str(script), "x.yml"])[0] == shlex.join([sys.executable, str(script), "x.yml"])


def test_what_is_gone_after_the_run() -> None:
    argv = [
        "ansible-playbook",
        "-i",
        "/dev/fd/63",
        "-e@/dev/fd/62",
        "--extra-vars=@/proc/self/fd/9",
    ]
    others = ["-i", "/dev/stdin", "-i", "hosts", "-e", "x=/dev/fd/6x", "/srv/dev/stdin/x.yml"]

    assert only_once(argv + others) == [*argv[2:], "/dev/stdin"]


def test_the_command_that_a_person_has_typed() -> None:
    environment = {"K8N_TYPED_COMMAND": '["ansible-playbook", "k8n.cluster.up"]', "A": "b"}
    assert command.typed(["x"], environment) == (["ansible-playbook", "k8n.cluster.up"], True)
    assert environment == {"A": "b"}
    assert command.typed(["x"], environment) == (["x"], False)


@pytest.mark.parametrize("value", ["", "x", "{}", "[]", "[1]", '"ansible"'])
def test_what_is_no_such_command(value: str) -> None:
    assert command.typed(["x"], {"K8N_TYPED_COMMAND": value}) == (["x"], False)
