# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All checks of the collection. `nox -l` lists them; `make test` runs those marked with a star there."""

from __future__ import annotations

import atexit
import os
import runpy
import shutil
import sys
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import antsibull_nox
import nox
import yaml

ROOT = Path(__file__).resolve().parent
COLLECTIONS = ROOT / ".cache" / "collections"
ALONE = ROOT / ".cache" / "alone"
REQUIREMENTS = Path("tests") / "requirements"
# The ansible-cores and the control node's Pythons that this collection is tested with, as far as they go together.
PYTHONS = range(11, 14)
CORES = {
    core: [f"3.{minor}" for minor in PYTHONS if low <= minor <= high]
    for core, (low, high) in runpy.run_path(
        str(ROOT / "plugins/plugin_utils/_kubespray/installation/core_pythons.py")
    )["CORE_PYTHONS"].items()
}
HOST_PYTHONS = ["3.8", "3.9", "3.10"]
KUBESPRAYS = ["v2.29.0", "v2.30.0", "v2.31.0", "master"]


def pyenv() -> Path:
    """Where pyenv keeps its Pythons: above the command, which need not be in this user's HOME."""
    command = shutil.which("pyenv")
    return Path(command).resolve().parents[1] if command else Path.home() / ".pyenv"


# antsibull-nox asks ansible-galaxy; Pythons that pyenv keeps are found as well, and what is missing is skipped.
os.environ["PATH"] = os.pathsep.join(
    [
        str(ROOT / ".venv" / "bin"),
        os.environ["PATH"],
        *(str(path) for path in sorted(pyenv().glob("versions/3*/bin"))),
    ]
)
nox.options.error_on_missing_interpreters = False
# A second run does not make them anew; pip brings what is pinned differently meanwhile.
nox.options.reuse_venv = "yes"


def collections_paths() -> list[Path]:
    """Where Ansible finds this checkout, and Kubespray where the user or tests/setup.sh installed it."""
    return [
        COLLECTIONS,
        Path.home() / ".ansible" / "collections",
        Path("/usr/share/ansible/collections"),
    ]


def installed_kubespray() -> Path | None:
    """The Kubespray that Ansible finds; the tests that need one skip where there is none."""
    places = [
        path / "ansible_collections/kubernetes_sigs/kubespray" for path in collections_paths()
    ]
    return next((place for place in places if place.is_dir()), None)


def wanted_core() -> str:
    """The ansible-core that the installed Kubespray wants, read from it; 2.18 where there is none."""
    kubespray = installed_kubespray()
    if not kubespray:
        return "2.18"
    runtime = (kubespray / "meta" / "runtime.yml").read_text(encoding="utf-8")
    window = yaml.safe_load(runtime)["requires_ansible"]
    lowest = next(part for part in window.split(",") if part.startswith(">="))
    return ".".join(lowest.removeprefix(">=").split(".")[:2])


WANTED_CORE = wanted_core()
NEWEST_CORE = list(CORES)[-1]
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
nox.options.sessions = [
    "lint",
    "docs-check",
    "docs-site",
    "license-check",
    "extra-checks",
    "ansible-lint",
    "build-import-check",
    f"units(python='{THIS_PYTHON}', core='{WANTED_CORE}')",
    # `pip install ansible-core`, as the README has it, brings the newest.
    f"units(python='{CORES[NEWEST_CORE][-1]}', core='{NEWEST_CORE}')",
    # The oldest, which is also what is written for, and the newest of them; `make test-all` runs those between.
    f"units-host-{HOST_PYTHONS[0]}",
    f"units-host-{HOST_PYTHONS[-1]}",
    "fuzz(minute)",
    f"sanity-{WANTED_CORE}",
    "molecule",
    "integration",
    "e2e-one",
]


def ansible_environment() -> dict[str, str]:
    """What the tests on real hosts run with, whatever the user has set for other work."""
    return {
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(str(path) for path in collections_paths()),
        "ANSIBLE_HOME": str(ROOT / ".cache" / "ansible"),
        # Alone: Ansible looks for collections there, too, and a test of a missing Kubespray must not find one.
        "PYTHONPATH": str(this_collection_alone()),
    }


NOT_RUN: list[str] = []


@atexit.register
def say_what_was_not_run() -> None:
    """As the last lines of all, below what nox says itself."""
    if NOT_RUN:
        print("\nNOT RUN:", *(f"- {each}" for each in NOT_RUN), sep="\n", flush=True)


