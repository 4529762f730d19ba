"""A line that has a layer initialized as the others were, behind the statement that puts it into its model."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.plans import ApplyBehind
from initls.fixes.source import Source


def apply_behind(plan: ApplyBehind, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edit that puts the line behind the statement of the place."""
    statement = source.statement(node)
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute() | cst.Subscript() as target)]):
            pass
        case cst.AnnAssign(target=cst.Attribute() as target):
            pass
        case _:
            return ()
    function = plan.function
    if plan.method:
        if not isinstance(target, cst.Attribute):
            return ()
        function = f"{source.text(target.value)}.{function}"
    line = layout.simple_line(source, statement)
    if line is None:
        return ()
    text = source.document.text
    last = source.last_line(line)
    margin = layout.indentation(text, source.first_line(line))
    added = f"{margin}{source.text(target)}.apply({function}){layout.newline_at(text, last)}"
    return (layout.behind(text, last, (added,)),)
