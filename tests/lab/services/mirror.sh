#!/bin/sh
# SPDX-FileCopyrightText: 2026 k8n contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# Answers every name query (no such name), and every HTTP request with an empty file: ports 53, 8080 and 5000.
set -eu
cat > /usr/local/sbin/mirror <<'PY'
import http.server, socket, threading

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    do_HEAD = do_GET
    def log_message(self, *args):
        pass

for port in (8080, 5000):
    server = http.server.ThreadingHTTPServer(("", port), Answer)
    threading.Thread(target=server.serve_forever).start()
names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
names.bind(("", 53))
while True:
    query, sender = names.recvfrom(4096)
    # The query's id and question; a response, recursion available, no such name.
    names.sendto(query[:2] + b"\x81\x83" + query[4:6] + b"\0\0\0\0\0\0" + query[12:], sender)
PY
systemd-run -q --unit=mirror python3 /usr/local/sbin/mirror
until ss -Hltn 'sport = :5000' | grep -q .; do sleep 0.1; done
