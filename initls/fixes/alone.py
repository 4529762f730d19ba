"""Some of the tensors that a place writes are initialized again behind it, on lines of their own."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout, render
from initls.fixes.imports import Imports
from initls.fixes.plans import InitializeAlone, Scheme
from initls.fixes.source import Source


def initialize_alone(
    plan: InitializeAlone, source: Source, node: cst.CSTNode
) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The title and the edits for each scheme; none outside of methods, which alone know the tensors by their names."""
    function = source.function(node)
    if function is None or source.owner is None or not function.params.params:
        return
    owner = function.params.params[0].name.value
    tensors = tuple(f"{owner}.{name}" for name in plan.tensors)
    named = " and ".join(f"`{name}`" for name in plan.tensors)
    for scheme in plan.schemes:
        edits = _behind(source, node, function, scheme, tensors)
        if edits:
            reason = f" ({scheme.reason})" if scheme.reason else ""
            yield f"Initialize {named} alone with {scheme.function}{reason}", edits


def _behind(
    source: Source, node: cst.CSTNode, function: cst.FunctionDef, scheme: Scheme, tensors: tuple[str, ...]
) -> tuple[Edit, ...]:
    """The calls behind the statement of the function's own body that holds the place."""
    last = source.lifted(node, function.body)
    paragraph = None if last is None else layout.Paragraph.of(source, last)
    spelling = Imports.seen_from(source, node).spell(scheme.function)
    if paragraph is None or spelling is None:
        return ()
    text = source.document.text
    margin, newline = layout.indentation(text, paragraph.first), layout.newline_at(text, paragraph.last)
    ending = render.tail(render.keywords(scheme, text))
    lines = tuple(f"{margin}{spelling.name}({tensor}{ending}{newline}" for tensor in tensors)
    if text.lines[paragraph.last + 1 : paragraph.last + 1 + len(lines)] == lines:
        return ()
    return (*spelling.edits, layout.behind(text, paragraph.last, lines))
