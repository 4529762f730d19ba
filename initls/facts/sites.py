"""From sites back to the text: positions are worked out only for segments that end up in a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from initls.bounded import remembered
from initls.syntax.guards import PREFIX_LINES
from initls.syntax.segments import Segment, key_of, size_of
from initls.syntax.span import Point, Span

MOST_PLACED = 60_000
"""The characters of the segments whose spans are remembered."""


@remembered(MOST_PLACED, key=key_of, weight=size_of)
def spans(segment: Segment) -> tuple[Span, ...]:
    """The span of each site, in lines counted from the segment's first."""
    # A file without findings never needs it, and it takes long to load.
    from libcst.metadata import PositionProvider

    from initls.facts.extract import nodes

    found = nodes(segment)
    if found is None:
        return ()
    tree, sites = found
    try:
        # Resolving the provider as the library has it would visit the whole tree on top, for nothing.
        provider = PositionProvider()
        provider._gen_impl(tree)
        positions: Mapping[Any, Any] = provider._computed
    except RecursionError:  # Positions come from writing the whole segment out, which takes more depth than reading.
        return ()
    first = PREFIX_LINES[segment.kind] + 1
    out: list[Span] = []
    for node in sites:
        where = positions[node]
        out.append(
            Span(
                Point(where.start.line - first, where.start.column),
                Point(where.end.line - first, where.end.column),
            )
        )
    return tuple(out)
