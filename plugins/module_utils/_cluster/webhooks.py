# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Webhooks that must agree before anything is written (failurePolicy Fail), and whether each of them answers.

The API server asks them, so they are asked from its host.
"""

from __future__ import annotations

import base64
import binascii
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from typing import Callable

_MAX_NAMED = 20
_MAX_TEXT = 200
_AT_ONCE = 8
_HTTPS = 443


def keep(configuration: Any) -> dict[str, Any]:
    """What is needed of a webhook configuration, in its own form."""
    wanted = ("name", "failurePolicy", "clientConfig", "rules")
    return {
        "metadata": {"name": configuration["metadata"]["name"]},
        "webhooks": [
            {key: each[key] for key in wanted if key in each}
            for each in configuration.get("webhooks") or ()
        ],
    }


def silent(
    answers: dict[str, Any], service: Callable[[str, str], Any], timeout: float
) -> dict[str, Any]:
    """Of all webhooks that must agree, those that do not answer.

    answers are the lists of configurations by kind, service returns a Service by its namespace and name, or None;
    timeout is in seconds, for each webhook.
    """
    asked = [
        (kind, str(configuration["metadata"]["name"]), webhook)
        for kind, answer in answers.items()
        for configuration in answer["items"]
        for webhook in configuration["webhooks"]
        if webhook.get("failurePolicy") == "Fail"
    ]

    def look(each: tuple[str, str, Any]) -> dict[str, Any] | None:
        kind, name, webhook = each
        target, error = _ask(webhook["clientConfig"], service, timeout)
        if error is None:
            return None
        return {
            "kind": kind,
            "configuration": name[:_MAX_TEXT],
            "target": target[:_MAX_TEXT],
            "error": error[:_MAX_TEXT],
            "rules": [_rule(rule)[:_MAX_TEXT] for rule in (webhook.get("rules") or ())[:5]],
        }

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = [each for each in pool.map(look, asked) if each]
    return {"count": len(asked), "found": found[:_MAX_NAMED], "more": len(found[_MAX_NAMED:])}


def _rule(rule: Any) -> str:
    operations = "/".join(rule.get("operations") or ["*"])
    resources = ", ".join(
        f"{resource}.{group}" if group else resource
        for group in rule.get("apiGroups") or ["*"]
        for resource in rule.get("resources") or ["*"]
    )
    return f"{operations} of {resources}"


def _ask(config: Any, service: Callable[[str, str], Any], timeout: float) -> tuple[str, str | None]:
    """What is asked, and why it does not answer."""
    if config.get("url"):
        place = urlsplit(str(config["url"]))
        name = place.hostname or ""
        error = connect(name, place.port or _HTTPS, name, config.get("caBundle"), timeout)
        # The path may hold a secret.
        return f"https://{place.netloc.rpartition('@')[2]}", error
    wanted = config["service"]
    namespace, name = str(wanted["namespace"]), str(wanted["name"])
    target = f"the Service {namespace}/{name}"
    found = service(namespace, name)
    if found is None:
        return target, "there is no such Service"
    address = found["spec"].get("clusterIP")
    if not address or address == "None":
        # Whoever has no address of its own is asked elsewhere, which is not looked into.
        return target, None
    port = int(wanted.get("port") or _HTTPS)
    return target, connect(
        address, port, f"{name}.{namespace}.svc", config.get("caBundle"), timeout
    )


def connect(address: str, port: int, name: str, bundle: str | None, timeout: float) -> str | None:
    """Why there is no TLS with this place as the API server wants it; None where there is."""
    try:
        context = ssl.create_default_context()
        if bundle:
            context = ssl.create_default_context(
                cadata=base64.b64decode(bundle).decode("ascii", "replace")
            )
        # Newer Pythons refuse certificates here that the API server accepts.
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        with socket.create_connection((address, port), timeout) as plain:
            plain.settimeout(timeout)
            with context.wrap_socket(plain, server_hostname=name):
                return None
    except socket.timeout:
        return f"no answer within {timeout:g} s"
    except ssl.SSLCertVerificationError as exc:
        return f"its certificate is not accepted ({exc.verify_message})"
    except (OSError, ValueError, binascii.Error) as exc:
        return str(getattr(exc, "strerror", None) or exc)
