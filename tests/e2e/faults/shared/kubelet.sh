# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A kubelet that says a version so many MINORS away from its own.
export PATH=$PATH:/usr/local/bin
case $1 in
  inject)
    cp -p /usr/local/bin/kubelet /root/kubelet.good
    version=$(kubelet --version | cut -d' ' -f2)
    other=$(echo "$version" | awk -F. -v OFS=. -v minors="$MINORS" '{$2 += minors; print}')
    # As long as the other one, so that the program stays what it is.
    sed "s/$version/$other/g" /root/kubelet.good > /root/kubelet.other
    systemctl stop kubelet
    install -m 0755 /root/kubelet.other /usr/local/bin/kubelet
    systemctl start kubelet
    sleep 12
    ;;
  cure)
    systemctl stop kubelet
    install -m 0755 /root/kubelet.good /usr/local/bin/kubelet
    systemctl start kubelet
    sleep 12
    ;;
  heal)
    rm -f /root/kubelet.good /root/kubelet.other
    ;;
esac