def remember_skipped(report: Path) -> None:
    """Count a pytest run's skipped tests by their reasons, which say how they come to run."""
    if not report.exists():
        return  # it did not get so far
    reasons = Counter(
        skipped.get("message", "") for skipped in ElementTree.parse(report).iter("skipped")
    )
    NOT_RUN.extend(
        f"{count} of {report.stem}: {reason}" for reason, count in reversed(reasons.most_common())
    )


def get_pip_without_the_web() -> None:
    """Let ansible-test make its venvs where its bootstrap host cannot be reached.

    It looks for a get-pip script in its cache before it asks that host; ours does the same job with ensurepip.
    """
    try:
        urllib.request.urlopen("https://ci-files.testing.ansible.com/", timeout=5)
    except urllib.error.HTTPError:
        return  # it answered
    except OSError:
        pass
    else:
        return
    cache = Path.home() / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    script = (ROOT / "tests" / "get_pip_shim.py").read_text(encoding="utf-8")
    # Those of the supported cores: 2.17, 2.18 and 2.19, 2.20 and 2.21.
    for version in ("23_1_2", "24_2", "25_2"):
        path = cache / f"get_pip_{version}.py"
        if not path.exists():
            path.write_text(script, encoding="utf-8")


def drop_ansible_tests_scratch() -> None:
    """antsibull-nox copies ansible-test's output bottom-up and trips over a scratch folder within a scratch folder."""
    shutil.rmtree("tests/output/.tmp", ignore_errors=True)


antsibull_nox.load_antsibull_nox_toml()

for core in CORES:
    antsibull_nox.add_ansible_test_session(
        name=f"sanity-{core}",
        description=f"ansible-test sanity on ansible-core {core}",
        ansible_test_params=["sanity", "--venv", "--color", "no", "--requirements"],
        default=False,
        ansible_core_version=core,
        ansible_core_source="pypi",
        callback_before=get_pip_without_the_web,
        callback_after=drop_ansible_tests_scratch,
    )


@nox.session(name="docs-site")
def docs_site(session: nox.Session) -> None:
    """The documentation as a site, in .cache/docs-site/html: a link to nothing ends the build. Asks no web."""
    session.install("-q", "-r", str(REQUIREMENTS / "docs-site.txt"))
    source, site = ROOT / ".cache" / "docs-site" / "source", ROOT / ".cache" / "docs-site" / "html"
    shutil.rmtree(source.parent, ignore_errors=True)
    source.mkdir(parents=True, mode=0o700)  # antsibull-docs refuses a folder that others may read
    shutil.copy(ROOT / "docs/docsite/site/index.rst", source)
    listed = session.run(
        "git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md", "docs/images",
        external=True, silent=True,
    )  # fmt: skip
    for page in str(listed).split():
        (source / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / page, source / page)
    environment = {**ansible_environment(), "K8N_REPOSITORY": str(ROOT)}
    session.run(
        "antsibull-docs", "collection", "--use-current", "--fail-on-error", "--dest-dir", str(source),
        "k8n.cluster", env=environment,
    )  # fmt: skip
    session.run(
        "sphinx-build", "-q", "-W", "--keep-going", "-c", "docs/docsite/site", str(source), str(site),
        env=environment,
    )  # fmt: skip
    session.log(f"the site is {site}/index.html")


@nox.session(name="ansible-lint")
def ansible_lint(session: nox.Session) -> None:
    """ansible-lint, through what is imported of Kubespray, too."""
    session.install("-q", "-r", str(REQUIREMENTS / "ansible-lint.txt"))
    arguments = []
    if not installed_kubespray():
        # Their syntax cannot be checked without the playbooks and roles that they import.
        listed = session.run(
            "git", "grep", "-l", r"kubernetes_sigs\.kubespray\.", "--", "*.yml",
            external=True, silent=True,
        )  # fmt: skip
        for path in str(listed).split():
            arguments += ["--exclude", path]
            NOT_RUN.append(f"ansible-lint of {path}: it imports from Kubespray, which is nowhere")
    session.run(
        "ansible-lint", "--offline", "--strict", *arguments, *session.posargs,
        env=ansible_environment(),
    )  # fmt: skip


