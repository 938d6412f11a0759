# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role controller, run for real: from git and PyPI, through a proxy, and whole or not at all."""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from conftest import Ran, run
from controller_run import activated, changed, controller, tasks_of_kubespray

LOGIN = "me:s3cr/t"
VERSION = "v2.31.0"
BEHIND_A_PROXY = bool(os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY"))


class Proxy(threading.Thread):
    """A forward proxy that asks for a login and remembers which hosts were reached through it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.reached: set[str] = set()
        self.url = f"http://{quote(LOGIN, safe=':')}@127.0.0.1:{self.server.getsockname()[1]}"

    def run(self) -> None:
        while True:
            try:
                client, _address = self.server.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += client.recv(4096)
        target = request.split()[1].decode()
        if base64.b64encode(LOGIN.encode()) not in request:
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            client.close()
            return
        host, port = target.split(":")
        self.reached.add(host)
        with socket.create_connection((host, int(port))) as upstream:
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=self.pipe, args=(upstream, client), daemon=True)
            back.start()
            self.pipe(client, upstream)
            back.join()
        client.close()

    @staticmethod
    def pipe(one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other side went away, which ends the connection


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    server = Proxy()
    server.start()
    yield server
    server.server.close()


def tree(directory: Path) -> dict[str, str]:
    """Every name in a folder, with its target where it is a link, and the time of change of a file."""
    return {
        str(path): os.readlink(path)
        if path.is_symlink()
        else str(path.is_dir() or path.stat().st_mtime_ns)
        for path in directory.rglob("*")
    }


@pytest.fixture(scope="module")
def prod(
    proxy: Proxy, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Ran]]:
    """The newest Kubespray, with all that it wants."""
    directory = tmp_path_factory.mktemp("controller") / "my prod"
    ran = controller(
        directory, "-vvv",
        kubespray_version=VERSION, k8n_kubespray_source=str(repository),
        # A machine that is itself behind a proxy is left with that.
        **({} if BEHIND_A_PROXY else {"controller_proxy": proxy.url}),
    )  # fmt: skip
    assert ran.code == 0, ran.output[-9000:]
    yield directory, ran
    # Half a gigabyte, of which pytest would keep three.
    shutil.rmtree(directory)


def test_it_says_how_to_use_it(prod: tuple[Path, Ran]) -> None:
    directory, ran = prod
    assert f"\n. '{directory}/activate'\n" in ran.output


def test_the_proxy_was_used_and_its_password_is_nowhere(
    prod: tuple[Path, Ran], proxy: Proxy
) -> None:
    directory, ran = prod
    if BEHIND_A_PROXY:
        pytest.skip("this machine is behind a proxy itself, through which pip went")
    assert index_host() in proxy.reached
    # With -vvv: neither in a result nor in the command line of a process.
    assert "s3cr" not in ran.output
    for path in (directory / ".k8n").rglob("*.json"):
        if "site-packages" not in path.parts:
            assert "s3cr" not in path.read_text(encoding="utf-8", errors="replace")


def index_host() -> str:
    """The host of the package index that pip uses on this machine: its help names what it is set up for."""
    said = run(sys.executable, "-m", "pip", "install", "--help")
    found = re.search(r"Python Package Index\s+\(default\s+(\S+?)\)", said.output)
    assert found, said.output
    host = urlsplit(found[1]).hostname
    assert host
    return host


def test_a_second_run_changes_nothing(prod: tuple[Path, Ran]) -> None:
    directory, _ran = prod
    before = tree(directory)
    # Without the proxy, which only said where from, and without the repository.
    again = controller(directory, kubespray_version=VERSION)
    assert changed(again) == 0
    assert "Install the packages" not in again.tasks()
    assert tree(directory) == before


@pytest.mark.parametrize("playbook", ["kubespray", "deploy"])
def test_kubespray_loads_through_ours(prod: tuple[Path, Ran], playbook: str) -> None:
    directory, _ran = prod
    said = tasks_of_kubespray(directory, playbook)
    release = re.escape(str(directory / ".k8n" / "controller" / VERSION.replace("/", "-")))
    assert re.search(
        rf"^playbook: {release}-\w+/collections/ansible_collections/k8n/cluster/playbooks/",
        said,
        re.M,
    )


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh"])
def test_activate_and_deactivate(prod: tuple[Path, Ran], shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed: apt-get install {shell}")
    directory, _ran = prod
    (directory / "ansible.cfg").write_text("[defaults]\n")
    ara = directory / ".k8n" / "ara"
    ara.mkdir()
    said = activated(
        directory,
        "echo $ANSIBLE_CONFIG; echo $ARA_BASE_DIR; command -v ansible-playbook; echo $ANSIBLE_COLLECTIONS_PATH\n"
        f"echo \"$PS1\"; . '{directory}/activate'; deactivate\n"
        'echo "$PATH|$PS1|${ANSIBLE_CONFIG-none}|${ANSIBLE_COLLECTIONS_PATH-none}|${ARA_BASE_DIR-none}'
        '|${VIRTUAL_ENV-none}"',
        shell,
    )
    (directory / "ansible.cfg").unlink()
    ara.rmdir()
    release = (directory / ".k8n" / "controller" / "current").resolve()
    assert said.splitlines() == [
        str(directory / "ansible.cfg"),
        str(ara),
        str(release / "venv" / "bin" / "ansible-playbook"),
        str(release / "collections"),
        "(my prod) $ ",
        "/usr/bin:/bin|$ |none|none|none|none",
    ]


def test_check_mode_shows_an_upgrade_and_makes_none(
    prod: tuple[Path, Ran], repository: Path
) -> None:
    directory, _ran = prod
    before = tree(directory)
    ran = controller(
        directory, "--check", "--diff",
        kubespray_version="v2.30.0", k8n_kubespray_source=str(repository),
    )  # fmt: skip
    assert changed(ran) == 1
    assert re.search(r"^\+v2\.30\.0-[0-9a-f]{8}$", ran.output, re.M)
    assert re.search(r"^-current -> ", ran.output, re.M)
    assert re.search(r"^\+current -> v2\.30\.0-[0-9a-f]{8}$", ran.output, re.M)
    assert tree(directory) == before


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with the least that is a Kubespray, which installs in seconds."""
    root = tmp_path / "small"
    for name, text in {
        "galaxy.yml": "{namespace: kubernetes_sigs, name: kubespray, version: 9.1.0, readme: README.md, authors: []}",
        "README.md": "small",
        "meta/runtime.yml": "requires_ansible: '>=2.18,<2.19'",
        "playbooks/ansible_version.yml": "[]",
        "requirements.txt": "ansible-core==2.18.19",
        "inventory/sample/inventory.ini": "",
        ".git/HEAD": "not a part of it",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_a_failure_in_the_middle_leaves_everything_as_it_was(
    prod: tuple[Path, Ran], small: Path, tmp_path: Path
) -> None:
    directory, _ran = prod
    (tmp_path / "wheels").mkdir()
    before = tree(directory)
    failed = controller(
        directory, kubespray_version=str(small), controller_wheelhouse=str(tmp_path / "wheels")
    )
    assert failed.code == 2
    assert "Nothing is changed: what this run had made is removed again (" in failed.output
    assert 'It failed at the task \\"Install the packages\\", as said above.' in failed.output
    assert "No matching distribution found for ansible-core==2.18.19" in failed.output
    assert "Traceback" not in failed.output
    assert tree(directory) == before


def test_a_failure_in_an_empty_place_leaves_it_empty(small: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (small / "meta" / "runtime.yml").write_text("requires_ansible: '>=2.16.4,<2.17.0'")
    failed = controller(new / "folder" / "prod", kubespray_version=str(small))
    assert failed.code == 2
    assert (
        "Kubespray 9.1.0 wants ansible-core >=2.16.4,<2.17.0; this collection runs on 2.17 and later."
        in failed.output
    )
    assert 'It failed at the task \\"Choose a Python\\"' in failed.output
    assert list(new.iterdir()) == []


def current(directory: Path) -> str:
    return os.readlink(directory / ".k8n" / "controller" / "current")


def test_an_upgrade_in_place_and_the_way_back(small: Path, tmp_path: Path) -> None:
    directory, home = tmp_path / "prod", tmp_path / "prod" / ".k8n" / "controller"
    old, new = str(small), str(tmp_path / "new")
    assert changed(controller(directory, kubespray_version=old)) > 0
    first = current(directory)
    assert first.startswith("9.1.0-")
    assert (home / first / "kubespray" / "inventory" / "sample" / "inventory.ini").is_file()
    assert not (home / first / "kubespray" / ".git").exists()

    shutil.copytree(small, new)
    (Path(new) / "galaxy.yml").write_text((small / "galaxy.yml").read_text().replace("9.1", "9.2"))
    # What a killed run leaves.
    (home / "9.2.0-00000000" / "venv").mkdir(parents=True)
    # From the first release, as a user has it who activated it, and with more in it.
    said = activated(
        directory,
        "ansible-playbook k8n.cluster.controller -e k8n_dir=prod -e k8n_ara=true "
        f"-e kubespray_version={new}",
    )
    second = current(directory)
    assert f"It takes the place of {home / first}, which stays for a way back" in said
    assert second.startswith("9.2.0-")
    assert sorted(path.name for path in home.iterdir()) == sorted([first, second, "current"])
    assert "kubernetes_sigs.kubespray 9.2.0" in re.sub(
        " +", " ", activated(directory, "ansible-galaxy collection list")
    )

    activated(directory, "python -c 'import ara, django'")

    back = controller(directory, kubespray_version=old)
    assert changed(back) == 1
    assert current(directory) == first
    assert "Make the venv" not in back.tasks()
    assert changed(controller(directory, kubespray_version=old)) == 0

    # The installed collection is the one that Ansible finds now.
    said = activated(
        directory,
        "ansible-playbook k8n.cluster.controller -e k8n_dir=copy -e kubespray_version=installed -C",
    )
    assert "Kubespray 9.1.0 (installed, " in said
    assert not (tmp_path / "copy").exists()


def test_bad_input_is_named_all_at_once_and_nothing_is_made(
    tmp_path: Path, repository: Path
) -> None:
    ran = controller(
        tmp_path / "prod",
        kubespray_version="v2.31", k8n_kubespray_source=str(repository),
        controller_lock_file="nowhere.txt", controller_python="/no/python",
    )  # fmt: skip
    assert ran.code == 2
    assert (
        f"- controller_lock_file: {tmp_path}/nowhere.txt is not a file.\n"
        "- controller_python: /no/python is no Python 3 that starts.\n"
        f"- kubespray_version is 'v2.31', which is neither a tag nor a branch of {repository}. Did you mean v2.31.0?\n"
    ) in ran.output
    assert "Nothing was changed; 3 to fix, each said above." in ran.output
    assert list(tmp_path.iterdir()) == []
