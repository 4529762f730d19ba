"""Messages in and out: framing, and nothing about what a message means.

Reading has a thread of its own. What the client sends is therefore taken off its hands at once, whatever the server
is doing, and a client that writes while we write can never make both sides wait for each other.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator

import msgspec.json
from msgspec import Struct

CHUNK = 1 << 16
HEADER_LIMIT = 1 << 14
"""No client sends more header than this; a stream that does is not speaking our protocol."""


class Channel(Struct, frozen=True):
    """Two ways: `read` gives at most so many bytes, or none at the end; `write` takes all or raises `OSError`."""

    read: Callable[[int], bytes]
    write: Callable[[bytes], None]


def standard_channel() -> Channel:
    """The process's own standard input and output, kept for the protocol alone.

    Whatever else writes to standard output from now on, a stray `print` or a library's warning, goes to standard
    error: a single foreign byte would break the framing.
    """
    source = os.dup(sys.stdin.fileno())
    target = os.dup(sys.stdout.fileno())
    sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def write(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(target, view) :]

    return Channel(lambda size: os.read(source, size), write)


def accept_one(host: str, port: int, announce: Callable[[str], None]) -> Channel:
    """Listen until one client connects, and talk to it; for looking at the server with a debugger."""
    with socket.create_server((host, port)) as listener:
        announce("listening on {}:{}".format(*listener.getsockname()[:2]))
        connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Channel(connection.recv, connection.sendall)


def encoded(value: object) -> bytes:
    """A JSON value as the bytes of a message."""
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, OverflowError):
        # Half a character, as a broken file may have it, is no text; JSON can name it all the same.
        return json.dumps(value, separators=(",", ":")).encode("ascii")


class Writer:
    """Writes whole messages, from any thread. Once the client is gone it swallows what comes."""

    def __init__(self, channel: Channel, lost: Callable[[], object]) -> None:
        self._channel = channel
        self._lost = lost
        self._lock = threading.Lock()
        self._broken = False

    def send(self, body: bytes) -> None:
        """Write one message, given without its header."""
        self.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def write(self, data: bytes) -> None:
        """Write a message that has its header already."""
        with self._lock:
            if self._broken:
                return
            try:
                self._channel.write(data)
            except OSError:
                self._broken = True
        if self._broken:
            self._lost()

    def close(self) -> None:
        """Nothing is written after this."""
        with self._lock:
            self._broken = True


def read_messages(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The bodies of the messages in a stream, up to its end.

    Header names are compared without their case, and headers other than the length are skipped. A header without a
    usable length is skipped as well: the next message is found by its own header.
    """
    buffer = bytearray()

    def more() -> bool:
        try:
            data = read(CHUNK)
        except OSError:
            return False
        buffer.extend(data)
        return bool(data)

    while True:
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            if len(buffer) > HEADER_LIMIT:
                del buffer[: -len(b"\r\n\r")]
            if not more():
                return
        length = _content_length(bytes(buffer[:end]))
        del buffer[: end + 4]
        if length is None:
            continue
        while len(buffer) < length:
            if not more():
                return
        yield bytes(buffer[:length])
        del buffer[:length]


def _content_length(header: bytes) -> int | None:
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return None
