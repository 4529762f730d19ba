"""What the visitors of a run asked, and whether all modules are known that they could have met."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge import layers
from initls.model.machine import lacking, objects
from initls.model.machine.machine import Run, Visit
from initls.model.state.values import Absent, Known, ModuleRef, ParameterRef, Unknown, Value, likely, options
from initls.model.state.watch import Question
from initls.pattern import pattern


class Census(Struct, frozen=True):
    """The questions of a run; `whole` are the visits of which every module is known that they could meet.

    `initial` are the tests behind which something is initialized. `absent` are the texts, each with the visit that asks
    for it, that are the name of no parameter, whatever the parts of the model are that are not known.
    `usual` are those visits of which every module is known that they meet in a model with the defaults of its options.
    """

    questions: tuple[Question, ...]
    whole: frozenset[int]
    initial: frozenset[Place]
    absent: frozenset[tuple[int, str]] = frozenset()
    usual: frozenset[int] = frozenset()


NOBODY = Census((), frozenset(), frozenset())

NUMBERED = pattern(r"\d")
"""What the names of things that are made in a loop have in them; of those only samples are known."""


def counted(run: Run) -> Census:
    """The census of a run, at its end."""
    questions = run.watch.questions()
    visits = {question.visit for question in questions if question.visit is not None}
    complete: dict[int, tuple[bool, bool]] = {}
    whole: set[int] = set()
    usual: set[int] = set()
    for number in visits - run.watch.left:
        visit = run.visits[number]
        if visit.root not in complete:
            root = ModuleRef(visit.root)
            complete[visit.root] = (_is_whole(run, root, options), _is_whole(run, root, likely))
        if not _grows(run, visit):
            for kind, holds in zip((whole, usual), complete[visit.root], strict=True):
                if holds:
                    kind.add(number)
    absent = {
        (question.visit, text)
        for question in questions
        if question.about == "parameter name" and question.sign == "==" and question.visit is not None
        if run.visits[question.visit].over == "parameters"
        for text in question.wanted
        if not _may_be_called(run, ModuleRef(run.visits[question.visit].root), text)
    }
    return Census(questions, frozenset(whole), frozenset(run.watch.initial), frozenset(absent), frozenset(usual))


def _may_be_called(run: Run, root: ModuleRef, name: str) -> bool:
    """Whether a parameter below `root` may have this name, by the attributes that it would be reached through."""
    part, _, rest = name.partition(".")
    value = run.attributes(root).values.get(part)
    if value is None or isinstance(value, Absent):
        return not lacking.is_known(run, root) or NUMBERED.search(part) is not None
    for option in options(value):
        if isinstance(option, ModuleRef):
            if rest and _may_be_called(run, option, rest):
                return True
        elif isinstance(option, Unknown) or (isinstance(option, ParameterRef) and not rest):
            return True
    return False


def _is_whole(run: Run, root: ModuleRef, of: Callable[[Value], tuple[Value, ...]]) -> bool:
    """Whether no module below `root` can be unknown, `of` the values that an attribute may have."""
    waiting, seen = [root], {root.id}
    while waiting:
        module = waiting.pop()
        if not lacking.is_known(run, module) or any(
            _may_be_module(run, module, name) for name in _unknown(run, module, of)
        ):
            return False
        for value in run.attributes(module).values.values():
            for option in of(value):
                if isinstance(option, ModuleRef) and option.id not in seen and objects.is_module(run.module(option)):
                    seen.add(option.id)
                    waiting.append(option)
    return True


def _grows(run: Run, visit: Visit) -> bool:
    """Whether the model has modules that were made when the visit was over."""
    below = objects.descendants(run, ModuleRef(visit.root))
    return any(run.module(module).order > visit.order for _, module, _ in below)


def _unknown(run: Run, ref: ModuleRef, of: Callable[[Value], tuple[Value, ...]]) -> list[str]:
    return [
        name
        for name, value in run.attributes(ref).values.items()
        if any(
            (isinstance(option, Unknown) and not option.inert)
            or (isinstance(option, Known) and option.soft and option.value is None)
            for option in of(value)
        )
    ]


def _may_be_module(run: Run, ref: ModuleRef, name: str) -> bool:
    """Whether an attribute of which nothing is known is used as a module is used, by the text of the class.

    What a container of torch holds can be nothing else.
    """
    layer = layers.layer(run.module(ref).layer or "")
    if layer is not None and layer.kind is layers.Kind.CONTAINER:
        return True
    words = (f"self.{name}(", f"self.{name}[", f"self.{name}.", f"in self.{name}:", f"(self.{name})", f"self.{name},")
    for key in run.module(ref).classes:
        for unit in run.reading.members(key).values():
            if run.reading.mentioned(unit, words):
                return True
    return False
