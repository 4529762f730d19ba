"""Tensors that are copies of parameters, and what becomes of them.

A write to a copy is lost without a word, unless something reads the copy behind it. So each copy is followed: how often
it is mentioned by its name, and how many of these mentions do no more than write it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from initls.facts import ir
from initls.facts.place import Place
from initls.knowledge.initializers import TENSOR_WRITES
from initls.model.state.contents import Content
from initls.model.state.events import LostCopy
from initls.model.state.values import (
    Arguments,
    Either,
    External,
    Keywords,
    ParameterRef,
    Path,
    Tensor,
    Value,
    options,
)

if TYPE_CHECKING:
    from initls.model.machine.machine import Copied, Run

INDEX = "index"
"""What is said to copy where an index does: a list, a mask or a tensor between the brackets."""

MAKERS = frozenset(
    [f"torch.{name}" for name in ("zeros_like", "ones_like", "full_like", "randn_like", "rand_like", "full")]
    + ["new_zeros", "new_ones", "new_full"]
)
"""Functions and methods that make a tensor and are taken for such as fill one."""

OPERATORS = frozenset({"+", "-", "*", "/", "//", "%", "**"})
"""Arithmetic, which gives a new tensor. At the end of a notebook's cell it may be there to be looked at."""

CONVERSIONS = frozenset({"half", "bfloat16", "double", "int", "long", "short", "bool"})
"""Methods that give another precision than the one that layers are made with, and so a copy."""

OTHER_TYPES = frozenset(
    f"torch.{name}"
    for name in ("float16", "half", "bfloat16", "float64", "double", "int8", "int32", "int64", "int", "long", "bool")
)
"""The types that are not the one that layers are made with."""


def copied(run: Run, ref: ParameterRef, by: str, site: int, content: Content | None = None) -> Value:
    """A copy of what `ref` stands for; one of a parameter can be told from any other tensor."""
    from initls.model.effects import repeats, writes
    from initls.model.machine.machine import Copied

    held = writes.content_of(run, ref) if content is None else content
    of = origin(run, (ref,))
    if of is None or run.graph is not None:
        return Tensor(held, sizes=repeats.sizes_of(run, ref))
    return run.new_parameter(site, held, trainable=False, copied=Copied(of, by, run.frame.id))


def computed(run: Run, operands: Iterable[Value], made: Value, by: str, site: int) -> Value:
    """What an operation makes: a tensor of its own, which is known for the copy of a parameter that took part.

    What is made of a tensor that is like a parameter is like it too.
    """
    if run.graph is None and isinstance(made, Tensor):
        for operand in operands:
            if isinstance(operand, ParameterRef) and origin(run, (operand,)) is not None:
                return copied(run, operand, by, site, made.content)
        for operand in operands:
            like = run.parameters[operand.id].likened if isinstance(operand, ParameterRef) else None
            if like is not None:
                again = replace(like, by=by, frame=run.frame.id)
                return run.new_parameter(site, made.content, sizes=made.sizes, trainable=False, likened=again)
    return made


def likened(run: Run, ref: ParameterRef, made: Value, by: str) -> Value:
    """A tensor that a method of a parameter has made, which is known for one that is made like it."""
    from initls.model.machine.machine import Copied

    of = origin(run, (ref,))
    if isinstance(made, ParameterRef) and of is not None:
        run.parameters[made.id] = replace(run.parameters[made.id], likened=Copied(of, by, run.frame.id))
    return made


def origin(run: Run, values: Iterable[Value]) -> int | None:
    """The first parameter among values, or that one of them is a copy of."""
    for value in values:
        if isinstance(value, ParameterRef):
            info = run.parameters[value.id]
            if info.copied is not None:
                return info.copied.of
            if info.trainable:
                return value.id
    return None


def converts(run: Run, method: str, arguments: Arguments, keywords: Keywords) -> bool:
    """Whether a method surely gives another precision."""
    if method in CONVERSIONS:
        return True
    if method not in ("to", "type"):
        return False
    given = (*arguments[:1], *(keywords[name] for name in ("dtype",) if name in keywords))
    return any(isinstance(value, External) and value.name in OTHER_TYPES for value in given)


class _Rebound(Struct):
    """A name that stood for a parameter in a loop, and now stands for another tensor."""

    parameter: int
    name: str
    site: int
    mentioned: bool = False


