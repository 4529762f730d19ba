"""What a call of `apply` is given: the function itself, or a call of its own in the place of `apply`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes.source import Source


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
