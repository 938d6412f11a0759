# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The certificates are made by openssl, which nothing that is tested uses."""

from __future__ import annotations

import base64
import ssl
import subprocess
import time

import pytest
from ansible_collections.k8n.cluster.plugins.module_utils._cluster import certificates

DAY = 86400
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    """A function that makes a certificate for so many days and returns its PEM text."""
    folder = tmp_path_factory.mktemp("openssl")

    def make(days):
        argv = [
            "openssl",
            "req",
            "-x509",
            "-nodes",
            *KEY,
            "-keyout",
            "/dev/null",
            "-days",
            str(days),
            "-subj",
            "/CN=x",
        ]
        return subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True).stdout

    return make


# Until 2049 the date is a UTCTime, from then on a GeneralizedTime.
@pytest.mark.parametrize("days", [1, 365, 36500])
def test_the_end_of_a_certificate(pem, days):
    assert abs(certificates.not_after(pem(days)) - time.time() - days * DAY) < 60


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----",
    ],
)
def test_what_is_no_certificate(text):
    with pytest.raises(certificates.CertificateError):
        certificates.not_after(text)


def test_every_cut_of_a_certificate_is_no_certificate(pem):
    der = ssl.PEM_cert_to_DER_cert(pem(1))
    for length in range(len(der)):
        with pytest.raises(certificates.CertificateError):
            certificates.not_after(ssl.DER_cert_to_PEM_cert(der[:length]))


def test_all_files_of_a_host(pem, tmp_path):
    soon, later, ca = pem(1), pem(10), pem(100)
    (tmp_path / "ca.pem").write_text(ca, encoding="utf-8")
    # Key and certificate in one file, as the kubelet has it.
    (tmp_path / "kubelet.pem").write_text(
        f"{later}-----BEGIN EC PRIVATE KEY-----\nMA==\n-----END EC PRIVATE KEY-----\n",
        encoding="utf-8",
    )
    data = base64.b64encode(soon.encode()).decode()
    (tmp_path / "admin.conf").write_text(
        f"users:\n- user:\n    client-certificate-data: {data}\n", encoding="utf-8"
    )
    # Names a file instead.
    (tmp_path / "kubelet.conf").write_text("users:\n- user:\n    client-certificate: /x.pem\n")
    (tmp_path / "broken.pem").write_bytes(b"\xff\x00garbage")
    (tmp_path / "folder.pem").mkdir()

    found = certificates.collect([f"{tmp_path}/*.pem", f"{tmp_path}/*.conf", f"{tmp_path}/none*"])

    assert found["count"] == 3
    assert [each["path"] for each in found["first"]] == [
        f"{tmp_path}/admin.conf",
        f"{tmp_path}/kubelet.pem",
        f"{tmp_path}/ca.pem",
    ]
    assert abs(found["first"][0]["not_after"] - time.time() - DAY) < 60
    assert found["unreadable"] == [f"{tmp_path}/broken.pem", f"{tmp_path}/folder.pem"]
    # Nothing of what they hold.
    assert data not in str(found)


def test_no_files():
    assert certificates.collect([]) == {"count": 0, "first": [], "unreadable": []}


def test_a_kubeconfig_with_something_else_for_a_certificate(tmp_path):
    (tmp_path / "admin.conf").write_text("    client-certificate-data: %%%\n", encoding="utf-8")

    assert certificates.collect([f"{tmp_path}/*"]) == {"count": 0, "first": [], "unreadable": []}
