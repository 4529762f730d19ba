"""How a stage learns that nobody waits for its answer any more."""

from __future__ import annotations

from collections.abc import Callable


class Cancelled(Exception):
    """Raised by a stage whose caller has gone on to something newer."""


Check = Callable[[], None]
"""Called now and then by every stage; raises `Cancelled` when the work should stop."""


def never() -> None:
    """The check of work that runs to its end."""
