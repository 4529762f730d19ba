"""The language server: the only part of initls that knows the protocol of editors."""

from __future__ import annotations

from typing import NoReturn


def start(*, tcp: tuple[str, int] | None = None) -> NoReturn:
    """Serve one client on standard input and output, or on the address `tcp`, and end the process."""
    # Imported here, because the protocol's types alone take a quarter of a second to load.
    from initls.server.main import serve

    serve(tcp=tcp)
