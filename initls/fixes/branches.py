"""The branches of an `if`: what they ask for, their order, and those that nothing reaches."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.plans import SwapBranches
from initls.fixes.source import Source
from initls.syntax.span import Point, Span


def ask_for_all(source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The edits that turn `A or B` in a test for classes into a tuple, with their title."""
    match node:
        case cst.Call(args=[_, cst.Arg(value=kinds)]):
            pass
        case cst.Comparison(comparisons=[cst.ComparisonTarget(comparator=kinds)]):
            if isinstance(kinds, cst.BooleanOperation):
                inside = ", ".join(source.text(operand) for operand in _operands(kinds))
                asked = Edit(source.span(node), f"{source.text(node.left)} in ({inside})")
                yield f"Ask for ({inside})", (asked,)
                return
        case _:
            return
    parts = [element.value for element in kinds.elements] if isinstance(kinds, cst.Tuple) else [kinds]
    edits: list[Edit] = []
    names: list[str] = []
    for part in parts:
        if isinstance(part, cst.BooleanOperation):
            written = [source.text(operand) for operand in _operands(part)]
            names += written
            inside = ", ".join(written)
            edits.append(Edit(source.span(part), inside if isinstance(kinds, cst.Tuple) else f"({inside})"))
    if edits:
        yield f"Ask for ({', '.join(names)})", tuple(edits)


def _operands(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(node, cst.BooleanOperation):
        yield from _operands(node.left)
        yield from _operands(node.right)
    else:
        yield node


def swap_branches(plan: SwapBranches, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits that put a branch in front of an earlier one of its chain; those between move down by one."""
    found = Source.at(source.document, plan.before)
    if found is None or found[0].unit != source.unit:
        return ()
    chain: list[cst.If] = []
    one: cst.CSTNode | None = found[1]
    while isinstance(one, cst.If):
        chain.append(one)
        if one is node:
            break
        one = one.orelse
    if len(chain) < 2 or chain[-1] is not node:
        return ()
    spans = [_piece(source, branch) for branch in chain]
    texts = [source.document.text.slice(span) for span in spans]
    return tuple(Edit(span, text) for span, text in zip(spans, [texts[-1], *texts[:-1]], strict=True))


def _piece(source: Source, branch: cst.If) -> Span:
    """The test of a branch and what it holds, to the end of its last line."""
    last = _last_line(source, branch)
    return Span(source.span(branch.test).start, Point(last, len(source.document.text.line(last))))


def _last_line(source: Source, branch: cst.If) -> int:
    return source.last_line(branch.body.body[-1])


def delete_branch(source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edit that deletes an `elif` and what it holds."""
    if not isinstance(node, cst.If) or not isinstance(source.parent(node), cst.If):
        return ()
    first, last = source.span(node).start.line, _last_line(source, node)
    return (Edit(layout.whole_lines(source.document.text, first, last), ""),)
