"""What a call is given: the function itself, or a call of its own in the place of the one that is given it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes.source import Source
from initls.syntax.span import Span


def pass_function(source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The edit that drops the brackets behind the function, with its title."""
    match node:
        case cst.Call(args=[cst.Arg(value=cst.Call(func=function, args=[] | [cst.Arg(star="")]) as called)]):
            name = source.text(function)
            yield f"Hand over `{name}` itself", (Edit(source.span(called), name),)


def call_instead(source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The edit that calls the function in the place of `apply`, with its title."""
    if not isinstance(source.parent(node), cst.Expr):
        return
    match node:
        case cst.Call(args=[cst.Arg(value=cst.Call(args=[]) as called)]):
            call = source.text(called)
        case cst.Call(args=[cst.Arg(value=cst.Name() | cst.Attribute() as function)]):
            call = f"{source.text(function)}()"
        case _:
            return
    yield f"Call `{call}` by itself", (Edit(source.span(node), call),)


def call_directly(source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The edits that call with the other arguments what the call is given first, with their title."""
    match node:
        case cst.Call(args=[cst.Arg(value=made, keyword=None, star=""), *rest]):
            name = source.text(made)
            first = source.span(made)
            end = source.span(rest[0]).start if rest else first.end
            yield (
                f"Let `{name}` initialize itself",
                (Edit(source.span(node.func), name), Edit(Span(first.start, end), "")),
            )
