"""What a call initializes: of a method the receiver, of a function the first argument."""

from __future__ import annotations

import libcst as cst

from initls.fixes.imports import Imports
from initls.fixes.replace import first_argument, strip
from initls.fixes.source import Source
from initls.knowledge.initializers import TENSOR_WRITES


def written(source: Source, node: cst.CSTNode) -> cst.BaseExpression | None:
    """The tensor that a call initializes, without the detours on the way to it."""
    if not isinstance(node, cst.Call):
        return None
    known = Imports.seen_from(source, node).resolve(node.func) is not None
    if not known and isinstance(node.func, cst.Attribute) and node.func.attr.value in TENSOR_WRITES:
        return strip(node.func.value)
    tensor = first_argument(node, "tensor")
    return None if tensor is None else strip(tensor.value)
