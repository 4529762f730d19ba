"""A statement at the end of a function."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.plans import AppendToMethod, PrependToMethod
from initls.fixes.source import Source


def append(plan: AppendToMethod, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edit that puts the statement on a line of its own behind the last one of the function around `node`."""
    edit = at_the_end(source, node, plan.statement)
    return () if edit is None else (edit,)


def prepend(plan: PrependToMethod, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edit that puts the statement on a line of its own in front of the first one of the function at `node`."""
    function = next((one for one in (node, *source.ancestors(node)) if isinstance(one, cst.FunctionDef)), None)
    if function is None or not isinstance(function.body, cst.IndentedBlock):
        return ()
    body = layout.statements(function.body)
    documented = function.get_docstring() is not None
    if len(body) <= documented:
        return ()
    paragraph = layout.Paragraph.of(source, body[documented])
    if paragraph is None:
        return ()
    text = source.document.text
    margin = layout.indentation(text, paragraph.first)
    line = margin + plan.statement + layout.newline_at(text, paragraph.first - 1)
    return (layout.ahead(paragraph.top, (line,)),)


def at_the_end(source: Source, node: cst.CSTNode, statement: str) -> Edit | None:
    """The same for any statement; None where control may leave the function before, or has no lines of its own."""
    function = next((one for one in (node, *source.ancestors(node)) if isinstance(one, cst.FunctionDef)), None)
    if function is None or not isinstance(function.body, cst.IndentedBlock):
        return None
    body = layout.statements(function.body)
    if not body or any(_leaves(one) for one in body):
        return None
    text = source.document.text
    last = source.last_line(body[-1])
    margin = layout.indentation(text, source.first_line(body[0]))
    newline = layout.newline_at(text, last)
    return layout.behind(text, last, tuple(margin + line + newline for line in statement.split("\n")))


def _leaves(node: cst.CSTNode) -> bool:
    """Whether control may leave the function in a statement."""
    if isinstance(node, (cst.Return, cst.Yield)):
        return True
    own = not isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda))
    return own and any(_leaves(child) for child in node.children)