@nox.session(default=False)
@nox.parametrize(
    "python,core", [(python, core) for core, pythons in CORES.items() for python in pythons]
)
def units(session: nox.Session, core: str) -> None:
    """Unit tests of the control node's and the hosts' side with one ansible-core."""
    session.install("-q", f"ansible-core~={core}.0", "-r", str(REQUIREMENTS / "units.txt"))
    run_pytest(session, "tests/unit")


# virtualenv makes none for Python 3.8 any more.
@nox.session(name="units-host", python=HOST_PYTHONS, venv_backend="venv", default=False)
def units_host(session: nox.Session) -> None:
    """Unit tests of the hosts' side on the old Pythons that hosts have, without Ansible."""
    session.install("-q", "-r", str(REQUIREMENTS / "units-host.txt"))
    run_pytest(session, "tests/unit/plugins/module_utils")


def this_collection_alone() -> Path:
    """A collections path for tests that must not find a Kubespray, wherever one is installed."""
    link = ALONE / "ansible_collections" / "k8n" / "cluster"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(ROOT)
    return ALONE


def run_pytest(session: nox.Session, *arguments: str) -> None:
    session.run(
        "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "auto", *arguments, *session.posargs,
        env={"PYTHONPATH": str(this_collection_alone())},
    )  # fmt: skip


@nox.session(default=False)
# The test of every change has the same inputs each time: what it finds, the change has brought.
@nox.parametrize(
    "bound",
    [nox.param(("--seconds", "60", "--seed", "1"), id="minute"), nox.param((), id="all")],
)
def fuzz(session: nox.Session, bound: tuple[str, ...]) -> None:
    """Strange inputs for all that hosts, peers, files and users can hand us: 100,000 of them, or one minute."""
    session.install("-q", f"ansible-core~={WANTED_CORE}.0", "-r", str(REQUIREMENTS / "units.txt"))
    session.run(
        "python",
        "tests/fuzz/run.py",
        *bound,
        *session.posargs,
        env={"PYTHONPATH": str(COLLECTIONS)},
    )


@nox.session(default=False)
def mutants(session: nox.Session) -> None:
    """Faults put into a copy, one at a time: the tests notice 19 of 20. `-- 7 12` runs those alone."""
    session.install("-q", f"ansible-core~={WANTED_CORE}.0", "-r", str(REQUIREMENTS / "units.txt"))
    session.run("python", "tests/mutants/run.py", *session.posargs)


@nox.session(venv_backend="none", default=False)
def molecule(session: nox.Session) -> None:
    """The role prepare on real hosts, with its default and with many variables changed."""
    for scenario in ("default", "alternative"):
        session.run(
            str(ROOT / ".venv/bin/molecule"), "test", "-s", scenario,
            env=ansible_environment(), external=True,
        )  # fmt: skip


@nox.session(venv_backend="none", default=False)
def integration(session: nox.Session) -> None:
    """Our playbooks, and Kubespray's own, on real hosts; three files at a time, each with labs of its own."""
    report = ROOT / ".cache" / "integration.xml"
    report.unlink(missing_ok=True)
    try:
        session.run(
            str(ROOT / ".venv/bin/python"), "-m", "pytest", "-p", "no:cacheprovider", "-n", "3", "--dist", "loadfile",
            "--durations=15", f"--junit-xml={report}", "tests/integration", *session.posargs,
            env=ansible_environment(), external=True,
        )  # fmt: skip
    finally:
        remember_skipped(report)


@nox.session(venv_backend="none", default=False)
def e2e(session: nox.Session) -> None:
    """Addresses to Ready nodes by the real Kubespray, in a closed place: tests/e2e/README.md. Writes docs/e2e.md."""
    run_e2e(session, "tests/e2e")
    session.run(str(ROOT / ".venv/bin/python"), "tests/e2e/_measured.py", external=True)


@nox.session(name="e2e-one", venv_backend="none", default=False)
def e2e_one(session: nox.Session) -> None:
    """One address to a Ready node, the main job in the least time; skipped where Kubespray or Go is missing."""
    missing = None
    if not installed_kubespray():
        missing = "Kubespray, which `make setup` installs"
    elif not shutil.which("go"):
        missing = "a Go toolchain (1.24 or later), from which the cluster's programs are built"
    if missing:
        NOT_RUN.append(f"one host to Ready (e2e-one): it needs {missing}")
        session.skip(f"this needs {missing}")
    run_e2e(session, "tests/e2e/test_one_host.py")


