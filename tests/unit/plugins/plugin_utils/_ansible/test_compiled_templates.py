# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates that are compiled once for all processes of a run, and give what they give without that."""

from __future__ import annotations

import itertools
import operator
import os
from pathlib import Path
from typing import Any

import pytest
from ansible import constants as C
from ansible import template
from ansible.parsing.dataloader import DataLoader
from ansible.plugins import loader as loaders
from ansible_collections.k8n.cluster.plugins.plugin_utils._ansible import compiled_templates
from jinja2 import DictLoader, Environment, TemplateSyntaxError, nodes
from jinja2.nativetypes import NativeEnvironment


class Once(Environment):
    compile = compiled_templates.compile_once


class NativeOnce(NativeEnvironment):
    compile = compiled_templates.compile_once


class Compiled(list[str]):
    """The texts that were really compiled."""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where compiled templates are left, with nothing compiled yet."""
    monkeypatch.setattr(C, "DEFAULT_LOCAL_TMP", str(tmp_path))
    another_process(monkeypatch)
    return tmp_path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Compiled:
    texts = Compiled()
    original = Environment.compile

    def compile_(self: Environment, source: Any, *args: Any, **kwargs: Any) -> Any:
        texts.append(source)
        return original(self, source, *args, **kwargs)

    monkeypatch.setattr(Environment, "compile", compile_)
    return texts


def another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was compiled before is only on the disk."""
    monkeypatch.setattr(compiled_templates, "_codes", {})
    monkeypatch.setattr(compiled_templates, "_seen", 0)


def test_one_process_compiles_for_all(
    kept: Path, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        for _process in range(2):
            template = Once().from_string("Hello {{ name | upper }}")
            assert template.render(name=name) == f"Hello {name.upper()}"
            another_process(monkeypatch)
    assert compiled == ["Hello {{ name | upper }}"]
    (file,) = kept.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_process_reads_a_file_once(kept: Path, compiled: Compiled) -> None:
    environment = Once()
    environment.from_string("{{ a }}")
    for file in kept.iterdir():
        file.unlink()
    environment.from_string("{{ a }}")
    assert compiled == ["{{ a }}"]
    assert not list(kept.iterdir())


def test_other_options_and_environments_have_code_of_their_own(kept: Path) -> None:
    plain = Once()
    text = "{% if a %}\n[[ a ]]{{ a }}{% endif %}"
    assert plain.from_string(text).render(a=1) == "\n[[ a ]]1"
    assert plain.overlay(trim_blocks=True).from_string(text).render(a=1) == "[[ a ]]1"
    square = plain.overlay(variable_start_string="[[", variable_end_string="]]")
    assert square.from_string(text).render(a=1) == "\n1{{ a }}"
    quoting = plain.overlay(finalize=repr)
    assert quoting.from_string("{{ 'a' }}").render() == "'a'"
    assert plain.from_string("{{ 'a' }}").render() == "a"
    assert NativeOnce().from_string("{{ a }}").render(a=1) == 1
    assert plain.from_string("{{ a }}").render(a=1) == "1"


@pytest.mark.parametrize("text", ["{{ 'a' | count }}", "{{ 'a' is count }}"])
def test_what_differs_each_time_is_not_kept(text: str, kept: Path) -> None:
    numbers = itertools.count()
    for wanted in range(2):
        environment = Once()
        for plugins in (environment.filters, environment.tests):
            plugins["count"] = lambda _text: next(numbers)
        assert environment.from_string(text).render() == str(wanted)
    assert not list(kept.iterdir())


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("block_start_string", "<%"),
        ("block_end_string", "%>"),
        ("variable_start_string", "<<"),
        ("variable_end_string", ">>"),
        ("comment_start_string", "<#"),
        ("comment_end_string", "#>"),
        ("line_statement_prefix", "%"),
        ("line_comment_prefix", "##"),
        ("trim_blocks", True),
        ("lstrip_blocks", True),
        ("newline_sequence", "\r\n"),
        ("keep_trailing_newline", True),
        ("optimized", False),
        ("autoescape", True),
        ("finalize", repr),
        ("extensions", ["jinja2.ext.do"]),
        ("enable_async", True),
    ],
)
def test_each_option_has_code_of_its_own(option: str, value: Any, kept: Path) -> None:
    Once().from_string("a")
    options: dict[str, Any] = {option: value}
    Once().overlay(**options).from_string("a")
    assert len(list(kept.iterdir())) == 2


