# Copyright (c) 2026 k8n contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put every SSH connection of this machine to a network behind a round trip, until it is ended. As root.

Usage: delay.py NETWORK MILLISECONDS. For a kernel without netem: connections are led through this process, which holds
back what it hears, in both directions. A connection that is opened waits for one round trip as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import signal
import socket
import struct
import subprocess
import sys

# Marks the connections of this process, which are not to be led through it again.
MARK = 0x6B386E
TABLE = "k8n_delay"
SO_ORIGINAL_DST = 80


def main(network: ipaddress.IPv4Network, seconds: float) -> None:
    """Serve until SIGTERM or SIGINT."""
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_serve(network, seconds / 2))


async def _serve(network: ipaddress.IPv4Network, one_way: float) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * one_way)
        there = _wanted(writer)
        far = socket.socket()
        far.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, MARK)
        far.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(far, there)
        except OSError:
            far.close()
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection(sock=far)
        # Python 3.11 prints a traceback for each connection that is cut off at the end.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(
                _hold_back(reader, far_writer, one_way), _hold_back(far_reader, writer, one_way)
            )

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    # The first two: what another one, which was killed, left behind leads nowhere.
    _nft(
        f"table ip {TABLE}\ndelete table ip {TABLE}\n"
        f"table ip {TABLE} {{ chain output {{ type nat hook output priority -100; "
        f"ip daddr {network} tcp dport 22 meta mark != {MARK} redirect to :{port}; }}; }}"
    )
    task = asyncio.current_task()
    assert task
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        print(f"SSH to {network} is {2000 * one_way:g} ms away", flush=True)
        await asyncio.Event().wait()
    finally:
        _nft(f"delete table ip {TABLE}")


def _nft(rules: str) -> None:
    subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)


def _wanted(writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Where a connection was meant to go before it was led here."""
    packed = writer.get_extra_info("socket").getsockopt(socket.SOL_IP, SO_ORIGINAL_DST, 16)
    port, address = struct.unpack("!2xH4s8x", packed)
    return socket.inet_ntoa(address), port


async def _hold_back(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one_way: float
) -> None:
    """Write what is read, each part later by one_way seconds, and close where the other side did."""
    loop = asyncio.get_running_loop()
    held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def write() -> None:
        while True:
            due, part = await held.get()
            await asyncio.sleep(due - loop.time())
            if not part:
                break
            writer.write(part)
            await writer.drain()

    writing = asyncio.create_task(write())
    part = b"-"
    with contextlib.suppress(OSError):
        while part:
            try:
                part = await reader.read(65536)
            except OSError:
                part = b""
            held.put_nowait((loop.time() + one_way, part))
        await writing
    writing.cancel()
    writer.close()


if __name__ == "__main__":
    main(ipaddress.IPv4Network(sys.argv[1]), float(sys.argv[2]) / 1000)
