# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users and files can hand us; and all targets."""

from __future__ import annotations

import contextlib
import datetime
import json
import shlex
from pathlib import Path
from typing import Any

import inputs
import yaml
from ansible_collections.k8n.cluster.plugins.inventory import ip_list
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks import levels, run_settings
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.audit import waivers as _waivers
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import plan as ports
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.between_hosts import report
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import (
    directory,
    host_keys,
    nodes,
    record,
    source,
    wishes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import InitError
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.cluster import build_cluster
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.mistakes import (
    IpListError,
    Mistakes,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._inventory.sources import read_nodes_file
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import (
    folders,
    origin,
    plan,
    proxy,
    release,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress import timings
from ansible_collections.k8n.cluster.plugins.plugin_utils._progress.command import masked
from ansible_collections.k8n.cluster.plugins.plugin_utils._text import lines, secrets
from host_targets import TARGETS as HOST_TARGETS
from hypothesis import strategies as st
from target import Target, shown

_DEFAULTS: dict[str, Any] = {
    "compose": {}, "groups": {}, "keyed_groups": [], "leading_separator": True, "strict": False,
    "use_extra_vars": False,
    **{name: option.get("default") for name, option in yaml.safe_load(ip_list.DOCUMENTATION)["options"].items()},
}  # fmt: skip
_INVENTORY = {
    "plugin": "k8n.cluster.ip_list", "nodes": ["10.1.1.1-5", "db1,10.1.2.3", {"ip": "10.1.3.1", "vars": {"a": 1}}],
    "vars": {"all": {"b": 1}, "10.1.1.1-2 db1": {"c": 1}}, "bastion": "admin@10.9.9.9:2222",
    "exclude": ["10.1.1.4"], "control_plane": 1, "etcd": ["10.1.1.1"], "zones": {"a": ["10.1.1.0/24"]},
    "workers": "all", "naming": "{role}-{ip}", "role_names": {"worker": "w"}, "layout": "auto", "compose": {"x": "1"},
    "allow_even_etcd": False, "etcd_placement": "spread",
}  # fmt: skip
_WISHES = {
    "control_plane": "3", "etcd": ["10.1.1.1"], "naming": "n{index}", "zones": "a=10.1.0.0/16", "user": "admin",
    "port": "2222", "jump_host": "admin@10.9.9.9",
}  # fmt: skip
_WAIVERS = ["even_etcd", {"check": "etcd_group", "reason": "r", "until": "2026-12-31"}]
_LEVELS = {"checks": {"swap_on": "off", "sudo_slow": "warn"}, "thresholds": {"sudo_seconds": 3}}
_RUN = {"k8n_report_dir": "reports", "k8n_between": True, "k8n_fetch_kubeconfig": "no", "k8n_probe_timeout": 180,
        "k8n_verify_wait_seconds": 0}  # fmt: skip
_PORTS = {
    "ports": [{"port": 6443, "protocol": "tcp", "on": "etcd", "from": "k8s_cluster", "why": "API"}]
}
_RECORD = {
    "kubespray": "2.31.0",
    "files": {"a": "b"},
    "variables": ["x"],
    "removed": {"y": {"gone_in": "1"}},
}
_TIMINGS = {"version": 1, "runs": {"key": {"seconds": 1.5, "total": 3, "starts": [["a", 0.5]]}}}
_COMMANDS = st.sampled_from([
    "password={}", "a=1 token='{}' b=2", '{{"x": [{{"secret": "{}"}}]}}', "{{x: {{password: {}}}}}",
    "auth=[{{'user':'u','password':'{}'}}]", 'auth="[{{\'password\': \'{}\'}}]"', "auth={{password: {}}}",
    "x='a=1 api_key={}'", "source=https://{}@h/k.git", "source=https://{}:x@h/k.git", "source=https://h/k?token={}",
    "password: {}", "password = {}", "'password={}'", 'pass=a" {}"', "x={{{{ {{'password': '{}'}} }}}}",
    "auth={{'a':[{{'vault':'{}'}}", "ansible_become_pass={} -v",
])  # fmt: skip


def _inventory(given: Any) -> None:
    written = given if isinstance(given, dict) else {"nodes": given}
    try:
        # Text for names, as YAML alone gives other keys to a source.
        build_cluster({str(key): value for key, value in written.items()}, _DEFAULTS, Path.cwd())
    except IpListError as exc:
        for mistake in exc.mistakes:
            shown(mistake, 5000)


def _nodes_file(given: bytes) -> None:
    Path("nodes").write_bytes(given)
    mistakes = Mistakes()
    list(read_nodes_file("nodes", Path.cwd(), mistakes))
    with contextlib.suppress(IpListError):
        mistakes.raise_if_any()


def _init_nodes(given: Any) -> None:
    nodes.cluster(nodes.entries(given), _DEFAULTS, {})


def _init_wishes(given: Any) -> None:
    values = given if isinstance(given, dict) else {"zones": given}
    wished = wishes.given({name: values.get(name) for name in wishes.VARIABLES})
    nodes.cluster(["10.1.1.1-5"], _DEFAULTS, wishes.options(wished))


def _waived(given: Any) -> None:
    waivers, mistakes = _waivers.parse(given, "x", datetime.date(2026, 1, 1))
    for mistake in mistakes:
        shown(mistake, 3000)
    assert all(isinstance(waiver.check, str) for waiver in waivers)


def _wanted(given: Any) -> None:
    if isinstance(given, dict):
        levels.read(given.get("checks"), given.get("thresholds"))


def _run(given: Any) -> None:
    if isinstance(given, dict):
        _found, mistakes = run_settings.read(given.get)
        for mistake in mistakes:
            shown(ascii(mistake), 3000)


def _ports(given: Any) -> None:
    if isinstance(given, dict):
        report.thresholds({"clock_offset_seconds": given.get("ports")})
        ports.read_ports(given)


def _masked(given: tuple[str, str, str]) -> None:
    form, before, after = given
    word = before + form.format("S3CRETVALUE") + after
    for words in (["-e", word], [f"-e{word}"], [f"--extra-vars={word}"]):
        command, _hidden = masked(["ansible-playbook", *words])
        # Beside it something else may have broken the form, but where that is known to hold a secret it is hidden.
        assert "S3CRETVALUE" not in command, command


def _any_command(given: list[str]) -> None:
    command, _hidden = masked(["ansible-playbook", *given])
    shlex.split(command)


def _path(given: str) -> None:
    run_settings.read({"k8n_report_dir": given}.get)
    with contextlib.suppress(InitError):
        assert directory.resolve(given) != Path("/")
    plan._directory_mistakes(given)


def _url(given: str) -> None:
    mistakes = origin.source_mistakes(given) + proxy.mistakes(given) + origin.name_mistakes(given)
    proxy.secrets(given) if not proxy.mistakes(given) else None
    assert "S3CRET" not in "".join(origin.source_mistakes(given))
    assert all(mistakes)
    with contextlib.suppress(InitError):
        source.choose("v2.31.0", given, Path("/nonexistent"), None)


def _files(given: str) -> None:
    raw = given.encode("utf-8", "replace")
    for name in (str(record.FILE), release.RECORD, timings.FILE, folders.MARK, "known_hosts"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(raw)
    with contextlib.suppress(InitError):
        record.read(Path.cwd())
    release.record(Path.cwd())
    timings.load(Path.cwd(), "key")
    folders.is_at_work(Path.cwd())
    with contextlib.suppress(InitError):
        host_keys.given(Path("known_hosts"))


def _text(given: str) -> None:
    shown(lines.printable(given), 10**6)
    assert lines.width(lines.clip(given, 20)) <= 20
    secrets.without_url_secrets(given)


_YAML = True
_CUT = st.sampled_from(["", "a=1 ", "b='x y' "]), st.sampled_from(["", " c=3", " d='z'"])
TARGETS = (
    *HOST_TARGETS,
    Target("inventory", inputs.altered(_INVENTORY, _YAML, 3), _inventory, weight=8),
    Target("nodes_file", st.one_of(st.binary(max_size=300), inputs.texts.map(
        lambda each: each.encode("utf-8", "surrogatepass"))), _nodes_file, weight=4),
    Target("init_nodes", st.one_of(inputs.texts, inputs.altered(["10.1.1.1", "a,10.1.1.2"], _YAML)), _init_nodes,
           (InitError,), weight=4),
    Target("init_wishes", inputs.altered(_WISHES, _YAML), _init_wishes, (InitError,), weight=4),
    Target("waivers", st.one_of(inputs.altered(_WAIVERS, _YAML), inputs.text_of(
        inputs.altered(_WAIVERS), json.dumps)), _waived, weight=10),
    Target("levels", inputs.altered(_LEVELS, _YAML), _wanted, (levels.LevelsError,), weight=10),
    Target("run_settings", inputs.altered(_RUN, _YAML), _run, weight=6),
    Target("ports", inputs.altered(_PORTS, _YAML), _ports, (ports.PlanError,), weight=8),
    Target("secret_in_command", st.tuples(_COMMANDS, *_CUT), _masked, weight=2),
    Target("command", st.lists(st.sampled_from(["-e", "-i", "--extra-vars"]) | inputs.texts, max_size=5), _any_command,
           weight=4),
    Target("path", inputs.texts, _path, (OSError,), weight=2),
    Target("url", st.one_of(inputs.texts, inputs.text_of(st.just("https://u:S3CRET@h:3128/k.git"), str)), _url,
           (OSError,), weight=4),
    Target("files", st.one_of(*(inputs.text_of(inputs.altered(each), json.dumps) for each in (_RECORD, _TIMINGS)),
                              inputs.texts), _files, weight=4),
    Target("text", inputs.texts, _text, weight=4),
)  # fmt: skip
