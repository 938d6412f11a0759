# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast ansible-inventory --graph is with k8n.cluster.ip_list, against static inventories."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

SMALL, LARGE = 10_000, 100_000
HOSTS_IN_SUBNET = 250
YAML_SHARE = 0.25
GROWTH = 12.0


class Target(NamedTuple):
    """A ratio of two measured times and what it may be at most."""

    what: str
    part: str
    whole: str
    limit: float


TARGETS = (
    Target(f"{SMALL:,} in a list, share of YAML", "list 10k", "yaml 10k", YAML_SHARE),
    Target(f"{SMALL:,} in a file, share of YAML", "file 10k", "yaml 10k", YAML_SHARE),
    Target(f"{SMALL:,} in networks, share of YAML", "networks 10k", "yaml 10k", YAML_SHARE),
    Target(f"{LARGE:,} in a list, times {SMALL:,}", "list 100k", "list 10k", GROWTH),
    Target(f"{LARGE:,} in a file, times {SMALL:,}", "file 100k", "file 10k", GROWTH),
)


def addresses(count: int) -> list[str]:
    """Unique host addresses, 250 in each /24."""
    found = []
    for number in range(count):
        subnet, host = divmod(number, HOSTS_IN_SUBNET)
        found.append(f"10.{subnet // 250}.{subnet % 250}.{host + 2}")
    return found


def networks(count: int) -> list[str]:
    """The same addresses as ranges, one for each subnet."""
    listed = addresses(count)
    return [f"{listed[start]}-{HOSTS_IN_SUBNET + 1}" for start in range(0, count, HOSTS_IN_SUBNET)]


def name(address: str) -> str:
    return f"node-{address.replace('.', '-')}"


def write_yaml(path: Path, listed: list[str]) -> None:
    lines = ["all:", "  hosts:"]
    for address in listed:
        lines.append(f"    {name(address)}:")
        lines += [f"      {key}: {address}" for key in ("ansible_host", "ip", "access_ip")]
    lines.append("  children:")
    for group, members in groups(listed).items():
        lines += [f"    {group}:", "      hosts:"]
        lines += [f"        {name(address)}:" for address in members]
    lines += ["    k8s_cluster:", "      children:"]
    lines += [
        "        kube_control_plane:",
        "        kube_node:",
        "    calico_rr:",
        "      hosts: {}",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_ini(path: Path, listed: list[str]) -> None:
    lines = [f"{name(a)} ansible_host={a} ip={a} access_ip={a}" for a in listed]
    for group, members in groups(listed).items():
        lines += [f"[{group}]", *map(name, members)]
    lines += ["[k8s_cluster:children]", "kube_control_plane", "kube_node", "[calico_rr]"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def groups(listed: list[str]) -> dict[str, list[str]]:
    return {"kube_control_plane": listed[:1], "kube_node": listed, "etcd": listed[:3]}


def write_source(path: Path, lines: list[str]) -> None:
    text = "\n".join(["plugin: k8n.cluster.ip_list", *lines])
    path.write_text(text + "\n", encoding="utf-8")


def write_inventories(folder: Path) -> dict[str, Path]:
    """The measured inventories: what they are called, and their files."""
    found: dict[str, Path] = {}
    for count, label in ((SMALL, "10k"), (LARGE, "100k")):
        listed = addresses(count)
        found[f"list {label}"] = folder / f"list{label}.k8n.yml"
        write_source(found[f"list {label}"], ["nodes:", *(f"  - {a}" for a in listed)])
        (folder / f"{label}.txt").write_text("\n".join(listed) + "\n", encoding="utf-8")
        found[f"file {label}"] = folder / f"file{label}.k8n.yml"
        write_source(found[f"file {label}"], [f"nodes_file: {label}.txt"])
    found["networks 10k"] = folder / "networks.k8n.yml"
    write_source(found["networks 10k"], ["nodes:", *(f"  - {entry}" for entry in networks(SMALL))])
    found["yaml 10k"] = folder / "static.yml"
    write_yaml(found["yaml 10k"], addresses(SMALL))
    found["ini 10k"] = folder / "static.ini"
    write_ini(found["ini 10k"], addresses(SMALL))
    return found


def command(path: Path) -> list[str]:
    return ["ansible-inventory", "-i", str(path), "--graph"]


def check_same(inventories: dict[str, Path], environment: dict[str, str]) -> None:
    """A fast answer counts only if it is the right one: all of 10,000 show the same graph."""
    graphs = {
        label: subprocess.run(
            command(path), env=environment, stdout=subprocess.PIPE, check=True
        ).stdout
        for label, path in inventories.items()
        if label.endswith("10k") and label != "ini 10k"
    }
    wrong = [label for label, graph in graphs.items() if graph != graphs["yaml 10k"]]
    if wrong:
        sys.exit(f"These do not show the graph of the static YAML: {', '.join(wrong)}")


def measure(
    inventories: dict[str, Path], environment: dict[str, str], runs: int, folder: Path
) -> dict[str, float]:
    """Median seconds of each inventory."""
    report = folder / "report.json"
    named = [
        part
        for label, path in inventories.items()
        for part in ("--command-name", label, " ".join(command(path)))
    ]
    options = ["--shell=none", "--warmup=1", f"--runs={runs}", f"--export-json={report}"]
    subprocess.run(["hyperfine", *options, *named], env=environment, check=True)
    results = json.loads(report.read_text(encoding="utf-8"))["results"]
    return {result["command"]: result["median"] for result in results}


def print_table(seconds: dict[str, float]) -> bool:
    """Print times and ratios; whether every target is met."""
    print(f"\n{'inventory':<16}{'seconds':>9}{'of YAML':>9}")
    for label, value in seconds.items():
        print(f"{label:<16}{value:>9.2f}{value / seconds['yaml 10k']:>9.2f}")
    print(f"\n{'target':<38}{'measured':>9}{'at most':>9}")
    met = True
    for target in TARGETS:
        ratio = seconds[target.part] / seconds[target.whole]
        verdict = "met" if ratio <= target.limit else "MISSED"
        met = met and ratio <= target.limit
        print(f"{target.what:<38}{ratio:>9.2f}{target.limit:>9.2f}  {verdict}")
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of each command (default: 3)")
    runs = parser.parse_args().runs
    for program, source in (
        ("hyperfine", "apt-get install hyperfine"),
        ("ansible-inventory", "pip install ansible-core, or put your venv's bin on PATH"),
    ):
        if shutil.which(program) is None:
            print(f"{program} is not on PATH; get it with: {source}", file=sys.stderr)
            return 2
    with tempfile.TemporaryDirectory(prefix="k8n-bench-") as scratch:
        folder = Path(scratch)
        namespace = folder / "collections" / "ansible_collections" / "k8n"
        namespace.mkdir(parents=True)
        (namespace / "cluster").symlink_to(Path(__file__).resolve().parents[2])
        config = folder / "ansible.cfg"
        config.write_text("", encoding="utf-8")
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"),
            "ANSIBLE_CONFIG": str(config),
        }
        inventories = write_inventories(folder)
        check_same(inventories, environment)
        met = print_table(measure(inventories, environment, runs, folder))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
