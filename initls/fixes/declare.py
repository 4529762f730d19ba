"""Another initializer in the place of one that a layer of Keras or Flax is given, spelled as the file spells these."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import render
from initls.fixes.names import path
from initls.fixes.plans import Declare
from initls.fixes.source import Source
from initls.knowledge import keras

HOME = "initializers"
"""The module below which both frameworks have their initializers."""


def declare(plan: Declare, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The edits of each initializer that a plan offers."""
    call = node.value if isinstance(node, cst.Expr) else node
    if not isinstance(call, cst.Call):
        return
    given = call if plan.keyword is None else _given(call, plan)
    if given is None:
        return
    for name, reason in plan.schemes:
        text = _in_keras(source, given, name) if plan.framework == "keras" else _in_flax(source, call, given, name)
        if text is not None:
            yield f"Initialize with {name} ({reason})", (Edit(source.span(given), text),)


def _given(call: cst.Call, plan: Declare) -> cst.BaseExpression | None:
    for index, argument in enumerate(call.args):
        if argument.star:
            return None
        if argument.keyword is None and index == plan.position:
            return argument.value
        if argument.keyword is not None and argument.keyword.value == plan.keyword:
            return argument.value
    return None


def _in_keras(source: Source, given: cst.BaseExpression, name: str) -> str:
    """A class below the module where the old one is, or else a string, which every argument takes."""
    if isinstance(given, cst.SimpleString):
        proper = given.raw_value[:1].isupper()
        return f"{given.quote}{keras.spelled(name) if proper else name}{given.quote}"
    function = given.func if isinstance(given, cst.Call) else given
    if isinstance(function, cst.Attribute) and _is_home(function.value):
        proper = function.attr.value[:1].isupper()
        made = "()" if isinstance(given, cst.Call) else ""
        return f"{source.text(function.value)}.{keras.spelled(name) if proper else name}{made}"
    return cst.Module([]).code_for_node(render.literal(name, source.document.text))


def _in_flax(source: Source, call: cst.Call, given: cst.BaseExpression, name: str) -> str | None:
    """A function below the module where the old one is, or below the one that the layer comes from."""
    function = given.func if isinstance(given, cst.Call) else given
    if isinstance(function, cst.Attribute) and _is_home(function.value):
        return f"{source.text(function.value)}.{name}()"
    if call is not given and isinstance(call.func, cst.Attribute) and path(call.func.value) is not None:
        return f"{source.text(call.func.value)}.{HOME}.{name}()"
    return None


def _is_home(module: cst.BaseExpression) -> bool:
    return (path(module) or "").rpartition(".")[2] == HOME
