"""A write in a hook of a Hugging Face model leaves alone what has been loaded."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import guard
from initls.fixes.imports import Imports
from initls.fixes.names import path
from initls.fixes.plans import LeaveLoaded
from initls.fixes.source import Source
from initls.knowledge.frameworks import GUARDED, LOADED
from initls.knowledge.initializers import INITIALIZERS

METHODS = {"normal_": "normal_", "uniform_": "uniform_", "zero_": "zeros_", "fill_": "constant_", "copy_": "copy_"}
"""Methods of tensors, with the functions of transformers that take the same arguments behind the tensor."""

KEYWORDS = {"normal_": {"mean", "std", "generator"}}
"""The arguments that go by the same names there; the others are only taken by their places."""


def leave_loaded(plan: LeaveLoaded, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The title and the edits: a call of the function that asks for the mark, or else a test of it."""
    call = node.value if isinstance(node, cst.Expr) else node
    alone = isinstance(source.parent(call), cst.Expr)
    if isinstance(call, cst.Call) and alone:
        edits = _method(source, call) or _function(source, call)
        if edits:
            yield "Leave alone what has been loaded", edits
            return
    tensor = _tensor(source, call)
    if tensor is not None and path(tensor) is not None:
        test = f'not getattr({source.text(tensor)}, "{LOADED}", False)'
        edits = guard.behind(source, node, test, ())
        if edits:
            yield f"Put it behind `if {test}:`", edits


def _method(source: Source, call: cst.Call) -> tuple[Edit, ...]:
    """`w.data.normal_(0, 0.02)` becomes `init.normal_(w, 0, 0.02)`."""
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in METHODS:
        return ()
    method, tensor = call.func.attr.value, guard.bare(call.func.value)
    allowed = KEYWORDS.get(method, set())
    if path(tensor) is None or any(
        one.star or (one.keyword is not None and one.keyword.value not in allowed) for one in call.args
    ):
        return ()
    if method in ("fill_", "copy_") and len(call.args) != 1:
        return ()
    imports = Imports.seen_from(source, call)
    if imports.resolve(call.func) is not None:
        return ()  # It is a function of a module, and no method.
    spelling = imports.spell_guarded(METHODS[method])
    if spelling is None:
        return ()
    rest = [source.document.text.slice(source.argument_span(one)) for one in call.args]
    written = f"{spelling.name}({', '.join([source.text(tensor), *rest])})"
    return (*spelling.edits, Edit(source.span(call), written))


def _function(source: Source, call: cst.Call) -> tuple[Edit, ...]:
    """`normal_(w.data, std=0.02)` becomes `init.normal_(w, std=0.02)`."""
    name = (path(call.func) or "").rpartition(".")[2]
    found = INITIALIZERS.get(f"torch.nn.init.{name}")
    if found is not None and found.deprecated_of is not None:
        name = found.deprecated_of.rpartition(".")[2]
    first = next((one for one in call.args[:1] if one.keyword is None and not one.star), None)
    if name not in GUARDED or found is None or first is None:
        return ()
    tensor = guard.bare(first.value)
    known = {one for one, _ in found.signature}
    if path(tensor) is None or any(one.keyword is not None and one.keyword.value not in known for one in call.args):
        return ()
    edits: list[Edit] = []
    spelling = Imports.seen_from(source, call).spell_guarded(name)
    if spelling is None:
        return ()
    if spelling.name != path(call.func):
        edits += [*spelling.edits, Edit(source.span(call.func), spelling.name)]
    if tensor is not first.value:
        edits.append(Edit(source.span(first.value), source.text(tensor)))
    return tuple(edits)


def _tensor(source: Source, node: cst.CSTNode) -> cst.BaseExpression | None:
    """The parameter that a statement writes to, or to a part of."""
    match node:
        case cst.Call(func=cst.Attribute(value=value)) if Imports.seen_from(source, node).resolve(node.func) is None:
            found = value
        case cst.Call(args=[first, *_]):
            found = first.value
        case cst.Assign(targets=[cst.AssignTarget(target=target)]) | cst.AugAssign(target=target):
            found = target
        case _:
            return None
    while isinstance(found, cst.Subscript) or guard.bare(found) is not found:
        found = found.value if isinstance(found, cst.Subscript) else guard.bare(found)
    return found
