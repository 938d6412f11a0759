# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the sample comes from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import InitError
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.source import (
    CURRENT,
    Source,
    choose,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._kubespray import collection

PUBLIC = collection.SOURCE
HOW = (
    "Give kubespray_version=TAG (such as kubespray_version=v2.31.0) or kubespray_version=PATH of a checkout of "
    "Kubespray, or run k8n.cluster.controller first."
)


@pytest.fixture
def empty(tmp_path):
    return tmp_path / "prod"


@pytest.fixture
def controlled(tmp_path, kubespray):
    """A directory into which k8n.cluster.controller has installed 2.30.0."""
    directory = tmp_path / "prod"
    (directory / CURRENT).parent.mkdir(parents=True)
    (directory / CURRENT).symlink_to(kubespray("2.30.0"))
    return directory


def test_a_tag_is_fetched(empty):
    assert choose("v2.29.0", "", empty, None) == Source(None, PUBLIC, "v2.29.0")


def test_the_installed_collection_decides(empty, kubespray):
    installed = kubespray("2.31.0", {"inventory/sample/group_vars/all/all.yml": None})
    assert choose("", "", empty, installed) == Source(None, PUBLIC, "v2.31.0")
    assert choose("installed", "", empty, installed) == Source(None, PUBLIC, "v2.31.0")


def test_what_the_controller_has_installed_there_comes_first(controlled, kubespray):
    checkout = kubespray("2.30.0")
    assert choose("", "", controlled, kubespray("2.31.0")) == Source(checkout)
    assert choose("v2.30.0", "", controlled, None) == Source(checkout)
    assert choose("installed", "", controlled, checkout) == Source(checkout)
    assert choose("v2.31.0", "", controlled, None) == Source(None, PUBLIC, "v2.31.0")


def test_a_commit_that_the_version_must_be(controlled, empty, kubespray):
    commit = "a" * 40
    assert choose(f"v2.29.0@{commit}", "", empty, None, "2.29.0") == Source(
        None, PUBLIC, "v2.29.0", commit
    )
    with pytest.raises(InitError) as raised:
        choose(f"v2.30.0@{commit}", "", controlled, None)
    assert raised.value.mistakes == (
        f"kubespray_version: the Kubespray in this directory is the commit of a folder, and not {commit}. Run "
        "k8n.cluster.controller with this kubespray_version first.",
    )
    here = kubespray("2.30.0").parent
    (here / "release.json").write_text(
        json.dumps({"path": str(here), "origin": {"identity": commit}})
    )
    assert choose(f"v2.30.0@{commit}", "", controlled, None) == Source(kubespray("2.30.0"))


def test_a_sample_that_is_there_already_is_not_fetched_again(empty):
    assert choose("v2.31.0", "", empty, None, last="2.31.0") == Source(None)
    assert choose("v2.31.0", "", empty, None, last="2.30.0").version == "v2.31.0"


def test_a_checkout(empty, kubespray):
    checkout = kubespray("2.32.0")
    assert choose(str(checkout), "", empty, None) == Source(checkout)


def test_a_local_repository_becomes_a_url(empty, tmp_path):
    assert choose("v2.29.0", str(tmp_path), empty, None).repository == f"file://{tmp_path}"


@pytest.mark.parametrize("url", ["git@github.com:k/k.git", "https://h/k.git", "ssh://git@h:22/k"])
def test_urls(empty, url):
    assert choose("master", url, empty, None).repository == url


@pytest.mark.parametrize(
    ("version", "source", "message"),
    [
        ("", "", f"kubespray_version: no Kubespray is installed here. {HOW}"),
        (
            "/nonexistent/k",
            "",
            "kubespray_version: there is no directory /nonexistent/k; an installed collection has no sample either. "
            + HOW,
        ),
        (
            "/",
            "",
            "kubespray_version: / has no inventory/sample/group_vars; an installed collection has no sample either. "
            + HOW,
        ),
        ("-x", "", f"kubespray_version: '-x' is not the name of a tag or branch. {HOW}"),
        ("v1..v2", "", f"kubespray_version: 'v1..v2' is not the name of a tag or branch. {HOW}"),
        ("v2", "-x", "k8n_kubespray_source: '-x' is not a repository; give a git URL or a path."),
        (
            "v2",
            "/nonexistent",
            "k8n_kubespray_source: there is no directory '/nonexistent'; give a git URL or the path of a repository.",
        ),
        (
            "v2",
            "https://me:secret@h/k.git",
            "k8n_kubespray_source: the URL holds a login or a token; keep it in a credential helper of git (git config "
            "--global credential.helper store) and leave out what stands before the @ or looks like a key.",
        ),
        (
            "v2",
            "https://secret@h/k.git",
            "k8n_kubespray_source: the URL holds a login or a token; keep it in a credential helper of git (git config "
            "--global credential.helper store) and leave out what stands before the @ or looks like a key.",
        ),
        (
            "v2",
            "HTTPS://me:a secr@et@h/k.git",
            "k8n_kubespray_source: the URL holds a login or a token; keep it in a credential helper of git (git config "
            "--global credential.helper store) and leave out what stands before the @ or looks like a key.",
        ),
    ],
)  # fmt: skip
def test_mistakes(empty, version, source, message):
    with pytest.raises(InitError) as raised:
        choose(version, source, empty, None)
    assert raised.value.mistakes == (message,)


def test_both_mistakes_at_once(empty):
    with pytest.raises(InitError) as raised:
        choose("-x", "-x", empty, None)
    assert len(raised.value.mistakes) == 2


def test_a_damaged_installation_says_what_is_wrong(empty, tmp_path):
    with pytest.raises(InitError, match=re.escape(f"Cannot read {tmp_path}/none/meta/runtime.yml")):
        choose("", "", empty, Path(tmp_path / "none"))
