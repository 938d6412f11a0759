# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster's known_hosts: what is added, what is refused."""

from __future__ import annotations

import base64
import subprocess

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import host_keys, report
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.host_keys import Key, find
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import InitError
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.nodes import Target

N1, N2, N3 = Target("n1", "10.1.1.1"), Target("n2", "10.1.1.2", 2222), Target("n3", "10.1.1.3")


def key(kind, seed):
    name = kind.encode()
    blob = len(name).to_bytes(4, "big") + name + bytes(3) + b"\x20" + bytes([seed]) * 32
    return Key(kind, base64.b64encode(blob).decode())


ED1, ED2, RSA1, ECDSA1 = (
    key("ssh-ed25519", 1),
    key("ssh-ed25519", 2),
    key("ssh-rsa", 1),
    key("ecdsa-sha2-nistp256", 1),
)


def line(name, *keys, marker=""):
    return "".join(f"{marker}{name} {each.kind} {each.blob}\n" for each in keys)


class Network:
    """Plays ssh-keyscan; ssh-keygen is the real one."""

    def __init__(self, **shown):
        self.shown = shown
        self.asked = []

    def __call__(self, argv, seconds):
        if argv[0] == "ssh-keygen":
            return host_keys.run(argv, seconds)
        self.asked.append(list(argv))
        keys = self.shown.get(argv[-1].replace(".", "_").replace("10_1_1_", "n"))
        if keys is None:
            return "", f"# {argv[-1]}:22 SSH-2.0\nread ({argv[-1]}): No route to host\n"
        return "# comment\n" + line(argv[-1], *keys), ""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "known_hosts"


def test_what_answers_in_place_of_a_key_does_nothing_to_a_terminal(path):
    evil = "read (10.1.1.3): \x1b]0;OWNED\x07\x1b[2J\u202e" + "x" * 500

    found = find(path, [N3], True, None, lambda _argv, _seconds: ("", f"# banner\n{evil}\n"))

    [(_target, said)] = found.silent
    assert said == "read (10.1.1.3): ?]0;OWNED??[2J?" + "x" * 68


def test_without_a_word_nothing_is_added(path):
    network = Network(n1=[ED1])
    found = find(path, [N1, N2], False, None, network)
    assert found.content == (
        "# The SSH keys of the cluster's hosts. ansible.cfg lets ssh believe no other; k8n.cluster.init adds to this\n"
        "# file and replaces nothing in it.\n"
    )
    assert (found.added, found.silent, found.unknown) == ((), (), (N1, N2))
    assert network.asked == []


def test_trust_on_first_use(path):
    network = Network(n1=[RSA1, ED1, ECDSA1], n2=[RSA1, ECDSA1])
    found = find(path, [N1, N2, N3], True, None, network)
    assert found.content.endswith(
        "in it.\n" + line("10.1.1.1", ED1) + line("[10.1.1.2]:2222", ECDSA1)
    )
    assert found.added == ((N1, ED1), (N2, ECDSA1))
    assert found.silent == ((N3, "read (10.1.1.3): No route to host"),)
    assert found.unknown == (N3,)
    assert sorted(network.asked)[0] == [
        "ssh-keyscan", "-T", "10", "-p", "22", "-t", "ed25519,ecdsa,rsa", "--", "10.1.1.1",
    ]  # fmt: skip
    assert report.host_keys(found, check=False) == (
        "HOST KEYS, now trusted as the hosts showed them. To be sure, compare\n"
        "with each host's console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\n"
        "\n"
        "HOST  FINGERPRINT                                         KIND\n"
        f"n1    {ED1.fingerprint}  ssh-ed25519\n"
        f"n2    {ECDSA1.fingerprint}  ecdsa-sha2-nistp256\n"
        "\n"
        "No key from 1 host:\n"
        "\n"
        "HOST  ADDRESS   PORT  ANSWER\n"
        "n3    10.1.1.3  22    read (10.1.1.3): No route to host\n"
        "\n"
        "Another port is ansible_port, and another address ansible_host: of the host in cluster.k8n.yml, or in\n"
        "group_vars or host_vars. A host that only a jump host reaches is asked there where cluster.k8n.yml has\n"
        "bastion: user@address, which this user's ssh must get into without a question. Else by hand:\n"
        "  ssh JUMPHOST ssh-keyscan -t ed25519 ADDRESS > keys; then -e k8n_known_hosts=keys"
    )


def test_a_jump_host_asks_the_hosts_behind_it(path):
    behind = Target("n1", "10.1.1.1", 2222, jump="ssh://admin@198.51.100.7:22")
    asked = []

    def network(argv, seconds):
        asked.append(list(argv))
        return line("[10.1.1.1]:2222", ED1), ""

    found = find(path, [behind], True, None, network)
    assert found.content.endswith(line("[10.1.1.1]:2222", ED1))
    assert asked == [
        [
            "ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "--", "ssh://admin@198.51.100.7:22",
            "ssh-keyscan -T 10 -p 2222 -t ed25519,ecdsa,rsa -- 10.1.1.1",
        ]
    ]  # fmt: skip


def test_a_jump_host_that_does_not_let_in_is_said_as_its_own(path):
    behind = Target("n1", "10.1.1.1", jump="ssh://admin@198.51.100.7:22")
    found = find(
        path, [behind], True, None, lambda _argv, _seconds: ("", "Permission denied (publickey).\n")
    )
    assert found.silent == (
        (behind, "ssh://admin@198.51.100.7:22 says: Permission denied (publickey)."),
    )


