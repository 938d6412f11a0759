# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real etcd members over TLS on the lab's hosts, with files and names as Kubespray's role etcd has them."""

from __future__ import annotations

import io
import subprocess
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path

from conftest import ROOT

CERTIFICATES = "etc/ssl/etcd/ssl"
QUOTA_BYTES = 67108864
_PACKAGES = ROOT / ".cache" / "etcd"
_PROGRAMS = ("etcd", "etcdctl")
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
# As roles/etcd/templates/etcd-host.service.j2, with a shorter RestartSec.
_SERVICE = """\
[Service]
Type=notify
User=root
EnvironmentFile=/etc/etcd.env
ExecStart=/usr/local/bin/etcd
NotifyAccess=all
Restart=always
RestartSec=1s
LimitNOFILE=40000
"""


def programs() -> Path:
    """The folder with etcd and etcdctl, from the packages of the Debian that this machine runs."""
    folder = _PACKAGES / "usr" / "bin"
    if not all((folder / name).exists() for name in _PROGRAMS):
        _PACKAGES.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["apt-get", "download", "etcd-server", "etcd-client"], cwd=_PACKAGES, check=True
        )
        for package in _PACKAGES.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", str(package), str(_PACKAGES)], check=True)
    return folder


class Members:
    """etcd on hosts of a lab: hosts are names and addresses, state is the lab's folder."""

    def __init__(self, hosts: Mapping[str, str], state: Path, scratch: Path) -> None:
        self.hosts = hosts
        self._state = state
        self._scratch = scratch
        self._cluster = ",".join(
            f"etcd{number}=https://{address}:2380"
            for number, address in enumerate(hosts.values(), 1)
        )
        self._openssl("req", "-x509", "-nodes", *_KEY, "-keyout", "ca-key.pem", "-out", "ca.pem", "-days", "36500",
                      "-subj", "/CN=etcd-ca")  # fmt: skip

    def on(self, host: str, command: str, stdin: bytes = b"") -> str:
        """Run a command as root on a host and return what it prints."""
        argv = ["ssh", "-F", str(self._state / "ssh_config"), "-l", "root", host, command]
        return subprocess.run(argv, input=stdin, check=True, stdout=subprocess.PIPE).stdout.decode()

    def install(self, host: str, more: Mapping[str, str]) -> None:
        """Put everything there, and more files with their text."""
        for kind in ("member", "admin"):
            self._certificate(f"{kind}-{host}")
        files = {f"usr/local/bin/{name}": programs() / name for name in _PROGRAMS}
        for path in [*self._scratch.glob(f"*-{host}*.pem"), self._scratch / "ca.pem"]:
            files[f"{CERTIFICATES}/{path.name}"] = path
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for name, path in files.items():
                tar.add(path, name)
            texts = {"etc/etcd.env": self._env(host), "etc/systemd/system/etcd.service": _SERVICE}
            for name, text in {**texts, **more}.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(text)
                entry.mode = 0o755
                tar.addfile(entry, io.BytesIO(text.encode()))
        self.on(host, "tar -x --no-same-owner -C /", archive.getvalue())

    def start(self, *hosts: str) -> None:
        """Start members together, and wait until they are ready."""
        for host in hosts:
            # One that could not start has used up its tries, and is refused another.
            self.on(
                host,
                "systemctl daemon-reload; systemctl reset-failed etcd 2> /dev/null; systemctl start --no-block etcd",
            )
        deadline = time.monotonic() + 120
        for host in hosts:
            while self.on(host, "systemctl is-active etcd || true").strip() != "active":
                assert time.monotonic() < deadline, self.on(host, "journalctl -u etcd -n 20")
                time.sleep(0.3)

    def wait_until_without_leader(self, host: str) -> None:
        """A member believes in its leader until an election timeout has passed."""
        status = "set -a; . /etc/etcd.env; /usr/local/bin/etcdctl endpoint status -w json"
        deadline = time.monotonic() + 120
        while "no leader" not in (said := self.on(host, status)):
            assert time.monotonic() < deadline, said
            time.sleep(0.3)

    def _certificate(self, name: str) -> None:
        names = ",".join([*(f"IP:{address}" for address in self.hosts.values()), "IP:127.0.0.1"])
        (self._scratch / "names").write_text(f"subjectAltName={names}\n")
        self._openssl("req", "-nodes", *_KEY, "-keyout", f"{name}-key.pem", "-out", "request",
                      "-subj", f"/CN={name}")  # fmt: skip
        self._openssl("x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial",
                      "-out", f"{name}.pem", "-days", "36500", "-extfile", "names")  # fmt: skip

    def _openssl(self, *argv: str) -> None:
        subprocess.run(["openssl", *argv], cwd=self._scratch, check=True, capture_output=True)

    def _env(self, host: str) -> str:
        """As roles/etcd/templates/etcd.env.j2 of Kubespray v2.31.0, with a shorter election."""
        address = self.hosts[host]
        number = [*self.hosts].index(host) + 1
        files = f"/{CERTIFICATES}"
        return f"""\
# Environment file for etcd
ETCD_DATA_DIR=/var/lib/etcd
ETCD_ADVERTISE_CLIENT_URLS=https://{address}:2379
ETCD_INITIAL_ADVERTISE_PEER_URLS=https://{address}:2380
ETCD_INITIAL_CLUSTER_STATE=new
ETCD_LISTEN_CLIENT_URLS=https://{address}:2379,https://127.0.0.1:2379
ETCD_ELECTION_TIMEOUT=1000
ETCD_HEARTBEAT_INTERVAL=100
ETCD_INITIAL_CLUSTER_TOKEN=k8s_etcd
ETCD_LISTEN_PEER_URLS=https://{address}:2380
ETCD_NAME=etcd{number}
ETCD_INITIAL_CLUSTER={self._cluster}
ETCD_QUOTA_BACKEND_BYTES={QUOTA_BYTES}
ETCD_TRUSTED_CA_FILE={files}/ca.pem
ETCD_CERT_FILE={files}/member-{host}.pem
ETCD_KEY_FILE={files}/member-{host}-key.pem
ETCD_CLIENT_CERT_AUTH=true
ETCD_PEER_TRUSTED_CA_FILE={files}/ca.pem
ETCD_PEER_CERT_FILE={files}/member-{host}.pem
ETCD_PEER_KEY_FILE={files}/member-{host}-key.pem
ETCD_PEER_CLIENT_CERT_AUTH=True
ETCDCTL_ENDPOINTS=https://127.0.0.1:2379
ETCDCTL_CACERT={files}/ca.pem
ETCDCTL_KEY={files}/admin-{host}-key.pem
ETCDCTL_CERT={files}/admin-{host}.pem
"""
