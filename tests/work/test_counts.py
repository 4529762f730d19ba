"""What is done does not grow unseen: the work of some scenarios is pinned, in counts that no machine changes.

Where more work is worth it, or where work was saved, `python -m tests.work.count --write` pins it anew.
"""

from __future__ import annotations

import pytest

from tests.work.count import SCENARIOS, Counts, counted, pinned

MOST_GROWTH = 1.02
"""Between the Pythons from 3.10 to 3.13 the counts differ by less than a thousandth."""

MOST_SAVED = 0.85
"""A table that is left behind by what was saved would let it be lost again."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_more_work_is_done_than_is_pinned(name: str) -> None:
    known, now = pinned()[name], counted(name)
    assert now.keys() == known.keys()
    grown = {what: (known[what], number) for what, number in now.items() if number > known[what] * MOST_GROWTH}
    assert not grown, "more work than before (python -m tests.work.count tells of all)"
    saved = {what: (known[what], number) for what, number in now.items() if number < known[what] * MOST_SAVED}
    assert not saved, "less work than before: hold it with python -m tests.work.count --write"


def test_what_a_keystroke_leads_to_does_not_hang_on_the_length_of_the_file() -> None:
    """Segments, traces and steps of the machine; what is asked of all the file is in the calls."""

    def led_to(name: str) -> Counts:
        return {what: number for what, number in pinned()[name].items() if what not in ("calls", "records")}

    assert led_to("typing, 2000 lines") == led_to("typing, 200 lines")
