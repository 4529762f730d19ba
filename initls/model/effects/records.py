"""The objects that models pack their outputs into: they hold what they were made with, and do nothing else."""

from __future__ import annotations

from initls.model.effects import dataflow
from initls.model.machine.machine import Run
from initls.model.state.values import NONE, Arguments, Keywords, Record, Tuple, Value
from initls.pattern import rare

OUTPUT = rare("Output", r"Output(?:With\w+|For\w+)?$|Outputs$")
"""How their classes are called."""


def record(run: Run, name: str, arguments: Arguments, keywords: Keywords) -> Record | None:
    """The object that a model packs its outputs into; None for a call of anything else."""
    if OUTPUT.search(name) is None or arguments or "**" in keywords or not keywords:
        return None
    return Record(name, tuple(keywords.items()))


def field(run: Run, value: Record, key: object) -> Value:
    """`record.key`, `record["key"]`, or the field at a position, of those that are there."""
    assert run.graph is not None
    found = dict(value.fields)
    if isinstance(key, str) and key in found:
        return found[key]
    there = [held for held in found.values() if held != NONE]
    if isinstance(key, int) and 0 <= key < len(there):
        return there[key]
    if isinstance(key, slice):
        return Tuple(tuple(there[key]))
    return dataflow.unknown_operation(run, (value,), 0)
