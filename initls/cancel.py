"""How a stage learns that nobody waits for its answer any more."""

from __future__ import annotations

import time
from collections.abc import Callable


class Cancelled(Exception):
    """Raised by a stage whose caller has gone on to something newer, or whose time is up."""


Check = Callable[[], None]
"""Called now and then by every stage; raises `Cancelled` when the work should stop."""


def never() -> None:
    """The check of work that runs to its end."""


def deadline(seconds: float, inner: Check = never) -> Check:
    """A check that also cancels once `seconds` have passed."""
    end = time.monotonic() + seconds

    def check() -> None:
        inner()
        if time.monotonic() > end:
            raise Cancelled

    return check
