# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster directory: made, left as it is, brought up to date, and never half."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from types import MappingProxyType

import pytest
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir import (
    make,
    record,
    report,
    write,
)
from ansible_collections.k8n.cluster.plugins.plugin_utils._cluster_dir.mistakes import InitError

FILES = MappingProxyType(
    {"ansible.cfg": b"forks = 5\n", "cluster.k8n.yml": b"plugin: k8n.cluster.ip_list\n"}
)
ALL = "group_vars/all/all.yml"
ADDONS = "group_vars/k8s_cluster/addons.yml"
STAMP = "2026-11-24@07:00:00"


@pytest.fixture
def prod(tmp_path):
    return tmp_path / "prod"


def init(directory, kubespray, files=FILES, overwrite=(), known_hosts=b""):
    made = make.prepare(directory, kubespray, files, known_hosts, overwrite)
    backups = make.write(directory, made, [".k8n/facts"], STAMP)
    return made, {step.path: step.kind for step in made.steps}, backups


def tree(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_a_new_directory(prod, kubespray):
    made, kinds, backups = init(prod, kubespray(), known_hosts=b"# keys\n")

    assert made.changed
    assert set(kinds.values()) == {"made"}
    assert backups == []
    files = tree(prod)
    assert json.loads(files.pop(".k8n/init.json"))["kubespray"] == "2.31.0"
    assert files == {
        **FILES,
        ALL: b"bin_dir: /usr/local/bin\n# shown_only: 1\n",
        ADDONS: b"helm_enabled: false\n",
        "known_hosts": b"# keys\n",
    }


def test_only_the_owner_can_read_it(prod, kubespray):
    old = os.umask(0)
    try:
        init(prod, kubespray())
    finally:
        os.umask(old)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (prod, *prod.rglob("*"))}
    assert {path for path, mode in modes.items() if mode & 0o077} == set()


def test_a_second_run_changes_nothing(prod, kubespray):
    init(prod, kubespray())
    before = tree(prod)
    made, kinds, _backups = init(prod, kubespray())

    assert not made.changed
    assert set(kinds.values()) == {"same"}
    assert tree(prod) == before


def test_what_nobody_changed_is_updated_and_keeps_its_mode(prod, kubespray):
    init(prod, kubespray("2.30.0"))
    (prod / ALL).chmod(0o640)
    made, kinds, _backups = init(
        prod,
        kubespray("2.31.0", {f"inventory/sample/{ALL}": "bin_dir: /opt\n"}),
        {**FILES, "ansible.cfg": b"forks = 9\n"},
    )

    assert made.changed
    assert kinds == {
        "ansible.cfg": "updated",
        "cluster.k8n.yml": "same",
        ALL: "updated",
        ADDONS: "same",
    }
    assert (prod / ALL).read_text() == "bin_dir: /opt\n"
    assert stat.S_IMODE((prod / ALL).stat().st_mode) == 0o640


def test_what_the_user_changed_is_left_alone_and_named(prod, kubespray):
    init(prod, kubespray("2.30.0"))
    (prod / ALL).write_text("bin_dir: /mine\n")
    (prod / ADDONS).unlink()
    (prod / "ansible.cfg").write_text("forks = 1\n")
    new = kubespray("2.31.0", {f"inventory/sample/{ALL}": "bin_dir: /opt\n"})
    made, kinds, _backups = init(prod, new)

    assert kinds == {
        "ansible.cfg": "yours",
        "cluster.k8n.yml": "same",
        ALL: "yours",
        ADDONS: "yours",
    }
    assert (prod / ALL).read_text() == "bin_dir: /mine\n"
    assert not (prod / ADDONS).exists()
    assert report.files(prod, made.steps, "2.31.0", check=False) == (
        f"CLUSTER DIRECTORY {prod}, for Kubespray 2.31.0. Files: all as they were.\n"
        "\n"
        "FILE                               WHAT\n"
        "ansible.cfg                        yours: you changed it\n"
        "group_vars/all/all.yml             yours: you changed it; Kubespray 2.31.0's differs (+1 -1 lines)\n"
        "group_vars/k8s_cluster/addons.yml  yours: you deleted it\n"
        "\n"
        "Your files are left alone. --check --diff shows what init would write in their place;\n"
        "-e init_overwrite=group_vars/all/all.yml\n"
        "writes it and keeps yours as FILE.DATE~."
    )
    difference = [step for step in made.steps if step.news]
    assert report.difference(difference[0]) == (
        "--- group_vars/all/all.yml (yours)\n+++ group_vars/all/all.yml (init's)\n"
        "@@ -1 +1 @@\n-bin_dir: /mine\n+bin_dir: /opt"
    )

    # As long as it is not settled, it is said again; nothing else happens.
    again, kinds_again, _backups = init(prod, new)
    assert kinds_again == kinds
    assert not again.changed


