"""`initls server`: starts the language server.

The one place of the command line that imports it, and only when asked.
"""

from __future__ import annotations

from initls.cli.console import fail
from initls.cli.exit import FAILED


def run(*, tcp: tuple[str, int] | None = None) -> int:
    """Serve on standard input and output, or on the address `tcp`, until the client leaves."""
    try:
        from initls.server import start
    except ImportError as error:
        fail(f"the language server cannot start: {error}; reinstall initls with its dependencies")
        return FAILED
    return start(tcp=tcp)
