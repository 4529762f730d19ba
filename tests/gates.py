"""The gates that keep text from being looked at, and how each of them is opened.

What does not speak of what it would have to speak of is never traced, and what is not traced is never parsed. That a
gate changes no finding is shown by opening it: then everything behind it is looked at, and nothing new is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from initls.model.machine.scope import ALONE, Files
from initls.model.traces import roots, tracer
from initls.model.traces.roots import Roots
from initls.model.traces.source import FileSource
from initls.model.traces.tracer import Tracer
from initls.programs import ABOUT_OTHERS, ABOUT_TORCH, ABOUT_US, Programs
from initls.syntax.outline import Outline
from initls.syntax.segments import Segment


def _speaks_of_everything(programs: Programs, outline: Outline) -> int:
    return ABOUT_TORCH | ABOUT_US | ABOUT_OTHERS


def _every_root(source: FileSource, files: Files = ALONE, elsewhere: dict[str, frozenset[str]] | None = None) -> Roots:
    classes = [("class", unit) for unit in source.classes()]
    return Roots((*classes, *[("function", unit) for unit in source.functions()], ("module", "")))


def _declares(segment: Segment) -> bool:
    return True


def _open_forwards(patch: pytest.MonkeyPatch) -> None:
    run = Tracer._run

    def follow_all(itself: Tracer, *asked: Any, whole: bool = False) -> object:
        return run(itself, *asked, whole=True)

    patch.setattr(Tracer, "_run", follow_all)


GATES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    # A file that never says `torch`, nor imports Keras or the like, and holds no comment for us, has no program.
    "files": lambda patch: patch.setattr(Programs, "about", _speaks_of_everything),
    # A class or a function that touches no parameter is not run by itself.
    "roots": lambda patch: patch.setattr(tracer, "relevant", _every_root),
    # Nor are those for layers that are told how to start, in a file that tells none.
    "declarations": lambda patch: patch.setattr(roots, "declares", _declares),
    # A forward pass is followed where the answer can matter alone.
    "forwards": _open_forwards,
}
"""What each keeps out, and how it is opened."""


def open_all(patch: pytest.MonkeyPatch) -> None:
    """Open all gates."""
    for opened in GATES.values():
        opened(patch)
