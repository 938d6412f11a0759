# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A certificate whose end is so many DAYS from now.
case $1 in
  inject)
    cd /etc/kubernetes/ssl
    cp -p front-proxy-client.crt /root/front-proxy-client.crt.good
    openssl req -new -key front-proxy-client.key -subj /CN=front-proxy-client \
      -addext keyUsage=critical,digitalSignature,keyEncipherment -addext extendedKeyUsage=clientAuth |
      openssl x509 -req -CA front-proxy-ca.crt -CAkey front-proxy-ca.key -copy_extensions copyall \
        -not_before 20260101000000Z \
        -not_after "$(date -u -d "$DAYS days" +%Y%m%d%H%M%SZ)" -out front-proxy-client.crt
    ;;
  heal)
    # Where the cure has renewed it, that one stays.
    cd /etc/kubernetes/ssl
    openssl x509 -in front-proxy-client.crt -checkend 3000000 > /dev/null ||
      cp -p /root/front-proxy-client.crt.good front-proxy-client.crt
    ;;
esac
