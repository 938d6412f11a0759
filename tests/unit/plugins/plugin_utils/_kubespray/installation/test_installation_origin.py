# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray.installation import origin

SOURCE = "https://example.org/kubespray.git"
REFS = {
    "refs/tags/v9.1.0": "a" * 40,
    "refs/tags/v9.2.0": "b" * 40,
    "refs/tags/v9.2.0^{}": "c" * 40,
    "refs/heads/master": "d" * 40,
    "refs/heads/release-9.2": "e" * 40,
    "refs/heads/fix/this": "f" * 40,
}


@pytest.mark.parametrize(
    ("version", "kind", "commit"),
    [
        ("v9.1.0", "tag", "a"),
        # The commit behind an annotated tag.
        ("v9.2.0", "tag", "c"),
        ("master", "branch", "d"),
        ("fix/this", "branch", "f"),
    ],
)
def test_a_tag_or_branch(version: str, kind: str, commit: str) -> None:
    found = origin.of_refs(REFS, version, SOURCE)
    assert found == origin.Origin(kind, version, SOURCE, commit * 40)


@pytest.mark.parametrize(
    ("version", "hint"),
    [("9.2.0", " Did you mean v9.2.0?"), ("maser", " Did you mean master?"), ("zzz", "")],
)
def test_neither_tag_nor_branch(version: str, hint: str) -> None:
    with pytest.raises(origin.OriginError) as caught:
        origin.of_refs(REFS, version, SOURCE)
    assert str(caught.value) == (
        f"kubespray_version is '{version}', which is neither a tag nor a branch of {SOURCE}.{hint}"
    )


def test_a_folder_written_like_a_branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kubespray").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        origin.OriginError, match=r" For a folder of that name write \./kubespray\.$"
    ):
        origin.of_refs(REFS, "kubespray", SOURCE)


@pytest.mark.parametrize("version", ["/srv/kubespray", "./k", "../k", ".", "..", "~/k", "~me/k"])
def test_what_is_a_folder(version: str) -> None:
    assert origin.is_folder(version)


@pytest.mark.parametrize("version", ["v2.31.0", "master", "fix/this", ".hidden", "installed"])
def test_what_is_none(version: str) -> None:
    assert not origin.is_folder(version)


@pytest.mark.parametrize("version", ["--upload-pack=x", "a b", "a;b", "-", "a\nb", "a:b", "v1^{}"])
def test_a_name_that_git_would_read_otherwise(version: str) -> None:
    assert origin.name_mistakes(version) == [
        f"kubespray_version is '{version}', which is no tag ({collection.TESTED_VERSION}), no branch (master), "
        "no folder (/path/to/kubespray) and not 'installed'."
    ]


@pytest.mark.parametrize(
    "source",
    [
        "https://me:secret@example.org/kubespray.git",
        "https://secret@example.org/kubespray.git",
        "HTTPS://secret:@example.org/kubespray.git",
        "https://secret:x-oauth-basic@example.org/kubespray.git",
        "https://example.org/kubespray.git?access_token=secret",
        "ssh://git:secret@example.org/kubespray.git",
        "https://a secr@et@example.org/kubespray.git",
    ],
)
def test_a_secret_in_the_url_is_refused_and_not_repeated(source: str) -> None:
    assert origin.source_mistakes(source) == [
        "k8n_kubespray_source holds a login or a token, which git would show to every login of this machine. Leave "
        "out of the URL what stands before its @ or looks like a key in it, and give it to git's own store: "
        "git config --global credential.helper store"
    ]


@pytest.mark.parametrize("source", ["--upload-pack=x", "two words", "https://["])
def test_what_is_no_repository(source: str) -> None:
    assert origin.source_mistakes(source) == [
        "k8n_kubespray_source is no URL and no path of a git repository."
    ]


@pytest.mark.parametrize(
    "source",
    [SOURCE, "git@example.org:kubespray.git", "ssh://git@example.org/k.git", "/srv/git", "~/git"],
)
def test_what_is_a_repository(source: str) -> None:
    assert origin.source_mistakes(source) == []


def test_a_path_becomes_a_url_so_that_git_takes_no_history() -> None:
    assert origin.repository("/srv/kube spray") == "file:///srv/kube%20spray"
    assert origin.repository(SOURCE) == SOURCE


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository that holds the least that is a Kubespray."""
    root = tmp_path / "kube spray"
    for name, text in {
        "galaxy.yml": "{namespace: kubernetes_sigs, name: kubespray, version: 9.9.9}",
        "meta/runtime.yml": "requires_ansible: '>=2.18,<2.19'",
        "playbooks/ansible_version.yml": "[]",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git = ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@t"]
    subprocess.run([*git, "init", "-q", "-b", "master"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "one"], check=True)
    subprocess.run([*git, "tag", "-a", "-m", "t", "v9.9.9"], check=True)
    return root


def test_a_real_repository(checkout: Path) -> None:
    refs = origin.remote_refs(str(checkout), "")
    assert set(refs) == {"refs/heads/master", "refs/tags/v9.9.9", "refs/tags/v9.9.9^{}"}
    tag = origin.of_refs(refs, "v9.9.9", str(checkout))
    assert tag.identity == refs["refs/heads/master"]


def test_a_repository_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(origin.OriginError) as caught:
        origin.remote_refs(str(tmp_path / "none"), "http://me:secret@p:1")
    said = str(caught.value)
    assert said.startswith(
        f"k8n_kubespray_source: git cannot read {tmp_path}/none: '{tmp_path}/none'"
    )
    assert "controller_proxy=http://[USER:PASSWORD@]HOST:PORT" in said
    assert "secret" not in said


def test_no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(origin.OriginError) as caught:
        origin.remote_refs(SOURCE, "")
    assert str(caught.value) == (
        "git is not installed, and Kubespray comes from git: apt-get install git"
    )


def test_a_folder_is_known_by_its_content(checkout: Path) -> None:
    one = origin.of_folder(checkout)
    assert (one.kind, one.version, one.place) == ("path", "9.9.9", str(checkout))
    (checkout / "meta" / "runtime.yml").write_text("requires_ansible: '>=2.18.0,<2.19'")
    assert origin.of_folder(checkout).identity != one.identity


def test_a_folder_that_is_not_there_or_holds_something_else(tmp_path: Path) -> None:
    with pytest.raises(origin.OriginError) as caught:
        origin.of_folder(tmp_path / "none")
    assert str(caught.value) == f"kubespray_version: {tmp_path}/none is not a folder."
    with pytest.raises(origin.OriginError) as caught:
        origin.of_folder(tmp_path)
    assert str(caught.value).startswith(
        f"kubespray_version: {tmp_path} holds no Kubespray: Cannot read {tmp_path}/meta/runtime.yml"
    )


def test_no_collection_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "find", lambda: None)
    with pytest.raises(origin.OriginError) as caught:
        origin.installed()
    assert str(caught.value) == (
        "kubespray_version is 'installed', but the collection kubernetes_sigs.kubespray is in none of Ansible's "
        f"collection paths. Name a release instead, such as {collection.TESTED_VERSION}."
    )


def test_an_installed_collection_and_a_checkout_in_its_place(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection, "find", lambda: checkout)
    assert origin.installed().kind == "path"
    (checkout / "MANIFEST.json").write_text('{"collection_info": {"version": "9.9.8"}}')
    assert (origin.installed().kind, origin.installed().version) == ("installed", "9.9.8")
