"""Calls that start what a framework does about initialization, and on which ways through a construction they happen."""

from __future__ import annotations

from typing import Literal

from initls.facts import ir
from initls.knowledge import frameworks
from initls.model.machine import branches, classes
from initls.model.machine.machine import Run
from initls.model.state.events import LifecycleCall
from initls.model.state.values import NONE, Absent, Bound, ModuleRef, Value, likely

Started = Literal["never", "sometimes", "always"]

POST_INIT = "post_init"
_MARK = f"?{POST_INIT}"
"""No attribute that a program can spell."""


def note(run: Run, function: Value, name: str, site: int) -> None:
    """Remember the call of a method that has a part in initialization."""
    if name not in frameworks.LIFECYCLE:
        return
    receiver = function.receiver if isinstance(function, Bound) else None
    module = receiver if isinstance(receiver, ModuleRef) else None
    run.note(LifecycleCall, site, name=name, module=None if module is None else module.id)
    if name == POST_INIT and module is not None:
        run.set_attribute(module, _MARK, NONE)


def started(run: Run, ref: ModuleRef | None) -> Started:
    """Whether `post_init` was called on all ways that lead to the end of a construction with default options."""
    if ref is None or run.state is None:
        return "never"
    mark = run.attributes(ref).values.get(_MARK)
    if mark is None:
        return "never"
    if not any(isinstance(option, Absent) for option in likely(mark)):
        return "always"
    return "sometimes" if _by_choice(run, ref) else "always"


def _by_choice(run: Run, ref: ModuleRef) -> bool:
    """Whether it is up to those who make the model that the call in its own constructor happens.

    A test that asks nothing of the arguments or of the model's own settings asks which release of transformers is
    there, and leaves the call out where nobody misses it.
    """
    found = classes.find(run, run.module(ref).classes, "__init__")
    function = None if found is None else classes.function_of(run, found)
    if not isinstance(function, ir.Function) or not function.parameters:
        return False
    receiver, *arguments = (parameter.name for parameter in function.parameters)
    tests = [node.test for node in branches.walk(function.body) if isinstance(node, ir.If) and _calls(node)]
    return any(
        (isinstance(part, ir.Name) and part.id in arguments)
        or (isinstance(part, ir.Attribute) and part.value == ir.Name(receiver))
        for test in tests
        for part in branches.walk(test)
    )


def _calls(node: ir.If) -> bool:
    """Whether the call stands on one of the two sides."""
    return any(
        isinstance(part, ir.Call) and isinstance(part.function, ir.Attribute) and part.function.name == POST_INIT
        for part in branches.walk((node.body, node.otherwise))
    )