def test_overwrite_keeps_the_users_file(prod, kubespray):
    init(prod, kubespray())
    (prod / ALL).write_text("bin_dir: /mine\n")
    (prod / ADDONS).unlink()
    _made, kinds, backups = init(prod, kubespray(), overwrite=[ALL, ADDONS])

    assert (kinds[ALL], kinds[ADDONS]) == ("replaced", "replaced")
    assert backups == [f"{ALL}.{STAMP}~"]
    assert (prod / f"{ALL}.{STAMP}~").read_text() == "bin_dir: /mine\n"
    assert (prod / ALL).read_text().startswith("bin_dir: /usr/local/bin")
    assert (prod / ADDONS).exists()
    assert set(init(prod, kubespray())[1].values()) == {"same"}


def test_a_file_that_was_there_first(prod, kubespray):
    prod.mkdir()
    (prod / "ansible.cfg").write_text("forks = 1\n")
    (prod / "cluster.k8n.yml").write_bytes(FILES["cluster.k8n.yml"])
    made, kinds, _backups = init(prod, kubespray())

    assert (kinds["ansible.cfg"], kinds["cluster.k8n.yml"]) == ("yours", "same")
    assert (prod / "ansible.cfg").read_text() == "forks = 1\n"
    assert "it was there before; what init writes now differs" in report.files(
        prod, made.steps, "2.31.0", check=False
    )


def test_a_file_that_the_new_sample_has_no_more(prod, kubespray):
    old = {
        "inventory/sample/group_vars/all/a.yml": "a: 1\n",
        "inventory/sample/group_vars/all/b.yml": "b: 1\n",
    }
    init(prod, kubespray("2.30.0", old))
    (prod / "group_vars/all/b.yml").write_text("b: 2\n")
    made, kinds, _backups = init(prod, kubespray("2.31.0"))

    assert kinds["group_vars/all/a.yml"] == "removed"
    assert not (prod / "group_vars/all/a.yml").exists()
    assert (prod / "group_vars/all/b.yml").read_text() == "b: 2\n"
    assert (
        "group_vars/all/b.yml  yours: you changed it; Kubespray 2.31.0 has no such file, so delete it if nothing in it "
        "is needed" in report.files(prod, made.steps, "2.31.0", check=False)
    )
    assert "init_overwrite" not in report.files(prod, made.steps, "2.31.0", check=False)
    (prod / "group_vars/all/b.yml").unlink()
    assert "group_vars/all/b.yml" not in init(prod, kubespray("2.31.0"))[1]


def test_without_a_sample_group_vars_stay_as_they_are(prod, kubespray):
    init(prod, kubespray())
    before = tree(prod)
    made, kinds, _backups = init(prod, None)

    assert kinds == {"ansible.cfg": "same", "cluster.k8n.yml": "same"}
    assert not made.changed
    assert tree(prod) == before


def test_nothing_is_written_behind_a_symbolic_link(prod, kubespray, tmp_path):
    init(prod, kubespray("2.30.0"))
    shared = tmp_path / "shared"
    (prod / "group_vars").rename(shared)
    (prod / "group_vars").symlink_to(shared)
    new = kubespray("2.31.0", {f"inventory/sample/{ALL}": "bin_dir: /opt\n"})
    assert init(prod, new)[1][ALL] == "yours"
    assert (shared / "all" / "all.yml").read_text().startswith("bin_dir: /usr/local/bin")
    with pytest.raises(InitError) as raised:
        init(prod, new, overwrite=[ALL])
    assert raised.value.mistakes == (
        f"init_overwrite: {ALL} is or lies behind a symbolic link; replace that by hand first.",
    )


