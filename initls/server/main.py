"""Starts the server, and ends the process when the session ends."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from initls.memory import calm_garbage_collector, share_one_heap
from initls.server import lifetime, logs
from initls.server.orders import usual_checker
from initls.server.server import Server
from initls.server.transport import Channel, Writer, accept_one, read_messages, standard_channel
from initls.server.worker import Worker

if TYPE_CHECKING:
    from initls.check import Checker

INTERRUPTED = 130
"""The exit status of a program that was stopped from the keyboard."""

SWITCH = 0.001
"""Seconds that the analysis may compute before a message gets its turn; Python's default is five times that."""


def serve(*, tcp: tuple[str, int] | None = None, make_checker: Callable[[], Checker] | None = None) -> NoReturn:
    """Serve one client on standard input and output, or on the address `tcp`, and end the process."""
    share_one_heap()
    logs.log_to_standard_error()
    if tcp is not None:
        channel = accept_one(*tcp, announce=_say)
    else:
        if sys.stdin.isatty():
            _say("waiting for an editor, which is to start this command itself; to check files, use `initls check`")
        channel = standard_channel()
    sys.setswitchinterval(SWITCH)
    calm_garbage_collector()
    try:
        status = asyncio.run(_session(channel, make_checker or usual_checker))
    except KeyboardInterrupt:
        status = INTERRUPTED
    lifetime.leave(status)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


async def _session(channel: Channel, make_checker: Callable[[], Checker]) -> int:
    loop = asyncio.get_running_loop()
    worker = Worker()
    server = Server(Writer(channel, lambda: loop.call_soon_threadsafe(server.stop, 1)), worker, make_checker)

    def read() -> None:
        for body in read_messages(channel.read):
            loop.call_soon_threadsafe(server.protocol.receive, body)
        lifetime.end(lambda: loop.call_soon_threadsafe(server.hang_up))

    worker.start()
    threading.Thread(target=read, name="initls-reader", daemon=True).start()
    return await server.stopped
