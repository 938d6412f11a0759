# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# As root on Debian 12 or 13. Each target does all its own set-up.
.PHONY: help setup demo demo-down test test-all e2e e2e-one e2e-online bench

help: ## show this
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## system packages, .venv, Kubespray
	@tests/setup.sh

demo: setup ## real SSH hosts with three mistakes, fixed, then Kubespray to Ready nodes
	@.venv/bin/python tests/demo/demo.py

demo-down: setup ## remove everything that demo made
	@.venv/bin/python tests/demo/demo.py --down

test: setup ## lint, types, units, sanity, molecule, integration (25 minutes at most)
	@.venv/bin/nox

test-all: setup ## test, units and sanity on every ansible-core, every Kubespray
	@.venv/bin/nox
	@.venv/bin/nox -k 'units or sanity or gates'

e2e: setup ## addresses to Ready nodes by the real Kubespray, in a closed place: all of it (two hours)
	@.venv/bin/nox -s e2e

e2e-one: setup ## the same for one host (five minutes, the first time fifteen)
	@.venv/bin/nox -s e2e-one

e2e-online: setup ## four machines with internet to Ready nodes; tests/e2e/README.md says how they are named
	@.venv/bin/nox -s "e2e-online(kubespray='v2.31.0')"

bench: setup ## speed of the inventory plugin, the audit, the callback and preflight, as ratios
	@.venv/bin/nox -s bench
