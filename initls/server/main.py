"""Starts the server, and ends the process when the session ends."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable

from initls.check import Checker
from initls.server import lifetime, logs
from initls.server.server import Server
from initls.server.transport import Channel, Writer, accept_one, read_messages, standard_channel
from initls.server.worker import Worker, calm_garbage_collector
from initls.syntax.depth import ANALYSIS_STACK

log = logging.getLogger(__name__)

GRACE = 1.0
"""Seconds between the end of what the client sends and the end of the process, if it does not end by itself."""

SWITCH = 0.001
"""Seconds that the analysis may compute before a message gets its turn; Python's default is five times that."""


def serve(*, tcp: tuple[str, int] | None = None, make_checker: Callable[[], Checker] = Checker) -> int:
    """Serve one client on standard input and output, or on the address `tcp`, and end the process."""
    logs.log_to_standard_error()
    channel = (
        accept_one(*tcp, announce=lambda words: print(words, file=sys.stderr, flush=True))
        if tcp
        else standard_channel()
    )
    sys.setswitchinterval(SWITCH)
    calm_garbage_collector()
    lifetime.leave(asyncio.run(_session(channel, make_checker)))


async def _session(channel: Channel, make_checker: Callable[[], Checker]) -> int:
    loop = asyncio.get_running_loop()
    worker = Worker(ANALYSIS_STACK)
    server = Server(Writer(channel, lambda: loop.call_soon_threadsafe(server.stop, 1)), worker, make_checker)

    def read() -> None:
        for body in read_messages(channel.read):
            loop.call_soon_threadsafe(server.protocol.receive, body)
        loop.call_soon_threadsafe(server.hang_up)
        # The loop may be stuck in a write that nobody reads, and the analysis in native code.
        time.sleep(GRACE)
        lifetime.leave(1)

    worker.start()
    threading.Thread(target=read, name="initls-reader", daemon=True).start()
    return await server.stopped
