"""A loop that has every layer of a model initialize itself, behind what has taken its values away."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.names import path
from initls.fixes.plans import ResetModules
from initls.fixes.source import Source


def reset_modules(plan: ResetModules, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edit that puts the loop behind the statement of `to_empty`."""
    call = node.value if isinstance(node, cst.Expr) else node
    statement = source.statement(node)
    if statement is None or not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return ()
    match statement:
        case cst.Expr(value=value) if value is call:
            model = path(call.func.value)
        case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value) if value is call:
            model = path(target)
        case _:
            return ()
    line = layout.simple_line(source, statement)
    if model is None or line is None:
        return ()
    text = source.document.text
    last = source.last_line(line)
    newline = layout.newline_at(text, last)
    margin = layout.indentation(text, source.first_line(line))
    step = "\t" if margin.startswith("\t") else "    "
    loop = (
        f"for module in {model}.modules():",
        f'{step}if hasattr(module, "reset_parameters"):',
        f"{step}{step}module.reset_parameters()",
    )
    return (layout.behind(text, last, tuple(margin + one + newline for one in loop)),)
