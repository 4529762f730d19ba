"""A plain container of layers becomes one that registers them."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes.imports import Imports
from initls.fixes.plans import Register
from initls.fixes.source import Source
from initls.syntax.span import Span


def register(plan: Register, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits that put what an assignment gives to an attribute into a container of torch's."""
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute())], value=value):
            pass
        case cst.AnnAssign(target=cst.Attribute(), value=value, annotation=cst.Annotation(annotation=told)):
            # A type that is written down would not be true any more.
            if value is None or not isinstance(told, cst.Name) or told.value not in ("object", "Any"):
                return ()
        case _:
            return ()
    spelled = _spelled(Imports.seen_from(source, node), plan.container)
    if spelled is None or (isinstance(value, cst.Tuple) and not value.lpar):
        return ()
    span = source.span(value)
    if isinstance(value, (cst.List, cst.Dict)) and not value.elements:
        return (Edit(span, f"{spelled}()"),)
    return (Edit(Span(span.start, span.start), f"{spelled}("), Edit(Span(span.end, span.end), ")"))


def _spelled(imports: Imports, container: str) -> str | None:
    """How the file can name a class of `torch.nn` with what it has imported."""
    for dotted, rest in ((f"torch.nn.{container}", ""), ("torch.nn", f".{container}"), ("torch", f".nn.{container}")):
        for name, meaning in imports.names.items():
            if meaning == dotted and name not in imports.taken:
                return name + rest
    return None
