"""Where log lines go: to standard error, and to the editor's own log window."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

TYPES = ((logging.ERROR, 1), (logging.WARNING, 2), (logging.INFO, 3))
"""The protocol's message types for log levels, most severe first; whatever is below is type 4, a log message."""

Tell = Callable[[str, object], None]
"""Sends a notification, from any thread."""


class ClientHandler(logging.Handler):
    """Hands log records to the client."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        try:
            kind = next((kind for level, kind in TYPES if record.levelno >= level), 4)
            self._tell("window/logMessage", {"type": kind, "message": self.format(record)})
        except Exception:
            # A log line that cannot be sent must not take its cause along.
            self.handleError(record)


def log_to_standard_error() -> None:
    """Write our own log lines, and the complaints of the libraries below, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # pygls writes down every message that it sends; nobody reads that.
    logging.getLogger("pygls").setLevel(logging.ERROR)


def log_to_client(tell: Tell) -> None:
    """Hand our own log lines to the client as well."""
    logging.getLogger("initls").addHandler(ClientHandler(tell))


def set_level(level: int) -> None:
    """Say how much is logged."""
    logging.getLogger("initls").setLevel(level)