def test_all_mistakes_before_anything_is_written(prod, kubespray):
    (prod / "ansible.cfg").mkdir(parents=True)
    with pytest.raises(InitError) as raised:
        init(prod, kubespray(), overwrite=["ansibel.cfg"])
    assert raised.value.mistakes == (
        f"init_overwrite: 'ansibel.cfg' is not a file that init writes; it writes ansible.cfg, cluster.k8n.yml, {ALL}, "
        f"{ADDONS}.",
        f"{prod}/ansible.cfg: Is a directory. Move it out of the way.",
    )
    assert tree(prod) == {}


@pytest.mark.parametrize("fatal", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_error_in_the_middle_leaves_everything_as_it_was(prod, kubespray, monkeypatch, fatal):
    init(prod, kubespray("2.30.0", {"inventory/sample/group_vars/all/old.yml": "a: 1\n"}))
    (prod / ALL).write_text("bin_dir: /mine\n")
    before = tree(prod)
    real, writes = write._replace, []

    def failing(path, content, mode):
        writes.append(path)
        if path.name == "init.json" and len(writes) < 9:
            raise fatal
        real(path, content, mode)

    monkeypatch.setattr(write, "_replace", failing)
    new = kubespray(
        "2.31.0",
        {
            f"inventory/sample/{ADDONS}": "helm: 1\n",
            "inventory/sample/group_vars/new/n.yml": "n: 1",
        },
    )
    with pytest.raises((InitError, KeyboardInterrupt)):
        init(prod, new, overwrite=[ALL])

    assert len(writes) > 3
    assert tree(prod) == before
    assert not (prod / "group_vars/new").exists()


def test_an_error_leaves_no_half_made_directory(prod, kubespray, monkeypatch):
    def full(path, content, mode):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(write, "_replace", full)
    with pytest.raises(InitError) as raised:
        init(prod / "deeper", kubespray())
    assert raised.value.mistakes == (
        f"{prod}/deeper/ansible.cfg: No space left on device. Nothing was changed; fix that and run it again.",
    )
    assert not prod.exists()


def test_a_damaged_record(prod, kubespray):
    init(prod, kubespray())
    (prod / record.FILE).write_text("{")
    with pytest.raises(InitError) as raised:
        init(prod, kubespray())
    assert str(raised.value).startswith(f"- {prod}/.k8n/init.json: cannot be read (Expecting")
    assert str(raised.value).endswith(
        "Delete it; every file that differs from what init writes then counts as yours and is left alone."
    )


def test_no_kubespray(prod, tmp_path, kubespray):
    with pytest.raises(InitError, match=r"Cannot read .*meta/runtime\.yml"):
        init(prod, tmp_path)
    bare = kubespray(files={f"inventory/sample/{ALL}": None, f"inventory/sample/{ADDONS}": None})
    with pytest.raises(InitError, match="holds no file; wanted the sample of a checkout"):
        init(prod, bare)
    assert not prod.exists()


def test_the_variables_that_a_new_kubespray_lost(prod, kubespray):
    lost = {"roles/etcd/defaults/main.yml": "etcd_dir: /etcd\n"}
    init(prod, kubespray("2.30.0"))
    (prod / "group_vars/all/mine.yml").write_text("etcd_old: 2\n")
    made, _kinds, _backups = init(prod, kubespray("2.31.0", lost))

    assert made.fresh == ["etcd_old"]
    text = report.variables(made.record.removed, made.uses, made.encrypted, made.fresh, 100)
    assert text == (
        "VARIABLES that are set here and that Kubespray no longer reads:\n"
        "\n"
        "VARIABLE  SET IN                     NOW\n"
        "etcd_old  group_vars/all/mine.yml:1  gone in 2.31.0"
    )
    # Said as long as it is set.
    later, _kinds, _backups = init(prod, None)
    assert (later.fresh, [use.name for use in later.uses]) == ([], ["etcd_old"])
    (prod / "group_vars/all/mine.yml").unlink()
    assert init(prod, None)[0].uses == []
    # Back to the old version: known again.
    assert init(prod, kubespray("2.30.0"))[0].record.removed == {}


def test_a_known_hosts_that_is_a_link_stays_one(prod, kubespray, tmp_path):
    prod.mkdir()
    shared = tmp_path / "shared"
    shared.write_bytes(b"# keys\n")
    (prod / "known_hosts").symlink_to("../shared")
    init(prod, kubespray(), known_hosts=b"# keys\nhost ssh-ed25519 AAAA\n")
    assert (prod / "known_hosts").is_symlink()
    assert shared.read_bytes() == b"# keys\nhost ssh-ed25519 AAAA\n"
