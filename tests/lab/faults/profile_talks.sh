#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# The login's profile prints what is not text, and commands for a terminal, at each command.
set -eu
printf 'printf "Welcome\\n\\033]0;owned\\007<img src=x onerror=alert(1)>\\377\\376\\n"\n' > /home/server/.bashrc