def test_each_folder_of_filters_has_code_of_its_own(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, loader in enumerate((loaders.filter_loader, loaders.test_loader), 1):
        Once().from_string("{{ a }}")
        assert len(list(kept.iterdir())) == number
        monkeypatch.setattr(loader, "_extra_dirs", ["/a/role/filter_plugins"])
    Once().from_string("{{ a }}")
    assert len(list(kept.iterdir())) == 3


def test_files_are_none_of_its_business(kept: Path) -> None:
    """Their names are in what a mistake says, and Jinja2 keeps them by itself."""
    environment = Once(loader=DictLoader({"a": "{{ name }}", "b": "{{ name }}"}))
    for name in ("a", "b"):
        code = environment.get_template(name).root_render_func.__code__
        assert code.co_filename == "<template>"
    assert environment.compile("{{ name }}", "c", "/c.j2").co_filename == "/c.j2"
    assert environment.compile("{{ name }}", raw=True).startswith("from jinja2.runtime import ")
    environment.from_string(nodes.Template([], lineno=1))
    assert not list(kept.iterdir())


@pytest.mark.parametrize("length", [0, 5, 15, 25, 60])
def test_a_damaged_file_is_compiled_again(
    length: int, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Once().from_string("a{{ n }}")
    (file,) = kept.iterdir()
    file.write_bytes(file.read_bytes()[:length])
    another_process(monkeypatch)
    assert Once().from_string("a{{ n }}").render(n=1) == "a1"


@pytest.mark.parametrize(
    ("expression", "constant"),
    [
        ("'%H' | strftime", True),
        ("['a', 'b'] | random", True),
        ("'/etc/passwd' is file", True),
        ("(1 + 2) ~ 'x' | hash('md5')", True),
        ("('a' if false else name) | hash", True),
        ("('a' or name) | hash", True),
        ("('' and name) | hash", True),
        ("(2 < 1 < name) | hash", True),
        ("(name < 1 < 2) | hash", False),
        ("(name or 'a') | hash", False),
        ("('a' if name else 'b') | hash", False),
        ("name | hash", False),
        ("name is defined and other is file", False),
        ("'a' | hash(salt=name)", False),
        ("lookup('file', '/etc/hostname') | hash", False),
        ("{'a': [name]} | to_json", False),
        ("'%H'", False),  # no filter at all
    ],
)
def test_what_jinja2_may_evaluate_when_it_compiles(expression: str, constant: bool) -> None:
    environment = Environment()
    environment.filters.update(dict.fromkeys(("strftime", "random", "hash", "to_json"), str))
    environment.tests["file"] = operator.truth
    found = environment.parse(f"{{{{ {expression} }}}}").find_all((nodes.Filter, nodes.Test))
    assert any(compiled_templates._is_constant(node) for node in found) is constant


def test_without_a_directory_it_compiles_each_time(
    kept: Path, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(C, "DEFAULT_LOCAL_TMP", str(kept / "gone"))
    for _process in range(2):
        assert Once().from_string("{{ a }}").render(a=1) == "1"
        another_process(monkeypatch)
    assert compiled == ["{{ a }}", "{{ a }}"]


def test_a_mistake_is_what_it_always_was(kept: Path) -> None:
    said = []
    for environment in (Environment(), Once()):
        with pytest.raises(TemplateSyntaxError) as caught:
            environment.from_string("{{ a | nothing }}")
        said.append((str(caught.value), caught.value.source))
    assert said[0] == said[1]
    assert said[0][0].startswith("No filter named 'nothing'.")
    assert not list(kept.iterdir())


def test_texts_that_no_encoding_has(kept: Path) -> None:
    assert Once().from_string("\udcff{{ a }}").render(a=1) == "\udcff1"


VARIABLES = {
    "name": "node1",
    "list": [1, "{{ name }}", {"of": "{{ 2 > 1 }}"}],
    "number": "{{ 5 + 3 }}",
    "truth": "{{ name == 'node1' }}",
    "picked": "{{ list | select('string') | list }}",
    "long": "{% for each in list %}{{ loop.index }}{{ ',' if not loop.last }}{% endfor %}",
    "missing": "{{ (nowhere is defined) | ternary('no', 'yes') }}",
}
needs_it = pytest.mark.skipif(
    not compiled_templates.WANTED, reason="this ansible-core compiles by itself, with another class"
)


@pytest.fixture(params=[False, True], ids=["without", "with"])
def enabled(request: pytest.FixtureRequest, kept: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(template.AnsibleEnvironment, "compile", Environment.compile)
    if request.param:
        compiled_templates.enable()
    return bool(request.param)


@needs_it
def test_ansible_gets_the_same_values(enabled: bool, kept: Path) -> None:
    templar = template.Templar(DataLoader(), VARIABLES)
    for _again in range(2):
        assert templar.template("{{ list }}") == [1, "node1", {"of": True}]
        assert templar.template("{{ truth }} {{ name }}") == "True node1"
        assert templar.template("{{ truth }}") is True
        assert templar.template("{{ picked }}") == ["node1"]
        assert templar.template("{{ long }}") == "1,2,3"
        assert templar.template("{{ number }}") == "8"
        assert templar.template("{{ missing }}") == "yes"
    assert bool(list(kept.iterdir())) is enabled


@needs_it
def test_a_copy_of_an_environment_with_other_options(enabled: bool, kept: Path) -> None:
    """What ansible.builtin.template does, for a file whose text is also a variable's."""
    templar = template.Templar(DataLoader(), {"name": None})
    text = "{{ name }}a\nb"
    for _again in range(2):
        assert templar.template(text) == "a\nb"
        windows = templar.copy_with_new_env(newline_sequence="\r\n")
        assert windows.template(text) == "a\r\nb"
        native = templar.copy_with_new_env(environment_class=template.AnsibleNativeEnvironment)
        assert native.template("{{ 5 + 3 }}") == 8
        assert templar.template("{{ 5 + 3 }}") == "8"


def test_nothing_is_changed_in_a_later_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_templates, "WANTED", False)
    environments = getattr(template, "AnsibleEnvironment", Environment)
    compiled_templates.enable()
    assert environments.compile is Environment.compile


@needs_it
def test_the_main_process_takes_in_what_others_have_compiled(
    kept: Path, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("{{ a }}", "{{ b }}"):
        Once().from_string(text)
        another_process(monkeypatch)
    (kept / f"__jinja2_{'0' * 64}.cache").write_text("damaged")
    (kept / "ansiballz_cache").mkdir()
    looked = []
    listdir = os.listdir

    def look(path: str) -> list[str]:
        looked.append(path)
        return listdir(path)

    monkeypatch.setattr(os, "listdir", look)
    for _task in range(3):
        compiled_templates.take_in()
    assert len(looked) == 1
    for file in kept.glob("*.cache"):
        file.unlink()
    assert Once().from_string("{{ a }}").render(a=1) == "1"
    assert compiled == ["{{ a }}", "{{ b }}"]
    Once().from_string("{{ c }}")
    compiled_templates.take_in()
    assert len(looked) == 2


@pytest.mark.parametrize("wanted", [True, False])
def test_there_is_nothing_to_take_in(
    wanted: bool, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a directory, and in a later Ansible."""
    Once().from_string("{{ a }}")
    another_process(monkeypatch)
    monkeypatch.setattr(compiled_templates, "WANTED", wanted)
    if wanted:
        monkeypatch.setattr(C, "DEFAULT_LOCAL_TMP", str(kept / "gone"))
    compiled_templates.take_in()
    assert compiled_templates._codes == {}
