# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Ask a web server as Kubespray's downloads do, without downloading anything."""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request
from typing import Any, Mapping

from .asked import Answer, Ask


class _Redirected(urllib.request.HTTPRedirectHandler):
    """Asks the other place with the same method: before Python 3.13 that becomes a GET, which fetches all of it."""

    def redirect_request(self, req: urllib.request.Request, *others: Any) -> Any:
        asked = super().redirect_request(req, *others)
        if asked is not None:
            asked.method = req.get_method()
        return asked


def client(proxies: Mapping[str, str], seconds: float, verify: bool) -> Ask:
    """What asks for a method and a URL within so many seconds for each step.

    proxies: http_proxy, https_proxy, no_proxy, those that there are. verify: whether certificates must be valid.
    """
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    through = {
        scheme: proxies[f"{scheme}_proxy"]
        for scheme in ("http", "https")
        if f"{scheme}_proxy" in proxies
    }
    proxied, direct = [
        urllib.request.build_opener(
            urllib.request.ProxyHandler(given),
            urllib.request.HTTPSHandler(context=context),
            _Redirected,
        )
        for given in (through, {})
    ]
    # typeshed does not know it.
    bypass = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined]
    no_proxy = {"no": proxies.get("no_proxy", "")}

    def ask(method: str, url: str) -> Answer:
        try:
            request = urllib.request.Request(
                url, method=method, headers={"User-Agent": "k8n.cluster"}
            )
            if method == "GET":
                request.add_header("Range", "bytes=0-0")
            opener = direct if bypass(request.host, no_proxy) else proxied
            with opener.open(request, timeout=seconds) as answer:
                return Answer(int(answer.status), None)
        except urllib.error.HTTPError as exc:
            return Answer(exc.code, None)
        except (OSError, http.client.HTTPException, ValueError) as exc:
            reason = getattr(exc, "reason", None) or exc
            said = getattr(reason, "strerror", None) or str(reason)
            return Answer(None, said or type(reason).__name__)

    return ask
