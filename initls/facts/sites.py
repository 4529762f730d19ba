"""From sites back to the text: positions are worked out only for segments that end up in a finding."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from initls.bounded import remembered
from initls.facts import abstract
from initls.syntax.guards import PREFIX_LINES, Admitted, admit
from initls.syntax.segments import Segment, key_of, size_of
from initls.syntax.span import Point, Span

MOST_PLACED = 300_000
"""The characters of the segments whose spans are remembered."""


@remembered(MOST_PLACED, key=key_of, weight=size_of)
def spans(segment: Segment) -> tuple[Span, ...]:
    """The span of each site, in lines counted from the segment's first; none where the segment cannot be read."""
    admitted = admit(segment)
    if not isinstance(admitted, Admitted):
        return ()
    tree = None if admitted.deep is not None else abstract.tree_of(admitted.source)
    if tree is None:
        return by_libcst(segment)
    reading = abstract.Reading()
    reading.block(abstract.statements(tree, segment.kind))
    lines = admitted.source.split("\n")
    first = PREFIX_LINES[segment.kind] + 1

    def point(line: int, octets: int) -> Point:
        text = lines[line - 1]
        return Point(line - first, octets if text.isascii() else len(text.encode()[:octets].decode()))

    def span(node: ast.stmt | ast.expr) -> Span:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return Span(point(node.lineno, node.col_offset), point(node.end_lineno, node.end_col_offset))

    return tuple([span(node) for node in reading.nodes])


def by_libcst(segment: Segment) -> tuple[Span, ...]:
    """The same where it takes libcst to read the segment."""
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
