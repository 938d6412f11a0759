# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import (
    folders,
    origin,
    plan,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation.plan import (
    Plan,
    Wanted,
)
from release_tree import install, kubespray_files, write

ELSEWHERE = Path("/nowhere")


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This collection as the plan finds it, and no way to ask a repository."""
    path = tmp_path / "own"
    write(path / "galaxy.yml", "build_ignore: [.cache]")
    write(path / "plugins" / "a.py", "1")
    assert (
        plan.OWN / "plugins" / "plugin_utils" / "_kubespray" / "installation" / "plan.py"
    ).is_file()
    monkeypatch.setattr(plan, "OWN", path)

    def refs(source: str, proxy: str) -> dict[str, str]:
        return {f"refs/tags/v{n}": str(n) * 40 for n in (1, 2, 3)} | {"refs/heads/dev": "d" * 40}

    monkeypatch.setattr(origin, "remote_refs", refs)
    return path


def complete(made: Plan) -> Plan:
    """Do what a plan says: install, record, link."""
    install(made.release)
    text = json.dumps(
        {"path": str(made.release), "digest": made.digest, "origin": asdict(made.origin)}
    )
    (made.release / "release.json").write_text(text)
    use(made)
    return made


def use(made: Plan) -> None:
    link = made.directory / ".k8n" / "controller" / "current"
    link.unlink(missing_ok=True)
    link.symlink_to(made.release.name)


def make(directory: Path, version: str = "v1", running: Path = ELSEWHERE, **more: Any) -> Plan:
    return plan.make(Wanted(str(directory), version, **more), running)


def mistakes(wanted: Wanted) -> list[str]:
    with pytest.raises(plan.PlanError) as caught:
        plan.make(wanted, ELSEWHERE)
    return caught.value.mistakes


def test_an_empty_directory(tmp_path: Path) -> None:
    made = make(tmp_path / "a" / "prod")
    assert (made.ready, made.current, made.changes) == (False, None, True)
    assert made.release.parent == tmp_path / "a" / "prod" / ".k8n" / "controller"
    assert made.release.name == f"v1-{made.digest[:8]}"
    assert made.requirements == ["distlib"]
    assert not (tmp_path / "a").exists()


def test_the_default_is_the_tested_version_from_github(tmp_path: Path, monkeypatch: Any) -> None:
    asked: list[str] = []

    def refs(source: str, proxy: str) -> dict[str, str]:
        asked.append(source)
        return {f"refs/tags/{collection.TESTED_VERSION}": "a" * 40}

    monkeypatch.setattr(origin, "remote_refs", refs)
    assert make(tmp_path, "").origin.version == collection.TESTED_VERSION
    assert asked == [collection.SOURCE]


def test_a_second_run_finds_it_without_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = complete(make(tmp_path))
    monkeypatch.delattr(origin, "remote_refs")
    second = make(tmp_path)
    assert second.release == first.release
    assert (second.ready, second.changes) == (True, False)
    assert second.text() == f"Kubespray v1 (tag, 111111111111) is installed in {first.release}"


def test_a_tag_that_is_here_is_that_of_its_source_unless_another_is_named(tmp_path: Path) -> None:
    first = complete(make(tmp_path, source="https://example.org/mirror.git"))
    assert make(tmp_path).origin == first.origin
    other = make(tmp_path, source="https://example.org/fork.git")
    assert other.origin.place == "https://example.org/fork.git"


def test_a_branch_that_moved_is_another_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = complete(make(tmp_path, "dev"))
    assert make(tmp_path, "dev").ready
    monkeypatch.setattr(origin, "remote_refs", lambda *_: {"refs/heads/dev": "e" * 40})
    second = make(tmp_path, "dev")
    assert not second.ready
    assert second.release != first.release


@pytest.mark.parametrize(
    "more", [{"ara": True}, {"python": sys.executable}, {"lock_file": __file__}], ids=str
)
def test_what_else_makes_another_release(tmp_path: Path, more: dict[str, Any]) -> None:
    complete(make(tmp_path))
    assert not make(tmp_path, **more).ready


def test_a_wheelhouse_or_proxy_makes_none(tmp_path: Path) -> None:
    """They say where the same packages come from."""
    complete(make(tmp_path))
    assert make(tmp_path, wheelhouse=str(tmp_path), proxy="http://p:1").ready


def test_a_change_of_this_collection_makes_another(tmp_path: Path, own: Path) -> None:
    complete(make(tmp_path))
    write(own / "tests" / "a.py", "what does not run does not count")
    assert make(tmp_path).ready
    write(own / "plugins" / "a.py", "2")
    assert not make(tmp_path).ready


def test_a_tag_with_its_commit(tmp_path: Path) -> None:
    made = make(tmp_path, f"v3@{'3' * 40}")
    assert (made.origin.version, made.origin.identity) == ("v3", "3" * 40)
    assert "Nobody has said" not in made.text()
    # One that is here is the same, pinned or not.
    complete(made)
    assert make(tmp_path, "v3").ready
    assert make(tmp_path, f"v3@{'3' * 40}").ready


@pytest.mark.parametrize("is_here", [False, True])
def test_a_tag_that_is_another_commit(tmp_path: Path, is_here: bool) -> None:
    if is_here:
        complete(make(tmp_path, "v3"))
    with pytest.raises(plan.PlanError) as caught:
        make(tmp_path, f"v3@{'4' * 40}")
    assert caught.value.mistakes == [
        f"kubespray_version: the tag v3 of {collection.SOURCE} is the commit {'3' * 40}, and not {'4' * 40}. Somebody "
        "has moved it, or this is not the repository that you mean. Look at what is different before you take it: "
        f"kubespray_version=v3@{'3' * 40}."
    ]


def test_an_upgrade_keeps_the_one_to_go_back_to_and_removes_older_ones(tmp_path: Path) -> None:
    one = complete(make(tmp_path, "v1"))
    two = complete(make(tmp_path, "v2"))
    three = make(tmp_path, "v3")
    assert (three.current, three.obsolete) == (two.release, [one.release])
    assert three.text().splitlines() == [
        f"Kubespray v3 (tag, 333333333333) from {collection.SOURCE} goes into {three.release}",
        "Nobody has said that this is the right commit. Compare it with one that you know; it is pinned by "
        f"kubespray_version=v3@{'3' * 40}",
        "Python packages are taken by version, not by content; controller_lock_file pins them",
        f"It takes the place of {two.release}, which stays for a way back",
        f"To be removed, an older one: {one.release}",
    ]
    assert three.diff()["before"] == (
        f"{one.release.name}\n{two.release.name}\ncurrent -> {two.release.name}\n"
    )
    assert three.diff()["after"] == (
        f"{two.release.name}\n{three.release.name}\ncurrent -> {three.release.name}\n"
    )


def test_going_back_installs_nothing(tmp_path: Path) -> None:
    one = complete(make(tmp_path, "v1"))
    two = complete(make(tmp_path, "v2"))
    back = make(tmp_path, "v1")
    assert (back.ready, back.changes, back.obsolete) == (True, True, [])
    assert back.current == two.release
    use(back)
    assert not make(tmp_path, "v1").changes
    assert make(tmp_path, "v1").release == one.release


def test_the_release_that_runs_this_is_not_removed(tmp_path: Path) -> None:
    one = complete(make(tmp_path, "v1"))
    complete(make(tmp_path, "v2"))
    assert make(tmp_path, "v3", running=one.release / "venv").obsolete == []


def test_a_half_made_release_is_named_and_its_place_taken(tmp_path: Path) -> None:
    one = complete(make(tmp_path, "v1"))
    interrupted = make(tmp_path, "v2")
    interrupted.release.mkdir()
    again = make(tmp_path, "v2")
    assert (again.half_made, again.release) == ([interrupted.release], interrupted.release)
    assert again.obsolete == []
    assert again.current == one.release
    assert f"of an interrupted run: {interrupted.release}" in again.text()


def test_a_damaged_release_is_replaced_by_one_beside_it(tmp_path: Path) -> None:
    damaged = complete(make(tmp_path, "v1"))
    (damaged.release / "venv" / "bin" / "python").unlink()
    again = make(tmp_path, "v1")
    assert not again.ready
    assert again.release.name == f"{damaged.release.name}.2"
    assert again.current == damaged.release


def test_a_folder_reached_through_a_link_is_the_same(tmp_path: Path) -> None:
    complete(make(tmp_path / "prod"))
    (tmp_path / "link").symlink_to(tmp_path / "prod")
    through = make(tmp_path / "link")
    assert (through.ready, through.changes) == (True, False)


def test_all_mistakes_at_once_and_no_password_among_them(tmp_path: Path, own: Path) -> None:
    said = mistakes(
        Wanted(
            directory=str(own / "prod"),
            version="a b",
            source="https://me:secret@example.org/k.git",
            python="/no/python",
            lock_file=str(tmp_path / "lock.txt"),
            wheelhouse=str(tmp_path / "wheels"),
            proxy="http://me:secret@proxy",
        )
    )
    assert [text.split(" ")[0].rstrip(":") for text in said] == [
        "controller_proxy",
        "controller_lock_file",
        "controller_wheelhouse",
        "controller_python",
        "k8n_dir",
        "kubespray_version",
        "k8n_kubespray_source",
    ]
    assert f"controller_lock_file: {tmp_path}/lock.txt is not a file." in said
    assert f"controller_wheelhouse: {tmp_path}/wheels is not a folder." in said
    assert "controller_python: /no/python is no Python 3 that starts." in said
    assert (
        f"k8n_dir is {own}/prod, inside the collection {own} that is going to be copied into it. "
        "Choose a folder outside."
    ) in said
    assert "secret" not in "".join(said)


def test_no_directory() -> None:
    assert mistakes(Wanted("", "v1")) == [
        "The cluster directory is not given. Say where: -e k8n_dir=NAME"
    ]


def test_a_bad_proxy_asks_no_repository(tmp_path: Path) -> None:
    assert mistakes(Wanted(str(tmp_path), "v9", proxy="p")) == [
        "controller_proxy is not of the form http://[USER:PASSWORD@]HOST:PORT."
    ]


def test_a_directory_that_is_a_file_or_has_a_colon(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert mistakes(Wanted(str(tmp_path / "file" / "prod"), "v1")) == [
        f"k8n_dir is {tmp_path}/file/prod, but {tmp_path}/file is not a folder."
    ]
    # Not in tmp_path, which may be so long that it is cut.
    assert mistakes(Wanted("/srv/a:b", "v1")) == [
        "k8n_dir is '/srv/a:b'; a path with a colon or a character that cannot be printed cannot be used."
    ]


def test_a_directory_in_which_one_may_not_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests run as root, who may write everywhere."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert mistakes(Wanted(str(tmp_path / "prod"), "v1")) == [
        f"k8n_dir is {tmp_path}/prod, and this login may not write in {tmp_path}."
    ]


def test_what_the_system_refuses_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 300)
    assert mistakes(Wanted(str(path), "v1")) == [f"{path}: File name too long."]


def test_a_folder_that_the_collection_leaves_out_is_allowed(own: Path) -> None:
    assert make(own / ".cache" / "prod").release.is_relative_to(own)


def test_a_directory_inside_the_kubespray_that_is_copied(tmp_path: Path) -> None:
    checkout = tmp_path / "kubespray"
    kubespray_files(checkout)
    write(checkout / "galaxy.yml", "version: 9.9.9")
    assert make(tmp_path / "prod", str(checkout)).origin.version == "9.9.9"
    (tmp_path / "link").symlink_to(checkout)
    assert len(mistakes(Wanted(str(tmp_path / "link" / "prod"), str(checkout)))) == 1
    assert mistakes(Wanted(str(checkout / "prod"), str(checkout))) == [
        f"k8n_dir is {checkout}/prod, inside the checkout {checkout} that is going to be copied into it. "
        "Choose a folder outside."
    ]


def test_the_facts_are_plain_data(tmp_path: Path) -> None:
    facts = make(tmp_path).facts()
    assert json.loads(json.dumps(facts)) == facts


def test_what_another_run_is_making_is_not_removed_and_not_taken(tmp_path: Path) -> None:
    made = make(tmp_path)
    made.release.mkdir(parents=True)
    (made.release / folders.MARK).write_text(folders.run(os.getpid()))

    other = make(tmp_path)

    assert other.half_made == []
    assert other.release.name == f"{made.release.name}.2"
    (made.release / folders.MARK).write_text("1 1")
    assert make(tmp_path).half_made == [made.release]


@pytest.mark.parametrize("given", ["/", "//", "/./", "/tmp/.."])
def test_the_root_directory_is_refused_before_anybody_is_asked(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_arguments: object) -> dict[str, str]:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(origin, "remote_refs", asked)

    assert mistakes(Wanted(given, "v1")) == [
        f"k8n_dir is {given!r}, which is the root directory; a variable of the shell in it was probably empty. Name a "
        "directory below it, such as /srv/prod."
    ]


def test_a_directory_that_everyone_may_write_into(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)

    assert mistakes(Wanted(str(tmp_path / "open" / "prod"), "v1")) == [
        f"k8n_dir: everyone may write into {tmp_path}/open: its mode is 0777, and what is kept there can be replaced. "
        f"Run: chmod o-w {tmp_path}/open"
    ]
