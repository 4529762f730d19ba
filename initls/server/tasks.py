"""Work that nobody waits for, on the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine

log = logging.getLogger(__name__)

_running: set[asyncio.Task[object]] = set()
"""The loop itself holds its tasks weakly; what stands here cannot be collected half done."""


def in_background(work: Coroutine[object, object, object]) -> None:
    """Do `work` and say so in the log when it fails."""
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_finish)


def _finish(task: asyncio.Task[object]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("A request to the client failed: %s", error)
