"""The language server: the only part of initls that knows the protocol of editors."""

from __future__ import annotations


def start(*, tcp: tuple[str, int] | None = None) -> int:
    """Serve one client on standard input and output, or on the address `tcp`; the result is the exit status."""
    # Imported here, because the protocol's types alone take a quarter of a second to load.
    from initls.server.main import serve

    return serve(tcp=tcp)