def test_a_known_host_is_left_as_it_is(path):
    path.write_text(line("10.1.1.1", RSA1) + "# mine")
    found = find(path, [N1], True, None, Network(n1=[ED1, RSA1]))
    assert found == host_keys.Found(path.read_text(), (), (), ())
    assert report.host_keys(found, check=False) == ""


def test_a_line_is_added_after_one_without_an_end(path):
    path.write_text("# mine")
    assert find(path, [N1], True, None, Network(n1=[ED1])).content == "# mine\n" + line(
        "10.1.1.1", ED1
    )


@pytest.mark.parametrize("shown", [[ED2], [ED2, RSA1], [RSA1]])
def test_another_key_stops_it_and_names_the_host(path, shown):
    path.write_text(line("10.1.1.1", ED1))
    with pytest.raises(InitError) as raised:
        find(path, [N1, N3], True, None, Network(n1=shown, n3=[ED1]))
    assert raised.value.mistakes == (
        f"n1 (10.1.1.1) has another key than the one known: {shown[0].kind} {shown[0].fingerprint}, and {path} has "
        f"ssh-ed25519 {ED1.fingerprint}. If the host was reinstalled, and nothing else was put in its place, run: "
        f"ssh-keygen -R '10.1.1.1' -f {path}, and run this again.",
    )


def test_a_hashed_name_is_known_too(path):
    path.write_text(line("10.1.1.1", ED1))
    subprocess.run(["ssh-keygen", "-H", "-f", path], check=True, capture_output=True)
    assert "10.1.1.1" not in path.read_text()
    assert find(path, [N1], False, None, Network()).unknown == ()
    with pytest.raises(InitError, match=r"n1 \(10.1.1.1\) has another key"):
        find(path, [N1], True, None, Network(n1=[ED2]))


def test_a_certificate_authority_speaks_for_its_hosts(path):
    path.write_text(line("10.1.1.*", ED2, marker="@cert-authority "))
    found = find(path, [N1], True, None, Network(n1=[ED1]))
    assert (found.added, found.unknown) == ((), ())


def test_a_revoked_key(path):
    path.write_text(line("*", ED1, marker="@revoked "))
    with pytest.raises(InitError) as raised:
        find(path, [N1], True, None, Network(n1=[ED1]))
    assert raised.value.mistakes == (
        f"n1 (10.1.1.1) shows a key that {path} revokes: {ED1.fingerprint}.",
    )


def test_given_keys(path, tmp_path):
    path.write_text("# mine\n" + line("10.1.1.1", ED1))
    offered = tmp_path / "offered"
    offered.write_text(line("10.1.1.1", ED1) + line("[10.1.1.2]:2222", ED2))
    found = find(path, [N1, N2, N3], False, offered, Network())
    assert found.content == path.read_text() + line("[10.1.1.2]:2222", ED2)
    assert found.unknown == (N3,)


def test_a_given_key_takes_no_others_place(path, tmp_path):
    path.write_text(line("10.1.1.1", ED1))
    offered = tmp_path / "offered"
    offered.write_text(line("10.1.1.1", ED2))
    with pytest.raises(InitError, match=r"n1 \(10.1.1.1\) has another key than the one known"):
        find(path, [N1], False, offered, Network())


def test_a_given_file_without_keys(tmp_path):
    offered = tmp_path / "offered"
    offered.write_text(
        "# fine\n\n" + line("a", ED1) + "root:x:0:0\na ssh-ed25519 AAAA\na ssh-rsa !\nb ssh-rsa " + ED1.blob
        + "\na ssh-ed25519 AAAA\u00e9\n",
        encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(InitError) as raised:
        host_keys.given(offered)
    assert raised.value.mistakes == (
        f"k8n_known_hosts: {offered} has no host key in line 4, 5, 6, 7, 8; wanted NAME KIND KEY, as ssh-keyscan "
        "prints it.",
    )
    offered.write_text("x\n" * 8)
    with pytest.raises(InitError, match="in line 1, 2, 3, 4, 5 and 3 more; wanted"):
        host_keys.given(offered)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file or directory"), (b"\xff\xfe", "it is not a text")],
)
def test_a_given_file_that_cannot_be_read(tmp_path, content, message):
    offered = tmp_path / "offered"
    if content is not None:
        offered.write_bytes(content)
    with pytest.raises(InitError) as raised:
        host_keys.given(offered)
    assert raised.value.mistakes == (f"{offered}: {message}; wanted a known_hosts.",)


def test_the_fingerprint_is_that_of_ssh_keygen(tmp_path):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "k"], check=True
    )
    shown = subprocess.run(
        ["ssh-keygen", "-lf", tmp_path / "k.pub"], check=True, capture_output=True, text=True
    ).stdout
    kind, blob, _comment = (tmp_path / "k.pub").read_text().split()
    assert Key(kind, blob).fingerprint == shown.split()[1]


def test_a_command_that_does_not_end():
    assert host_keys.run(["sleep", "60"], 0.1) == ("", "no answer within 0 s")
    assert host_keys.run(["echo", "x"], 5) == ("x\n", "")
