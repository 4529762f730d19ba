"""`isinstance(m, ...)` for the modules that a visitor meets.

A visitor goes through a chain of such tests for each of them. The types that a test names are worked out once, where
they are those that the file itself names: then they are the same whenever the test is met again.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts import ir
from initls.model.machine import expressions, lookup, objects, questions
from initls.model.machine.machine import Run, Types
from initls.model.state.values import ModuleRef, Value, known


def tested(run: Run, node: ir.Call, subject: str) -> Value:
    """The value of `isinstance(subject, ...)`."""
    value = lookup.name(run, subject)
    types = _types(run, node) if type(value) is ModuleRef else None
    answer = None if types is None else objects.instance_of(run, value, types.value)
    if types is None or answer is None:
        return expressions.evaluate(run, node)
    if run.visit is not None:
        questions.of_types(run, value, types.wanted, answer, node.site)
    return known(answer)


def _types(run: Run, node: ir.Call) -> Types | None:
    """What a test asks for; None where that may be another thing each time."""
    key = (run.frame.unit, node.site)
    if key not in run.types:
        run.types[key] = _read(run, node.arguments[1])
    types = run.types[key]
    return None if types is None or any(_is_local(run, name) for name in types.names) else types


def _read(run: Run, node: ir.Expression) -> Types | None:
    found = tuple(_names(node))
    names = (*(name for name in found if name is not None), "isinstance")
    if None in found or any(_is_local(run, name) for name in names):
        return None
    value = expressions.evaluate(run, node)
    return Types(value, questions.classes_of(run, value), names)


def _names(node: ir.Expression) -> Iterator[str | None]:
    """The names that types are reached from; None where they come from anything else."""
    match node:
        case ir.Name(id=name):
            yield name
        case ir.Attribute(value=value):
            yield from _names(value)
        case ir.Sequence(items=items):
            for item in items:
                yield from _names(item)
        case ir.Binary(operator="|", left=left, right=right):
            yield from _names(left)
            yield from _names(right)
        case _:
            yield None


def _is_local(run: Run, name: str) -> bool:
    """Whether a name is that of a function that runs, or of one around it."""
    frame = run.frame
    while True:
        names = run.now.names(frame.id)
        if names is not None and names.get(name) is not None:
            return True
        if frame.parent is None:
            return False
        frame = run.frames[frame.parent]
