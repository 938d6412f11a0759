# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's guests: podman containers with systemd as init and a real sshd."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import _network
from _run import one_at_a_time, run
from _spec import FAULTS, HERE, SERVICES, STATE_ROOT, Guest, Lab, LabError

BOOT_SECONDS = 300
IMAGE_FILES = HERE / "image"
# Needed by podman 4 with runc on a machine that still has cgroup v1; an ordinary machine needs nothing.
CGROUP_V1_CONF = """\
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
"""
# Pods need mounts, devices and cgroups of their own, and folders that are no overlay, on which theirs can lie.
FOR_KUBERNETES = (
    "--privileged", "--cgroupns=private",
    "--volume", "/var/lib/containerd", "--volume", "/var/lib/kubelet", "--volume", "/var/lib/etcd",
)  # fmt: skip
# Read where Kubespray's containerd_extra_args imports it, which only a machine without CAP_SYS_RESOURCE needs.
CONTAINERD_CONF = """\
mkdir -p /etc/containerd/conf.d
cat > /etc/containerd/conf.d/lab.toml <<'CONF'
version = 3
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
CONF
"""

# The guests have the machine's cgroups, which kubelet and kubeadm refuse from Kubernetes 1.35 on; preflight says so.
CGROUP_V1_VARS = """\
kubelet_fail_cgroup_v1: false
kubeadm_ignore_preflight_errors: [SystemVerification]
"""


def podman(*argv: object, stdin: str | None = None, check: bool = True) -> str:
    """Run podman with what this machine needs and return its standard output."""
    env = dict(os.environ)
    if _cgroup_v1():
        env["CONTAINERS_CONF"] = str(_cgroup_v1_conf())
    return run("podman", *argv, stdin=stdin, check=check, env=env).stdout.strip()


def _cgroup_v1() -> bool:
    return not Path("/sys/fs/cgroup/cgroup.controllers").exists()


def _cgroup_v1_conf() -> Path:
    """The file, never seen half-written: several podmans boot guests at the same time."""
    conf = STATE_ROOT / "containers.conf"
    if not conf.is_file():
        STATE_ROOT.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=STATE_ROOT, delete=False) as scratch:
            scratch.write(CGROUP_V1_CONF)
        os.replace(scratch.name, conf)
    return conf


def ensure_image(release: str) -> str:
    """Build the guest image unless its files are unchanged since it was built."""
    with one_at_a_time():
        return _ensure_image(release)


def _ensure_image(release: str) -> str:
    files = sorted(path for path in IMAGE_FILES.iterdir() if path.is_file())
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]
    name = f"localhost/k8n-lab:{release}-{digest}"
    if podman("images", "-q", name):
        return name
    base = _base_image(release)
    podman("build", "-q", "--pull=never", "-t", name, "--build-arg", f"BASE={base}", IMAGE_FILES)
    return name


