#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a new Debian 12 or 13 machine ready for `make demo` and `make test`: system packages, a venv with pinned
# requirements, and Kubespray: its repository from $K8N_KUBESPRAY_CHECKOUT, from ~/.ansible/kubespray/git or from the web,
# the collection from the user's collections path or else out of that repository. A second run does nothing.
set -eu
cd "$(dirname "$0")/.."
venv=.venv
requirements=tests/requirements/controller.txt
version=$(sed -n 's/^TESTED_VERSION = "\(.*\)"/\1/p' plugins/plugin_utils/_kubespray/collection.py)
checkout=${K8N_KUBESPRAY_CHECKOUT:-}

say() { printf 'setup: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || die "run this as root: the lab makes containers and network interfaces."

# The last of them are what programs and images of a real cluster are built with (tests/e2e).
packages="chromium podman runc mmdebstrap debian-archive-keyring nftables iptables iproute2 openssh-client procps git \
ca-certificates python3 python3-venv tmux zsh gcc libc6-dev libseccomp-dev pkg-config"
missing=
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
  command -v apt-get > /dev/null || die "this machine has no apt-get; install by hand:$missing"
  say "installing$missing"
  # shellcheck disable=SC2086  # a list of names, one word each
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
    > /tmp/k8n-setup-apt.log 2>&1 || die "apt-get failed; see /tmp/k8n-setup-apt.log"
fi

stamp="$venv/.installed-$(sha256sum "$requirements" | cut -c1-12)"
if [ ! -e "$stamp" ]; then
  python=
  for candidate in python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" > /dev/null && "$candidate" -c \
      'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2> /dev/null; then
      python=$candidate
      break
    fi
  done
  [ -n "$python" ] || die "ansible-core 2.18, which Kubespray $version wants, runs on Python 3.11 to 3.13; found none with venv."
  say "making $venv with $($python --version) (pinned in $requirements)"
  rm -rf "$venv"
  $python -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r "$requirements" 2> "$venv/pip.log" ||
    die "pip failed: $(tail -n 3 "$venv/pip.log")"
  touch "$stamp"
fi

# ansible-test and Ansible want the checkout at ansible_collections/k8n/cluster.
mkdir -p .cache/collections/ansible_collections/k8n
ln -sfn "$PWD" .cache/collections/ansible_collections/k8n/cluster

# The tests of the roles controller and init take it from there; a named checkout wins over what an earlier run found.
repository=.cache/kubespray.git
if [ -n "$checkout" ]; then
  git -C "$checkout" rev-parse -q --verify "$version^{commit}" > /dev/null 2> .cache/kubespray-git.log ||
    die "K8N_KUBESPRAY_CHECKOUT is '$checkout', wanted is a git checkout of Kubespray with the tag $version in it. \
$(tail -n 1 .cache/kubespray-git.log)"
  [ -L $repository ] || rm -rf $repository
  ln -sfn "$(realpath "$checkout")" $repository
elif [ ! -d $repository ] && [ -d "$HOME/.ansible/kubespray/git" ]; then
  ln -sfn "$HOME/.ansible/kubespray/git" $repository
elif [ ! -d $repository ]; then
  url=https://github.com/kubernetes-sigs/kubespray.git
  say "fetching Kubespray's repository ($url)"
  rm -rf $repository $repository.part
  # The first one fails soon where there is no way to the web.
  if timeout 20 git ls-remote -q "$url" HEAD > /dev/null 2> .cache/kubespray-git.log &&
    timeout 300 git clone -q --bare "$url" $repository.part 2> .cache/kubespray-git.log; then
    mv $repository.part $repository
  else
    say "Kubespray could not be fetched: $(grep -m 1 . .cache/kubespray-git.log || echo it takes too long)"
    say "What needs it is going to skip and say so. With a git checkout of it: K8N_KUBESPRAY_CHECKOUT=/path/to/it make setup"
  fi
fi

for collections in "$HOME/.ansible/collections" /usr/share/ansible/collections .cache/collections; do
  if [ -d "$collections/ansible_collections/kubernetes_sigs/kubespray" ]; then
    exit 0
  fi
done
[ -d $repository ] || exit 0
say "installing Kubespray $version from $(realpath $repository)"
"$venv/bin/ansible-galaxy" collection install --no-deps -p .cache/collections "git+file://$(realpath $repository),$version" \
  > .cache/kubespray-install.log 2>&1 ||
  die "ansible-galaxy could not install it: $(grep -v '^\[WARNING' .cache/kubespray-install.log | tail -n 1)"
