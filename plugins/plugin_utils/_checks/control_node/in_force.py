# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this file is private to the k8n.cluster collection.
# Do not use it from other collections or standalone plugins/modules!

"""The settings in force for this run, as Ansible has resolved them, with where each was set and where it could be."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible import context
from ansible.utils.path import unfrackpath

from ..._text import origins
from .config_keys import Setting
from .ssh import Ssh
from .values import Value


class InForce:
    """file is the ansible.cfg in effect, if there is one, and settings are its keys."""

    def __init__(self, file: str | None, settings: Iterable[Setting]) -> None:
        self._file = file
        self._set = {(setting.section, setting.key) for setting in settings}

    def setting(self, name: str) -> Value:
        """One of ansible-core's own."""
        value, origin = C.config.get_config_value_and_origin(name)
        definition = C.config.get_configuration_definitions()[name]
        return Value(value, str(origin), self._key(definition))

    def forks(self) -> Value:
        """The number of workers."""
        resolved = self.setting("DEFAULT_FORKS")
        given = context.CLIARGS.get("forks") or resolved.value
        return resolved if given == resolved.value else Value(given, "cli: forks", resolved.key)

    def ssh(self, connection: Any, variables: Mapping[str, Any]) -> Ssh | None:
        """The options of the connection ssh of a host with these variables; None where it has another."""
        if connection.transport != "ssh":
            return None
        return Ssh(
            **{name: self._option(connection, name, variables) for name in Ssh.__dataclass_fields__}
        )

    def timeout(self, connection: Any, variables: Mapping[str, Any]) -> Value:
        """The connection's own where that counts, else that of all connections.

        What all have comes to ssh as a keyword, which is stronger than what an ansible.cfg says of ssh alone.
        """
        if connection.transport == "ssh":
            own = self._option(connection, "timeout", variables)
            # ansible-core 2.17 names the file, whose value it is not.
            value, origin = connection.get_option_and_origin("timeout")
            counts = value == own.value and not str(origin).startswith("keyword")
            if counts or origins.of_variable(own.origin):
                return own
        return self.setting("DEFAULT_TIMEOUT")

    def cache_folder(self) -> Path | None:
        """Where a fact cache that keeps files has its folder."""
        place = self.setting("CACHE_PLUGIN_CONNECTION")
        if not place.value:
            return None
        basedir = place.origin if os.path.isabs(place.origin) else None
        return Path(unfrackpath(str(place.value), follow=False, basedir=basedir))

    def _option(self, connection: Any, name: str, variables: Mapping[str, Any]) -> Value:
        value = connection.get_option(name)
        definition = C.config.get_configuration_definitions("connection", "ssh")[name]
        # Asked of the variables: ansible-core 2.17 does not say of an option that one of them has it, and a variable
        # may say the same as the file.
        by = [each["name"] for each in definition.get("vars") or () if each["name"] in variables]
        origin = f"var: {by[-1]}" if by else str(connection.get_option_and_origin(name)[1])
        return Value(value, origin, self._key(definition))

    def _key(self, definition: Mapping[str, Any]) -> origins.Key:
        """Of several keys for one setting the last one in the file counts; the first is where it is written else."""
        keys = [
            (str(each.get("section", "defaults")), str(each["key"]))
            for each in definition.get("ini") or ()
            if not each.get("deprecated")
        ]
        there = [key for key in keys if (key[0], key[1].lower()) in self._set]
        return origins.Key(*(there[-1:] or keys[:1])[0], *([self._file] if self._file else []))
