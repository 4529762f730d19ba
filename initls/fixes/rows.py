"""Behind the write of a table of rows, the row of padding is zeroed again."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import guard, layout
from initls.fixes.imports import Imports
from initls.fixes.names import path
from initls.fixes.plans import Doubt, ReplaceWrite, ZeroRow
from initls.fixes.replace import replace
from initls.fixes.source import Source
from initls.fixes.target import written

TITLE = "Zero the row of padding again"


def zero_row(plan: ZeroRow, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The line behind the write, with the test in front of it that the plan asks for."""
    line = zeroing(source, node, plan.doubt)
    if line:
        yield TITLE, line


def replace_rows(plan: ReplaceWrite, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """What replaces a write, with the line behind it where the plan says that there is a row of padding."""
    line = zeroing(source, node, plan.padding) if plan.padding is not None else ()
    for title, edits in replace(plan, source, node):
        yield (f"{title}, and zero the row of padding", (*edits, *line)) if line else (title, edits)


def zeroing(source: Source, node: cst.CSTNode, doubt: Doubt) -> tuple[Edit, ...]:
    """The edits that put the line behind the statement of a node; none where there is no telling whose row it is."""
    if isinstance(node, cst.Expr):
        node = node.value
    tensor, statement = written(source, node), source.statement(node)
    module = tensor.value if isinstance(tensor, cst.Attribute) and tensor.attr.value == "weight" else None
    line = None if statement is None else layout.simple_line(source, statement)
    spelling = Imports.seen_from(source, node).spell("zeros_")
    if module is None or line is None or spelling is None or path(module) is None:
        return ()
    text = source.document.text
    last = source.last_line(line)
    margin, newline = layout.indentation(text, source.first_line(line)), layout.newline_at(text, last)
    owner = source.text(module)
    zero = f"{spelling.name}({owner}.weight[{owner}.padding_idx])"
    mark = "'" if "'" in text.source and '"' not in text.source else '"'
    tests = {
        "row": f"if {owner}.padding_idx is not None:",
        "attribute": f"if getattr({owner}, {mark}padding_idx{mark}, None) is not None:",
    }
    if doubt in tests:
        step = guard.step(source, line, margin)
        lines: tuple[str, ...] = (f"{margin}{tests[doubt]}{newline}", f"{margin}{step}{zero}{newline}")
    else:
        lines = (f"{margin}{zero}{newline}",)
    return (*spelling.edits, layout.behind(text, last, lines))
