# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""Which of the places that Kubespray downloads from the host can reach."""

from __future__ import annotations

import os
import threading
import time
from typing import Any, Callable, Mapping, Sequence

from .asked import Answer, Ask

_SECONDS_EACH = 6.0
_SECONDS_ALL = 9.0
_MAX_ASKED = 64
_MAX_ERROR = 200
# Only a server says these: it was reached, and has what it was asked for, or wants a login that is not told here.
_REACHED = (200, 206, 401)
# Where asking for the head alone is not allowed, some of these come back.
_HEAD_REFUSED = (400, 403, 405, 501)
# Docker Hub's registry has another name than its images.
_REGISTRIES = {"docker.io": "registry-1.docker.io"}


def collect(wants: Mapping[str, Any]) -> dict[str, Any]:
    """failed: {url, status, error} of URLs of wants, failed_registries: {host, status, error} of its registries.

    Of the URLs, {url, machines}, those for this host's machine are asked for, which is returned too. proxies are those
    that were to be used, without their logins.
    """
    machine = os.uname().machine
    urls = [str(each["url"]) for each in wants.get("urls", ()) if machine in each["machines"]]
    urls = urls[:_MAX_ASKED]
    registries = [dict(each) for each in wants.get("registries", ())][:_MAX_ASKED]
    if not urls and not registries:
        return {"machine": machine, "failed": [], "failed_registries": [], "proxies": []}
    proxies = {
        str(key).lower(): str(value) for key, value in (wants.get("proxies") or {}).items() if value
    }
    file = _client(proxies, verify=wants.get("verify_certificates") is not False)
    image = _client(proxies, verify=False)
    tasks = [lambda url=url: _url(file, url) for url in urls]
    tasks += [lambda each=each: _registry(image, each) for each in registries]
    answers = [_cleaned(answer, proxies) for answer in _at_once(tasks)]
    return {
        "machine": machine,
        "failed": [
            {"url": url, **answer._asdict()}
            for url, answer in zip(urls, answers)
            if answer.status not in _REACHED
        ],
        "failed_registries": [
            {"host": each["host"], **answer._asdict()}
            for each, answer in zip(registries, answers[len(urls) :])
            if answer.status not in _REACHED
        ],
        "proxies": sorted(
            {without_login(proxies[key]) for key in ("http_proxy", "https_proxy") if key in proxies}
        ),
    }


def _at_once(tasks: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """What the tasks return, each in a thread of its own; the system's resolver alone may take longer than all."""
    answers = [Answer(None, f"no answer after {_SECONDS_ALL:g} s")] * len(tasks)

    def run(number: int) -> None:
        answer = tasks[number]()
        answers[number] = answer

    threads = [
        threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(tasks))
    ]
    deadline = time.monotonic() + _SECONDS_ALL
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    # A copy: what comes in later is late.
    return list(answers)


def _url(ask: Ask, url: str) -> Answer:
    answer = ask("HEAD", url)
    return ask("GET", url) if answer.status in _HEAD_REFUSED else answer


def _registry(ask: Ask, registry: Mapping[str, Any]) -> Answer:
    """The first good answer of those that containerd asks one after another, else the first one.

    Which certificates, and whether plain HTTP will do, is for the container engine's own settings to say.
    """
    host = registry["host"]
    addresses = [*registry.get("mirrors", ()), f"https://{_REGISTRIES.get(host, host)}"]
    plain = [] if "." in host and ":" not in host else [f"http://{host}"]
    answers = []
    for address in [*addresses, *plain]:
        # Of a mirror with a path, too: that is one of the images in it.
        origin = "/".join(address.split("/")[:3])
        answers.append(ask("GET", f"{origin}/v2/"))
        if answers[-1].status in _REACHED:
            return answers[-1]
    return answers[0]


def without_login(url: str) -> str:
    """A URL in which nobody finds a password."""
    scheme, separator, rest = url.rpartition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"


def _cleaned(answer: Answer, proxies: Mapping[str, str]) -> Answer:
    """An answer without the proxies' passwords, whoever repeats them."""
    error = answer.error or ""
    for proxy in proxies.values():
        login, at, _host = proxy.rpartition("://")[2].rpartition("@")
        password = login.partition(":")[2] if at else ""
        error = error.replace(password, "***") if password else error
    return Answer(answer.status, error[:_MAX_ERROR] or None)


def _client(proxies: Mapping[str, str], verify: bool) -> Ask:
    # Loaded only where something is asked for: that takes longer than all else here.
    from .web import client

    return client(proxies, _SECONDS_EACH, verify)
