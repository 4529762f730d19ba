"""A method under another name."""

from __future__ import annotations

import re

import libcst as cst

from initls.findings import Edit
from initls.fixes.plans import RenameMethod
from initls.fixes.source import Source


def rename_method(plan: RenameMethod, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edit of the definition alone; none where the file has the name elsewhere, comments aside."""
    function = next((one for one in (node, *source.ancestors(node)) if isinstance(one, cst.FunctionDef)), None)
    if function is None:
        return ()
    spoken_of = re.sub(r"#.*", "", source.document.source)
    if len(re.findall(rf"\b{re.escape(function.name.value)}\b", spoken_of)) != 1:
        return ()
    return (Edit(source.span(function.name), plan.name),)
