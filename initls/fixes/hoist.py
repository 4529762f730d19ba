"""What a method makes each time it runs moves into the constructor."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.append import at_the_end
from initls.fixes.delete import delete
from initls.fixes.names import binds, path, reads
from initls.fixes.plans import MoveToConstructor
from initls.fixes.source import Source


def hoist(plan: MoveToConstructor, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The edits that make the thing once, and the title that says so."""
    node = node.value if isinstance(node, cst.Expr) else node
    constructor = Source.at(source.document, plan.into)
    method, statement = source.function(node), source.statement(node)
    if constructor is None or method is None or statement is None or not isinstance(node, cst.Call):
        return
    there, inside = constructor
    if not _travels(node, method, there.function(inside) or inside):
        return
    line = layout.simple_line(source, statement)
    owner = _first(method)
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute() as target)], value=value) if value is node:
            written = source.text(target)
        case cst.Expr(value=value) if value is node:
            written = ""
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value) if value is node:
            yield from _named(plan, source, node, owner, name, there, inside)
            return
        case _:
            yield from _named(plan, source, node, owner, "", there, inside)
            return
    if line is None or source.parent(line) is not method.body or "\n" in source.text(statement):
        return
    added = at_the_end(there, inside, source.text(statement))
    removed = delete(source, statement if written else node)
    if added is not None and removed:
        yield "Do this once, in the constructor", (*removed, added)


def _named(
    plan: MoveToConstructor,
    source: Source,
    node: cst.Call,
    owner: str,
    name: str,
    there: Source,
    inside: cst.CSTNode,
) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """A layer that has no attribute yet gets one."""
    made = source.text(node)
    wished = name or _lower((path(node.func) or "layer").rpartition(".")[2])
    attribute = _free(wished, owner, source.document.source)
    if "\n" in made:
        return
    added = at_the_end(there, inside, f"{owner}.{attribute} = {made}")
    if added is not None:
        yield f"Make it once, as {owner}.{attribute}", (Edit(source.span(node), f"{owner}.{attribute}"), added)


def _travels(node: cst.Call, method: cst.FunctionDef, constructor: cst.CSTNode) -> bool:
    """Whether a call means the same in the constructor: it reads no variable of the method but the object itself."""
    own = {parameter.name.value for parameter in (*method.params.posonly_params, *method.params.params)[1:]}
    own |= {parameter.name.value for parameter in method.params.kwonly_params}
    own |= {
        star.name.value for star in (method.params.star_arg, method.params.star_kwarg) if isinstance(star, cst.Param)
    }
    bound = {name for name in binds(method.body) if "." not in name}
    changed = {name for name in binds(method.body) if "." in name}
    read = reads(node)
    return read.isdisjoint(own | bound | changed)


def _first(method: cst.FunctionDef) -> str:
    parameters = (*method.params.posonly_params, *method.params.params)
    return parameters[0].name.value if parameters else "self"


def _lower(name: str) -> str:
    """A class's name as one of an attribute: `LayerNorm` becomes `layer_norm`, `Conv2d` `conv2d`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _free(wished: str, owner: str, text: str) -> str:
    """A name that no attribute in the file has."""
    name, number = wished, 2
    while re.search(rf"\b{re.escape(owner)}\.{re.escape(name)}\b", text):
        name, number = f"{wished}{number}", number + 1
    return name