def run_e2e(session: nox.Session, tests: str) -> None:
    session.run(
        str(ROOT / ".venv/bin/python"), "-m", "pytest", "-p", "no:cacheprovider", tests,
        *session.posargs, env=ansible_environment(), external=True,
    )  # fmt: skip


def with_kubespray(session: nox.Session, kubespray: str) -> dict[str, str]:
    """Install what that Kubespray asks for, and return the environment in which it is the one that Ansible finds.

    Skips where it is not in ~/.ansible/kubespray/VERSION.
    """
    collections = Path.home() / ".ansible" / "kubespray" / kubespray
    installed = collections / "ansible_collections" / "kubernetes_sigs" / "kubespray"
    if not installed.is_dir():
        session.skip(
            f"Kubespray {kubespray} is not in {collections}; see nox -l for how to install it"
        )
    session.install("-q", "-r", str(installed / "requirements.txt"), "pytest", "pyyaml")
    environment = ansible_environment()
    environment["ANSIBLE_COLLECTIONS_PATH"] = f"{COLLECTIONS}{os.pathsep}{collections}"
    return environment


@nox.session(default=False)
@nox.parametrize("kubespray", KUBESPRAYS)
def gates(session: nox.Session, kubespray: str) -> None:
    """The audit against each Kubespray's own checks, run for real; prints the table of checks and versions.

    Install a version for it with: ansible-galaxy collection install --no-deps
    -p ~/.ansible/kubespray/VERSION git+https://github.com/kubernetes-sigs/kubespray.git,VERSION
    """
    environment = with_kubespray(session, kubespray)
    session.run(
        "python", "-m", "pytest", "-p", "no:cacheprovider", "tests/integration/test_gates.py", *session.posargs,
        env={**environment, "K8N_GATES": "all"},
    )  # fmt: skip


@nox.session(name="gates-of-many", venv_backend="none", default=False)
def gates_of_many(session: nox.Session) -> None:
    """Kubespray's own checks on what ip_list makes of 200 addresses, too: five minutes of two cores."""
    session.run(
        str(ROOT / ".venv/bin/python"), "-m", "pytest", "-p", "no:cacheprovider",
        "tests/integration/test_inventories.py", *session.posargs,
        env={**ansible_environment(), "K8N_GATES": "all"}, external=True,
    )  # fmt: skip


@nox.session(name="e2e-online", default=False)
@nox.parametrize("kubespray", KUBESPRAYS)
def e2e_online(session: nox.Session, kubespray: str) -> None:
    """Machines with internet to Ready nodes and back: tests/e2e/README.md. A missing Kubespray is fetched from git."""
    collections = Path.home() / ".ansible" / "kubespray" / kubespray
    if not collections.is_dir():
        session.run(
            str(ROOT / ".venv/bin/ansible-galaxy"), "collection", "install", "--no-deps", "-p", str(collections),
            f"git+https://github.com/kubernetes-sigs/kubespray.git,{kubespray}", external=True,
        )  # fmt: skip
    environment = with_kubespray(session, kubespray)
    session.run(
        "python", "-m", "pytest", "-p", "no:cacheprovider", "tests/e2e/online.py", *session.posargs,
        env=environment,
    )  # fmt: skip


@nox.session(venv_backend="none", default=False)
@nox.parametrize("kubespray", KUBESPRAYS)
def controller(session: nox.Session, kubespray: str) -> None:
    """The control node installed with each Kubespray and each Python of this machine; prints the table.

    Needs Kubespray's repository: `make setup` fetches it, or takes it from K8N_KUBESPRAY_CHECKOUT.
    """
    session.run(
        str(ROOT / ".venv/bin/python"), "-m", "pytest", "-p", "no:cacheprovider", "-s",
        "tests/integration/test_controller_matrix.py", *session.posargs,
        env={**ansible_environment(), "K8N_CONTROLLER": kubespray}, external=True,
    )  # fmt: skip


@nox.session(venv_backend="none", default=False)
def bench(session: nox.Session) -> None:
    """The speed of the inventory plugin, the audit, the callback and preflight, each as ratios in one run."""
    for script in ("ip_list.py", "audit.py", "progress.py", "preflight.py"):
        session.run(
            str(ROOT / ".venv/bin/python"), f"tests/bench/{script}",
            env=ansible_environment(), external=True,
        )  # fmt: skip
