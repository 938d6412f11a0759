# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the modules of `verify` says what their code does."""

from __future__ import annotations

import dataclasses
import re

import yaml
from ansible_collections.k8n.cluster.plugins.action.cluster_check import ActionModule
from ansible_collections.k8n.cluster.plugins.module_utils._cluster.probe import Wanted
from ansible_collections.k8n.cluster.plugins.modules import cluster_check, cluster_probe
from ansible_collections.k8n.cluster.plugins.plugin_utils._checks.deployed import (
    certificates,
    etcd,
    shape,
)


def test_the_options_of_cluster_probe():
    options = yaml.safe_load(cluster_probe.DOCUMENTATION)["options"]

    assert list(options) == [field.name for field in dataclasses.fields(Wanted)]


def test_the_samples_of_cluster_probe_can_be_judged():
    returned = yaml.safe_load(cluster_probe.RETURN)

    assert list(returned) == list(shape.PROBE)
    assert shape.fits({name: each["sample"] for name, each in returned.items()}, shape.PROBE)


def test_the_options_and_thresholds_of_cluster_check():
    options = yaml.safe_load(cluster_check.DOCUMENTATION)["options"]

    assert list(options) == list(ActionModule.spec)
    told = " ".join(options["thresholds"]["description"])
    assert dict(re.findall(r"C\((\w+)\) is .*?default is (\d+)", told)) == {
        name: f"{value:g}" for name, value in {**etcd.THRESHOLDS, **certificates.THRESHOLDS}.items()
    }
