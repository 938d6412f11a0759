# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role's argument_specs are its documentation: they agree with its defaults and README."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = sorted(path for path in (Path(__file__).parents[3] / "roles").iterdir() if path.is_dir())


def load(role: Path, path: str) -> Any:
    return yaml.safe_load((role / path).read_text(encoding="utf-8"))


def documented(role: Path) -> dict[str, dict[str, Any]]:
    options: dict[str, dict[str, Any]] = load(role, "meta/argument_specs.yml")["argument_specs"][
        "main"
    ]["options"]
    return options


# A role and one of its variables.
VARIABLES = [pytest.param(role, name, id=name) for role in ROLES for name in documented(role)]


def is_required(role: Path, name: str) -> bool:
    return bool(documented(role)[name].get("required"))


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_every_variable_that_is_not_required_has_a_default_in_the_same_order(role: Path) -> None:
    optional = [name for name in documented(role) if not is_required(role, name)]
    assert optional == list(load(role, "defaults/main.yml"))


@pytest.mark.parametrize(("role", "name"), VARIABLES)
def test_documented_default_is_the_default(role: Path, name: str) -> None:
    default = load(role, "defaults/main.yml").get(name)
    # What another variable decides is said in words.
    wanted = None if "{{" in str(default) else default
    assert documented(role)[name].get("default") == wanted


@pytest.mark.parametrize(("role", "name"), VARIABLES)
def test_default_is_of_the_documented_type_and_choices(role: Path, name: str) -> None:
    types = {"bool": bool, "int": int, "list": list, "raw": list, "str": str}
    default, option = load(role, "defaults/main.yml").get(name), documented(role)[name]
    if default is not None and "{{" not in str(default):
        assert isinstance(default, types[option["type"]])
    assert default in option.get("choices", [default])


@pytest.mark.parametrize(
    ("role", "name"),
    [variable for variable in VARIABLES if str(variable.id).endswith(("password", "proxy"))],
)
def test_what_may_hold_a_password_is_not_logged(role: Path, name: str) -> None:
    assert documented(role)[name]["no_log"] is True


@pytest.mark.parametrize(("role", "name"), VARIABLES)
def test_every_variable_is_used(role: Path, name: str) -> None:
    files = [*role.glob("tasks/*.yml"), *role.glob("vars/*.yml")]
    assert any(re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")) for path in files)


def shown(default: Any) -> str:
    """A default as the README's table writes it."""
    if default is None:
        return "unset"
    return f"`{json.dumps(default).strip(chr(34))}`" if default != "" else "empty"


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_readme_lists_each_variable_with_its_default(role: Path) -> None:
    readme = (role / "README.md").read_text(encoding="utf-8")
    rows = re.findall(rf"^\| `({role.name}_\w+)` \| (.*?) \|", readme, re.MULTILINE)
    wanted = {
        name: "required" if is_required(role, name) else shown(option.get("default"))
        for name, option in documented(role).items()
    }
    assert dict(rows) == wanted
