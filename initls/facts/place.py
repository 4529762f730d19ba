"""Places in a program, named so that they outlive edits elsewhere."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """One site of one unit.

    `unit` is the name that the outline of a document gives a segment (`LeNet.__init__`), whatever line it stands on.
    `site` is the number of a statement, call or operation within that segment, in program order.
    """

    unit: str
    site: int
