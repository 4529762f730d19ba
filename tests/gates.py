"""The gates that keep text from being looked at, and how each of them is opened.

What does not speak of what it would have to speak of is never traced, and what is not traced is never parsed. That a
gate changes no finding is shown by opening it: then everything behind it is looked at, and nothing new is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from initls.model.machine.scope import ALONE, Files
from initls.model.traces import program
from initls.model.traces.program import Tracer
from initls.model.traces.source import FileSource
from initls.programs import ABOUT_OTHERS, ABOUT_TORCH, ABOUT_US, Programs
from initls.syntax.outline import Outline
from initls.syntax.segments import Segment


def _speaks_of_everything(programs: Programs, outline: Outline) -> int:
    return ABOUT_TORCH | ABOUT_US | ABOUT_OTHERS


def _every_root(
    source: FileSource, files: Files = ALONE, elsewhere: dict[str, frozenset[str]] | None = None
) -> Iterator[tuple[str, str]]:
    for unit in source.classes():
        yield "class", unit
    for unit in source.functions():
        yield "function", unit
    yield "module", ""


def _declares(segment: Segment) -> bool:
    return True


def _open_forwards(patch: pytest.MonkeyPatch) -> None:
    run = Tracer._run

    def follow_all(tracer: Tracer, *asked: Any, whole: bool = False) -> object:
        return run(tracer, *asked, whole=True)

    patch.setattr(Tracer, "_run", follow_all)


GATES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    # A file that never says `torch`, nor imports Keras or the like, and holds no comment for us, has no program.
    "files": lambda patch: patch.setattr(Programs, "about", _speaks_of_everything),
    # A class or a function that touches no parameter is not run by itself.
    "roots": lambda patch: patch.setattr(program, "relevant", _every_root),
    # Nor are those for layers that are told how to start, in a file that tells none.
    "declarations": lambda patch: patch.setattr(program, "_declares", _declares),
    # A forward pass is followed where the answer can matter alone.
    "forwards": _open_forwards,
}
"""What each keeps out, and how it is opened."""


def open_all(patch: pytest.MonkeyPatch) -> None:
    """Open all gates."""
    for opened in GATES.values():
        opened(patch)
