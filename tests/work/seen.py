"""Counts one scenario where the profiler sees each record that is made: python -m tests.work.seen NAME.

Most records are msgspec's structs, which are made in C, where the profiler does not look. Here they call a function.
"""

from __future__ import annotations

import json
import sys
from functools import partial

import msgspec


class Seen(msgspec.Struct):
    """What stands for `msgspec.Struct` as long as nothing of initls is imported."""

    def __post_init__(self) -> None:
        """Be called, once for each record."""


if __name__ == "__main__":
    msgspec.Struct = Seen  # type: ignore[misc]
    from initls.cli.pool import on_deep_stack
    from tests.work.count import taken

    print(json.dumps(on_deep_stack(partial(taken, sys.argv[1], Seen.__post_init__))))
