"""What the visitors of a run asked, and whether all modules are known that they could have met."""

from __future__ import annotations

from dataclasses import dataclass

from initls.facts.place import Place
from initls.model import lacking, objects
from initls.model.machine import Run, Visit
from initls.model.values import Known, ModuleRef, Unknown, options
from initls.model.watch import Question


@dataclass(frozen=True, slots=True)
class Census:
    """The questions of a run; `whole` are the visits of which every module is known that they could meet.

    `initial` are the tests behind which something is initialized.
    """

    questions: tuple[Question, ...]
    whole: frozenset[int]
    initial: frozenset[Place]


NOBODY = Census((), frozenset(), frozenset())


def counted(run: Run) -> Census:
    """The census of a run, at its end."""
    questions = run.watch.questions()
    visits = {question.visit for question in questions if question.visit is not None}
    known: dict[int, bool] = {}
    whole: set[int] = set()
    for number in visits - run.watch.left:
        visit = run.visits[number]
        if visit.root not in known:
            known[visit.root] = _is_whole(run, ModuleRef(visit.root))
        if known[visit.root] and not _grows(run, visit):
            whole.add(number)
    return Census(questions, frozenset(whole), frozenset(run.watch.initial))


def _is_whole(run: Run, root: ModuleRef) -> bool:
    """Whether no module below `root` can be unknown."""
    return all(
        lacking.is_known(run, module) and not any(_may_be_module(run, module, name) for name in _unknown(run, module))
        for _, module, _ in objects.descendants(run, root)
    )


def _grows(run: Run, visit: Visit) -> bool:
    """Whether the model has modules that were made when the visit was over."""
    below = objects.descendants(run, ModuleRef(visit.root))
    return any(run.module(module).order > visit.order for _, module, _ in below)


def _unknown(run: Run, ref: ModuleRef) -> list[str]:
    return [
        name
        for name, value in run.attributes(ref).values.items()
        if any(
            isinstance(option, Unknown) or (isinstance(option, Known) and option.soft and option.value is None)
            for option in options(value)
        )
    ]


def _may_be_module(run: Run, ref: ModuleRef, name: str) -> bool:
    """Whether an attribute of which nothing is known is used as a module is used, by the text of the class."""
    words = (f"self.{name}(", f"self.{name}[", f"self.{name}.", f"in self.{name}:", f"(self.{name})", f"self.{name},")
    for key in run.module(ref).classes:
        for unit in run.reading.members(key).values():
            if run.reading.mentioned(unit, words):
                return True
    return False
