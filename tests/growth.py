"""How the time that something takes grows with its input: a ratio, as a clock says little on a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 4
"""How much larger the larger input is."""

LINEAR = 10
"""What is in proportion to its input takes `TIMES` as long with the larger one, what is quadratic 16 times."""


def growth(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times as long it takes with `TIMES` the size, by the least of three; `work` makes what is timed."""
    small, large = work(size), work(size * TIMES)
    return min(_taken(large) for _ in range(3)) / min(_taken(small) for _ in range(3))


def _taken(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began
