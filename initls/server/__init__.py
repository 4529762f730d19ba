"""The language server: the only part of initls that knows the protocol of editors."""

from __future__ import annotations

import gc
from typing import NoReturn


def start(*, tcp: tuple[str, int] | None = None) -> NoReturn:
    """Serve one client on standard input and output, or on the address `tcp`, and end the process."""
    # What is loaded stays. Looking for garbage in it again and again takes a quarter of the time that loading takes.
    gc.disable()
    # Imported here, because the protocol's types alone take a quarter of a second to load.
    from initls.server.main import serve

    serve(tcp=tcp)