def _base_image(release: str) -> str:
    """A Debian base: from a container registry where one is reachable, else made by mmdebstrap."""
    public = f"docker.io/library/debian:{release}"
    if podman("pull", "-q", public, check=False):
        return public
    name = f"localhost/k8n-base:{release}"
    packages = ",".join(
        word
        for line in (IMAGE_FILES / "packages.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for word in line.split()
    )
    print(
        f"No container registry reachable: making a Debian {release} image with mmdebstrap",
        flush=True,
    )
    with tempfile.TemporaryDirectory(dir="/var/tmp") as scratch:
        tar = Path(scratch) / "rootfs.tar"
        run("mmdebstrap", "-q", "--variant=minbase", f"--include={packages}", release, tar)
        podman("import", "-q", tar, name)
    return name


def boot(lab: Lab, guest: Guest, image: str, public_key: str) -> str:
    """Start one guest, wait for its sshd and return its known_hosts line."""
    name = lab.container(guest)
    rights = FOR_KUBERNETES if guest.kubernetes else ("--cap-add", "SYS_ADMIN,NET_ADMIN,NET_RAW")
    podman(
        "run", "-d", "--name", name, "--hostname", guest.name, "--label", f"k8n.lab={lab.name}",
        "--systemd=always", *rights, "--network", "none", image, "/sbin/init",
    )  # fmt: skip
    _started(lab, guest)
    scripts = [_first_boot(lab, guest, public_key)]
    if guest.kubernetes:
        scripts.append(CONTAINERD_CONF)
    scripts += [SERVICES[service].read_text(encoding="utf-8") for service in guest.services]
    scripts += [FAULTS[fault].read_text(encoding="utf-8") for fault in guest.faults]
    scripts.append("cat /etc/ssh/ssh_host_ed25519_key.pub")
    # In one go: to start podman costs more than most of what is done.
    parts = [
        f"sh -s <<'END OF {number}'\n{script}\nEND OF {number}\n"
        for number, script in enumerate(scripts)
    ]
    said = podman("exec", "-i", name, "sh", "-es", stdin="".join(parts))
    key = said.splitlines()[-1].split()
    return f"{guest.address} {key[0]} {key[1]}"


def off(lab: Lab, guest: Guest) -> None:
    """Cut the guest's power: nothing in it is asked, and it tells nothing to anybody."""
    # First the network: its kernel, which lives on, would tell the other ends of its connections.
    _network.unplug(guest)
    podman("kill", lab.container(guest))


def on(lab: Lab, guest: Guest) -> None:
    """Start a guest again whose power was cut; its disk is as it was, its /tmp and /run are empty."""
    podman("start", lab.container(guest))
    _started(lab, guest)


def _started(lab: Lab, guest: Guest) -> None:
    """Give a guest that has just been started its network, and wait for its sshd."""
    name = lab.container(guest)
    _network.plug(guest, int(podman("inspect", "-f", "{{.State.Pid}}", name)))
    deadline = time.monotonic() + BOOT_SECONDS
    while not _answers(guest):
        if time.monotonic() > deadline:
            journal = podman(
                "exec", name, "journalctl", "-b", "--no-pager", "-n", "40", check=False
            )
            raise LabError(f"{name} did not start sshd within {BOOT_SECONDS} s:\n{journal}")
        time.sleep(0.3)


def _answers(guest: Guest) -> bool:
    """Whether its sshd takes connections."""
    try:
        with socket.create_connection((str(guest.address), 22), timeout=1) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def _first_boot(lab: Lab, guest: Guest, public_key: str) -> str:
    """What a fresh installation has: the login's key, root's key, its own name in /etc/hosts, a name server."""
    resolver = f"nameserver {lab.name_server}\\n" if lab.name_server else ""
    return f"""set -eu
echo LAB_GATEWAY={guest.gateway} > /etc/lab
printf '127.0.0.1 localhost\\n{guest.address} {guest.name}\\n' > /etc/hosts
echo '{guest.name}' > /etc/hostname
printf '{resolver}' > /etc/resolv.conf
for home in /home/server /root; do
  mkdir -p $home/.ssh
  echo '{public_key}' > $home/.ssh/authorized_keys
  chmod 700 $home/.ssh
  chmod 600 $home/.ssh/authorized_keys
done
chown -R server:server /home/server/.ssh
"""


def up(lab: Lab) -> None:
    """Boot every guest of the lab and write its login files into the state folder."""
    down(lab)
    lab.state.mkdir(parents=True)
    lab.state.chmod(0o700)
    public_key = make_key(lab)
    images = {guest.release: ensure_image(guest.release) for guest in lab.guests}
    if len(lab.guests) > 20 or any(guest.kubernetes for guest in lab.guests):
        run(
            "sysctl",
            "-qw",
            "fs.inotify.max_user_instances=8192",
            "fs.inotify.max_user_watches=1048576",
        )
    with one_at_a_time():
        _network.up(lab)
    with ThreadPoolExecutor(max_workers=8) as pool:
        lines = list(
            pool.map(lambda guest: boot(lab, guest, images[guest.release], public_key), lab.guests)
        )
    write_logins(lab, lines)


def make_key(lab: Lab) -> str:
    """The key that logs into the lab's hosts, new in its state folder: the public one."""
    key = lab.state / "id_ed25519"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"k8n-lab-{lab.name}", "-f", key)
    return key.with_suffix(".pub").read_text(encoding="utf-8").strip()


def write_logins(lab: Lab, host_keys: list[str]) -> None:
    """What an SSH client or Ansible needs, into the lab's state folder; host_keys are lines of a known_hosts."""
    key, known = lab.state / "id_ed25519", lab.state / "known_hosts"
    known.write_text("\n".join(host_keys) + "\n", encoding="utf-8")
    blocks = [
        f"Host {guest.name} {guest.address}\n  HostName {guest.address}\n  User server\n"
        f"  IdentityFile {key}\n  UserKnownHostsFile {known}\n  StrictHostKeyChecking yes\n"
        for guest in lab.guests
    ]
    (lab.state / "ssh_config").write_text("\n".join(blocks), encoding="utf-8")
    # As inventory variables: set through the environment they are lost in the middle of a Kubespray run,
    # whose kubespray_defaults holds an empty ansible_ssh_common_args.
    (lab.state / "vars.yml").write_text(
        f"---\nansible_user: server\nansible_ssh_private_key_file: {key}\n"
        f"ansible_ssh_common_args: -o UserKnownHostsFile={known} -o StrictHostKeyChecking=yes\n"
        + (CGROUP_V1_VARS if _cgroup_v1() else ""),
        encoding="utf-8",
    )


def down(lab: Lab) -> None:
    """Remove the lab's guests, network and files, whatever of them is there."""
    # Of a guest whose processes somebody else killed podman learns by failing to remove it: the second time it can.
    for last in (False, True):
        if names := podman("ps", "-aq", "--filter", f"label=k8n.lab={lab.name}").split():
            podman("rm", "-f", "-v", "-t", "0", *names, check=last)
    with one_at_a_time():
        _network.down(lab)
    shutil.rmtree(lab.state, ignore_errors=True)


def clean() -> None:
    """Remove the images that ensure_image() made, unless a guest of some lab still runs on them."""
    images = podman("images", "-q", "--filter", "reference=localhost/k8n-*").split()
    if images:
        podman("rmi", *dict.fromkeys(images), check=False)
