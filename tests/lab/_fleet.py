# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many hosts for measurements: namespaces with an own root filesystem and a real sshd, without systemd.

All of them are behind one network namespace, in which whoever wants to reach them has to run (see inside()): the
machine's own network is not touched.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import _guests
from _network import NEIGHBOURS
from _run import run
from _spec import HERE, Guest, Lab, LabError

NAME = "fleet"
RELEASE = "trixie"
NETNS = Path("/run/netns")
CONTROL = "k8n-fleet"
NETWORK = ipaddress.IPv4Network("10.116.0.0/16")
HOSTS_PER_SUBNET = 100
MAX_HOSTS = 1000
BOOT_SECONDS = 300
LOGIN_ID = 1000  # of the login "server" in the image


def fleet(count: int) -> Lab:
    """The fleet of so many hosts, a hundred in a /24."""
    if not 1 <= count <= MAX_HOSTS:
        raise LabError(f"A fleet has 1 to {MAX_HOSTS} hosts, not {count}.")
    guests = []
    for number in range(count):
        subnet, place = divmod(number, HOSTS_PER_SUBNET)
        address = NETWORK[(subnet + 1) * 256 + 11 + place]
        guests.append(Guest(f"node-{str(address).replace('.', '-')}", address, (), RELEASE))
    return Lab(NAME, tuple(guests))


def inside(*argv: str) -> list[str]:
    """The command that runs argv where the fleet can be reached."""
    return ["nsenter", f"--net={NETNS / CONTROL}", *argv]


def up(count: int) -> Lab:
    """Start so many hosts anew and write their login files into the state folder."""
    lab = fleet(count)
    down()
    lab.state.mkdir(parents=True)
    lab.state.chmod(0o700)
    public_key = _guests.make_key(lab)
    image = _guests.ensure_image(RELEASE)
    _network(lab)
    login = _login_layer(lab, public_key)
    lower = f"{login}:{_guests.podman('image', 'mount', image)}"
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        lines = list(pool.map(lambda guest: _start(lab, guest, lower), lab.guests))
    _wait(lab)
    _guests.write_logins(lab, lines)
    return lab


def _network(lab: Lab) -> None:
    """A bridge a subnet and a cable a host, in three steps whose cost does not depend on a process a host."""
    run(
        "ip", "-batch", "-",
        stdin="\n".join(f"netns add {name}" for name in (CONTROL, *map(_netns, lab.guests))),
    )  # fmt: skip
    lines = ["link set lo up"]
    for number, subnet in enumerate(lab.subnets):
        lines += [
            f"link add br{number} type bridge",
            f"addr add {subnet[1]}/24 dev br{number}",
            f"link set br{number} up",
        ]
    for guest in lab.guests:
        cable = f"v{int(guest.address):08x}"
        lines += [
            f"link add {cable} type veth peer name eth0 netns {_netns(guest)}",
            f"link set {cable} master br{lab.subnets.index(guest.subnet)} up",
        ]
    run("ip", "-n", CONTROL, "-batch", "-", stdin="\n".join(lines))
    run(*inside("sysctl", "-qw", "net.ipv4.ip_forward=1"))
    run("sysctl", "-qw", *NEIGHBOURS)
    for guest in lab.guests:
        lines = [
            "link set lo up",
            f"addr add {guest.address}/24 dev eth0",
            "link set eth0 up",
            f"route add default via {guest.gateway}",
        ]
        run("ip", "-n", _netns(guest), "-batch", "-", stdin="\n".join(lines))


def _netns(guest: Guest) -> str:
    return f"{CONTROL}-{guest.name}"


def _login_layer(lab: Lab, public_key: str) -> Path:
    """What all hosts have beside the image: the keys that may log in."""
    layer = lab.state / "login"
    for home, owner in ((layer / "home" / "server", LOGIN_ID), (layer / "root", 0)):
        (home / ".ssh").mkdir(parents=True)
        (home / ".ssh" / "authorized_keys").write_text(public_key + "\n", encoding="utf-8")
        for path in (home, home / ".ssh", home / ".ssh" / "authorized_keys"):
            path.chmod(0o600 if path.is_file() else 0o700)
            os.chown(path, owner, owner)
    return layer


def _start(lab: Lab, guest: Guest, lower: str) -> str:
    """Start one host and return its known_hosts line."""
    folder = lab.state / "hosts" / guest.name
    etc = folder / "upper" / "etc"
    for path in (etc / "ssh", folder / "work", folder / "root"):
        path.mkdir(parents=True)
    for name, text in (
        ("hostname", f"{guest.name}\n"),
        ("hosts", f"127.0.0.1 localhost\n{guest.address} {guest.name}\n"),
        ("resolv.conf", ""),
        ("machine-id", f"{uuid.uuid4().hex}\n"),
    ):
        (etc / name).write_text(text, encoding="utf-8")
    key = etc / "ssh" / "ssh_host_ed25519_key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", guest.name, "-f", key)
    with (folder / "log").open("wb") as log:
        started = subprocess.Popen(
            ["nsenter", f"--net={NETNS / _netns(guest)}", "unshare", "--mount", "--uts", "--ipc", "--pid", "--fork",
             "--kill-child", "sh", str(HERE / "fleet-init.sh"), guest.name, lower, str(folder)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    (folder / "pid").write_text(str(started.pid), encoding="utf-8")
    words = key.with_suffix(".pub").read_text(encoding="utf-8").split()
    return f"{guest.address} {words[0]} {words[1]}"


def _wait(lab: Lab) -> None:
    """Until every sshd listens."""
    deadline = time.monotonic() + BOOT_SECONDS
    for guest in lab.guests:
        log = lab.state / "hosts" / guest.name / "log"
        while "Server listening on 0.0.0.0" not in (said := log.read_text(errors="replace")):
            if time.monotonic() > deadline:
                raise LabError(f"{guest.name} did not start sshd in {BOOT_SECONDS} s:\n{said}")
            time.sleep(0.05)


def down() -> None:
    """Remove the fleet, whatever of it is there: processes, network, mounts and files."""
    state = Lab(NAME, ()).state
    names = [path.name for path in NETNS.glob(f"{CONTROL}*")]
    inodes = {(NETNS / name).stat().st_ino for name in names}
    for path in state.glob("hosts/*/pid"):
        pid = int(path.read_text(encoding="utf-8"))
        # The number may long be another process's.
        if _network_of(pid) in inodes:
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    for path in state.glob("hosts/*/pid"):
        while _network_of(int(path.read_text(encoding="utf-8"))) in inodes:
            if time.monotonic() > deadline:
                raise LabError(f"The host of {path.parent} does not die.")
            time.sleep(0.02)
    if names:
        run("ip", "-batch", "-", stdin="\n".join(f"netns del {name}" for name in names))
    for image in _guests.podman(
        "images", "-q", "--filter", f"reference=localhost/k8n-lab:{RELEASE}-*"
    ).split():
        _guests.podman("image", "unmount", image, check=False)
    shutil.rmtree(state, ignore_errors=True)


def _network_of(pid: int) -> int | None:
    """The network namespace that a process is in, None if there is no such process."""
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino
    except OSError:
        return None
