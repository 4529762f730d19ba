"""Calls that start what a framework does about initialization, and on which ways through a construction they happen."""

from __future__ import annotations

from typing import Literal

from initls.knowledge import frameworks
from initls.model.events import LifecycleCall
from initls.model.machine import Run
from initls.model.values import NONE, Absent, Bound, ModuleRef, Value, likely

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
    return "sometimes" if any(isinstance(option, Absent) for option in likely(mark)) else "always"
