"""A list that repeats one layer becomes one that makes a layer for each place."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes.imports import Imports
from initls.fixes.names import path
from initls.fixes.source import Source
from initls.syntax.span import Span


def make_each(source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits for the multiplication or the comprehension that repeats; none where that takes more than a rewrite."""
    match node:
        case cst.BinaryOperation(left=cst.List(elements=[element]) as display, right=count):
            pass
        case cst.BinaryOperation(left=count, right=cst.List(elements=[element]) as display):
            pass
        case cst.ListComp() | cst.GeneratorExp():
            return _copied(source, node, node.elt)
        case _:
            return ()
    if not isinstance(element, cst.Element) or not isinstance(element.value, cst.Call) or display.lpar:
        return ()
    made, times = source.text(element.value), source.text(count)
    span = source.span(node)
    if node.lpar:
        # The parentheses stay as they are.
        inner = [source.span(node.left), source.span(node.right)]
        span = Span(inner[0].start, inner[1].end)
    return (Edit(span, f"[{made} for _ in range({times})]"),)


def _copied(source: Source, node: cst.BaseComp, element: cst.BaseExpression) -> tuple[Edit, ...]:
    """The element of a comprehension as a copy, where the file knows how to copy already."""
    if path(element) is None:
        return ()
    imports = Imports.seen_from(source, node)
    bound = {dotted: name for name, dotted in imports.names.items() if name not in imports.taken}
    copy = bound.get("copy.deepcopy") or (f"{bound['copy']}.deepcopy" if "copy" in bound else None)
    return () if copy is None else (Edit(source.span(element), f"{copy}({source.text(element)})"),)
