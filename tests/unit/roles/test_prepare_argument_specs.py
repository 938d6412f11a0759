# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's argument_specs are its documentation: they agree with its defaults and README."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLE = Path(__file__).resolve().parents[3] / "roles" / "prepare"


def load(path: str) -> Any:
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


DEFAULTS: dict[str, Any] = load("defaults/main.yml")
SPEC = load("meta/argument_specs.yml")["argument_specs"]["main"]
OPTIONS: dict[str, dict[str, Any]] = SPEC["options"]


def test_the_same_variables_in_the_same_order() -> None:
    assert list(OPTIONS) == list(DEFAULTS)


@pytest.mark.parametrize("name", DEFAULTS)
def test_documented_default_is_the_default(name: str) -> None:
    assert OPTIONS[name].get("default") == DEFAULTS[name]


@pytest.mark.parametrize("name", DEFAULTS)
def test_default_is_of_the_documented_type_and_choices(name: str) -> None:
    types = {"bool": bool, "int": int, "str": str}
    default, option = DEFAULTS[name], OPTIONS[name]
    if default is not None:
        assert isinstance(default, types[option["type"]])
    assert default in option.get("choices", [default])


@pytest.mark.parametrize("name", [name for name in DEFAULTS if name.endswith("password")])
def test_passwords_are_not_logged(name: str) -> None:
    assert OPTIONS[name]["no_log"] is True


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_variable_is_used(name: str) -> None:
    files = [*ROLE.glob("tasks/*.yml"), *ROLE.glob("vars/*.yml")]
    assert any(re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")) for path in files)


def shown(default: Any) -> str:
    """A default as the README's table writes it."""
    if default is None:
        return "unset"
    return f"`{json.dumps(default).strip(chr(34))}`" if default != "" else "empty"


def test_readme_lists_each_variable_with_its_default() -> None:
    readme = (ROLE / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(prepare_\w+)` \| (.*?) \|", readme, re.MULTILINE)
    assert dict(rows) == {name: shown(value) for name, value in DEFAULTS.items()}
