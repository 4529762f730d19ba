"""Schemes that count fans need a tensor of two axes; where others may come by, a test keeps them out.

A loop over `parameters()` meets biases, and a loop over all modules with a `weight` meets norms. A constant suits them
all, `kaiming_normal_` raises. So the new call is put behind `if p.dim() > 1:`, unless the code asks already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes.guard import behind
from initls.fixes.imports import INIT
from initls.fixes.names import comprehended, names, parameters, path
from initls.fixes.source import Source
from initls.knowledge.initializers import INITIALIZERS
from initls.pattern import pattern

_PARAMETERS = pattern(r"\.(?:named_)?parameters\(")
_MODULES = pattern(r"\.(?:named_)?(?:modules|children)\(")
_COUNTS = pattern(r"\.dim\(\)|\.ndim\b|\.shape\b|\.size\(|\.ndimension\(")
_TYPE = pattern(r"\bisinstance\b|\btype\(|__class__|__name__|name\w*\b", re.IGNORECASE)
_NORM = pattern(r"norm|\bbn\b", re.IGNORECASE)


def needs_two(function: str) -> bool:
    """Whether an init function raises for a tensor of one axis."""
    row = INITIALIZERS.get(f"{INIT}.{function}")
    return row is not None and row.min_ndim > 1


def may_lack_one(source: Source, node: cst.CSTNode, tensor: cst.CSTNode) -> bool:
    """Whether the tensor that the code at `node` writes may have one axis only, as far as the code around it shows."""
    spelled = path(tensor)
    if spelled is None:
        return False
    head, _, attribute = spelled.partition(".")
    tests: list[str] = []
    inside = node
    for above in source.ancestors(node):
        if isinstance(above, cst.If) and inside is above.body:
            tests.append(source.text(above.test))
        elif isinstance(above, cst.IndentedBlock):
            tests += _passed(source, above, inside)
        elif isinstance(above, cst.For) and head in names(above.target):
            return _met(source.text(above.iter), attribute, tests)
        elif isinstance(above, cst.BaseComp) and head in comprehended(above):
            clause = above.for_in
            return _met(source.between(source.span(clause).start, source.span(clause).end), attribute, tests)
        elif isinstance(above, (cst.FunctionDef, cst.Lambda)):
            visits = head in parameters(above) and any("hasattr" in test or "getattr" in test for test in tests)
            return visits and _met(".modules()", attribute, tests)
        inside = above
    return False


def guarded(source: Source, node: cst.CSTNode, tensor: cst.CSTNode, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits, with the statement that they make put behind a test; none where there is no room for one."""
    return behind(source, node, f"{source.text(tensor)}.dim() > 1", edits)


def _met(iterated: str, attribute: str, tests: list[str]) -> bool:
    """Whether tensors of one axis are among those that a loop meets and its tests let through."""
    if any(_COUNTS.search(test) for test in tests):
        return False
    if _PARAMETERS.search(iterated):
        return not attribute
    if not _MODULES.search(iterated) or not attribute:
        return False
    types = [test for test in tests if _TYPE.search(test.replace("hasattr", ""))]
    return not types or any(_NORM.search(test) for test in types)


def _passed(source: Source, block: cst.IndentedBlock, inside: cst.CSTNode) -> Iterator[str]:
    """The tests in front of a statement that leave the block or go on with the loop."""
    for one in block.body:
        if one is inside:
            return
        if isinstance(one, cst.If) and isinstance(_last(one), (cst.Continue, cst.Return)):
            yield source.text(one.test)


def _last(node: cst.If) -> cst.CSTNode | None:
    line = node.body.body[-1]
    return line.body[-1] if isinstance(line, cst.SimpleStatementLine) else line
