# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Until when certificates are good, without a library: their dates stand at a fixed place."""

from __future__ import annotations

import base64
import binascii
import calendar
import glob
import re
import ssl
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Iterator, Sequence

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
# In a kubeconfig.
_EMBEDDED = re.compile(r"^\s*client-certificate-data:\s*(\S+)\s*$", re.MULTILINE)
_MAX_FILE = 262144
_MAX_FILES = 100
_NAMED = 5

# The tags of DER (X.690) that are met on the way.
_VERSION, _UTC_TIME, _GENERALIZED_TIME = 0xA0, 0x17, 0x18


class CertificateError(Exception):
    """It is no certificate."""


def collect(patterns: Sequence[str]) -> dict[str, Any]:
    """Of all files that the patterns match: how many certificates, the first to end, and files that tell nothing.

    not_after is in seconds since 1970. Of a file with several certificates the first to end counts.
    """
    ends: list[dict[str, Any]] = []
    unreadable: list[str] = []
    for path in sorted({path for pattern in patterns for path in glob.glob(pattern)})[:_MAX_FILES]:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                found = [not_after(pem) for pem in pems(file.read(_MAX_FILE))]
        except (OSError, CertificateError):
            found = []
        if found:
            ends.append({"path": path, "not_after": min(found)})
        elif not path.endswith(".conf"):
            # A kubeconfig may name a file instead of holding a certificate.
            unreadable.append(path)
    ends.sort(key=lambda end: (end["not_after"], end["path"]))
    return {"count": len(ends), "first": ends[:_NAMED], "unreadable": unreadable[:_NAMED]}


def pems(text: str) -> Iterator[str]:
    """The certificates in a PEM file or in a kubeconfig. Raises CertificateError."""
    yield from _PEM.findall(text)
    for data in _EMBEDDED.findall(text):
        try:
            yield from _PEM.findall(
                base64.b64decode(data, validate=True).decode("ascii", "replace")
            )
        except binascii.Error as exc:
            raise CertificateError("not base64") from exc


def not_after(pem: str) -> int:
    """The last moment of a certificate, in seconds since 1970. Raises CertificateError."""
    try:
        der = ssl.PEM_cert_to_DER_cert(pem)
        certificate = _elements(der)[0][1]
        parts = _elements(_elements(certificate)[0][1])
        if parts[0][0] == _VERSION:
            parts = parts[1:]
        # serial, algorithm, issuer, validity (X.509, RFC 5280 section 4.1).
        tag, text = _elements(parts[3][1])[1]
        layout = {_UTC_TIME: "%y%m%d%H%M%SZ", _GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}[tag]
        return calendar.timegm(time.strptime(text.decode("ascii"), layout))
    except (IndexError, KeyError, ValueError) as exc:
        raise CertificateError("not X.509") from exc


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each element in the data. Raises ValueError, IndexError."""
    found = []
    while data:
        tag, content, data = _split(data)
        found.append((tag, content))
    return found


def _split(data: bytes) -> tuple[int, bytes, bytes]:
    """Tag and content of the first element, and the rest."""
    tag, length, start = data[0], data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    if start + length > len(data):
        raise ValueError("cut off")
    return tag, data[start : start + length], data[start + length :]
