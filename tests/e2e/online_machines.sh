#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes four virtual machines of a cloud image with libvirt, and prints the variables that `make e2e-online` reads.
#   online_machines.sh URL-OF-A-QCOW2-IMAGE FOLDER
set -eu
url=$1
folder=$2
wait_seconds=300
mkdir -p "$folder"
curl -fsSL -o "$folder/base.qcow2" "$url"
ssh-keygen -q -t ed25519 -N '' -f "$folder/key"
cat > "$folder/user-data" <<CLOUD
#cloud-config
users:
  - name: admin
    sudo: ALL=(ALL) NOPASSWD:ALL
    shell: /bin/bash
    ssh_authorized_keys: ["$(cat "$folder/key.pub")"]
CLOUD

for number in 1 2 3 4; do
  qemu-img create -q -f qcow2 -F qcow2 -b "$folder/base.qcow2" "$folder/$number.qcow2" 20G
  virt-install --quiet --noautoconsole --import --name "e2e-$number" --vcpus 2 --memory 3072 --osinfo detect=on,require=off \
    --disk "$folder/$number.qcow2" --network network=default --cloud-init "user-data=$folder/user-data" >&2
done

addresses=
for number in 1 2 3 4; do
  address=
  waited=0
  until [ -n "$address" ] && ssh -i "$folder/key" -o BatchMode=yes -o ConnectTimeout=5 -o UserKnownHostsFile=/dev/null \
    -o StrictHostKeyChecking=no "admin@$address" true 2> /dev/null; do
    [ "$waited" -lt "$wait_seconds" ] || { echo "e2e-$number has no SSH after $wait_seconds s" >&2; exit 1; }
    sleep 5
    waited=$((waited + 5))
    address=$(virsh --quiet domifaddr "e2e-$number" | awk 'NR == 1 { sub("/.*", "", $4); print $4 }')
  done
  addresses="$addresses $address"
done
printf 'K8N_E2E_NODES=%s\nK8N_E2E_USER=admin\nK8N_E2E_KEY=%s\n' "${addresses# }" "$folder/key"