class Copies:
    """What a run does with copies of parameters."""

    def __init__(self) -> None:
        """Start with none."""
        self.mentions: Counter[int] = Counter()
        self.spent: Counter[int] = Counter()
        self.plain: set[int] = set()
        """Copies that are bound to a name, or written and dropped, by the very statement that makes them."""
        self.closed: set[int] = set()
        """Calls whose variables others may read: functions that are defined inside, or the rest of the module."""
        self.loops: dict[tuple[int, str], int] = {}
        """Variables of loops that stand for a parameter."""
        self.rebound: dict[tuple[int, str], _Rebound] = {}
        self._begun = 0

    def begin(self, run: Run) -> None:
        """Note that a statement begins."""
        self._begun = len(run.parameters)

    def mention(self, run: Run, name: str, value: Value) -> None:
        """Note that a name is read."""
        if self.rebound and (found := self.rebound.get((run.frame.id, name))) is not None:
            found.mentioned = True
        for option in options(value):
            if isinstance(option, ParameterRef) and run.parameters[option.id].copied is not None:
                self.mentions[option.id] += 1

    def spend(self, run: Run, value: Value) -> None:
        """Note that a statement has done no more with a copy than to write it."""
        if not isinstance(value, ParameterRef | Either):
            return
        for option in options(value):
            if isinstance(option, ParameterRef):
                self.spent[option.id] += 1
                if option.id >= self._begun:
                    self.plain.add(option.id)

    def assign(self, run: Run, node: ir.Assign, value: ParameterRef | Tensor) -> None:
        """Note what an assignment names."""
        names = [target.id for target in node.targets if isinstance(target, ir.Name)]
        fresh = isinstance(value, Tensor) or value.id >= self._begun
        if isinstance(value, ParameterRef) and fresh and len(names) == len(node.targets):
            self.plain.add(value.id)
        for name in names:
            key = (run.frame.id, name)
            parameter = self.loops.get(key)
            if parameter is not None and fresh:
                held = run.now.frames[run.frame.id].get(name)
                if isinstance(held, ParameterRef) and held.id == parameter:
                    self.rebound[key] = _Rebound(parameter, name, node.site)

    @contextmanager
    def round(self, run: Run, target: ir.Expression) -> Iterator[None]:
        """One round of a loop over modules or parameters, whose variables are `target`."""
        frame = run.frame.id
        names = run.now.frames[frame]
        keys: list[tuple[int, str]] = []
        for name in _names(target):
            held = names.get(name)
            if isinstance(held, ParameterRef) and run.parameters[held.id].trainable:
                keys.append((frame, name))
                self.loops[frame, name] = held.id
        try:
            yield
        finally:
            for key in keys:
                self.loops.pop(key, None)
                found = self.rebound.pop(key, None)
                if found is not None and not found.mentioned and run.state is not None:
                    run.note(
                        LostCopy,
                        found.site,
                        parameter=found.parameter,
                        by=found.name,
                        way="name",
                        made=run.place(found.site),
                    )

    def finish(self, run: Run) -> None:
        """Note the writes to copies that nothing reads, and the results that are dropped."""
        written: dict[int, list[tuple[Place, Path]]] = {}
        for number, write in run.log:
            if write.explicit and not write.making and run.parameters[number].copied is not None:
                written.setdefault(number, []).append((write.place, write.path))
        for number in self.plain:
            info = run.parameters[number]
            source = info.copied or info.likened
            if source is None or info.owner is not None or not self._dropped(number, source.frame):
                continue
            if info.copied is not None:
                for place, path in dict.fromkeys(written.get(number, ())):
                    run.events.append(_lost(run, place, path, source, "copy", info.place))
            fills = _fills(source.by, liken=info.copied is None)
            if number not in written and (fills or (source.by in OPERATORS and source.frame not in self.closed)):
                run.events.append(_lost(run, info.place, info.path, source, "result", info.place))

    def _dropped(self, number: int, frame: int) -> bool:
        mentions, spent = self.mentions[number], self.spent[number]
        return spent > 0 and mentions in (0, spent) and (not mentions or frame not in self.closed)


def _names(target: ir.Expression) -> Iterator[str]:
    match target:
        case ir.Name(id=name):
            yield name
        case ir.Sequence(items=items):
            for item in items:
                yield from _names(item)


def _fills(by: str, *, liken: bool) -> bool:
    """Whether what made a tensor that is dropped was taken for something that fills one."""
    if liken:
        return by in MAKERS
    write = TENSOR_WRITES.get(f"{by}_")
    return write is not None and write.kind in ("modify", "partial", "constant")


def _lost(
    run: Run, place: Place, path: Path, source: Copied, way: Literal["copy", "result", "name"], made: Place
) -> LostCopy:
    """What is noted when all is over, of a place that the run has left."""
    return LostCopy(place, path, run.order(), True, True, False, parameter=source.of, by=source.by, way=way, made=made)
