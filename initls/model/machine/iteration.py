"""What a loop, a display or an index finds in a value."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from initls.facts import ir
from initls.model.machine import objects
from initls.model.machine.machine import Run
from initls.model.state import contents
from initls.model.state.state import Items, State, join
from initls.model.state.values import (
    ABSENT,
    Absent,
    DictRef,
    Either,
    Known,
    ListRef,
    Many,
    ModuleRef,
    ParameterRef,
    Tensor,
    Tuple,
    Unknown,
    Value,
    Walk,
    either,
    known,
    likely,
    options,
)

MOST_UNROLLED = 4
"""Loops with more rounds than this are sampled: the first, one in between, the last."""

NAMED_CONTAINERS = frozenset({"torch.nn.ModuleDict", "torch.nn.ParameterDict"})

MOST_ITEMS = 4000
"""Modules or parameters that one loop visits."""


def items(run: Run, value: Value) -> Items:
    """The values that a loop over `value` sees; an open result may have more."""
    match value:
        case Tuple(items=found):
            return Items(found)
        case ListRef():
            return run.items(value)
        case DictRef():
            entries = run.entries(value)
            return Items(tuple(key for key, _ in entries.values), entries.open)
        case Known(value=str() as text):
            return Items(tuple(known(letter) for letter in text)) if len(text) < 40 else Items(open=True)
        case ModuleRef():
            return _module_items(run, value)
        case Walk():
            return Items(walk_items(run, value))
        case Either():
            return _either_items(run, value)
        case Many(item=item):
            return Items((item,), open=True)
        case ParameterRef() | Tensor():
            return Items(
                (Tensor(contents.Unknown("an item of a tensor"), node=getattr(value, "node", None)),), open=True
            )
        case _:
            return Items((), open=True)


def _module_items(run: Run, ref: ModuleRef) -> Items:
    info = run.module(ref)
    attributes = run.attributes(ref)
    if info.layer in NAMED_CONTAINERS:
        return Items(tuple(known(name) for name in attributes.values), attributes.open)
    if info.layer in ("torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ParameterList"):
        return Items(
            tuple(
                value
                for name, value in attributes.values.items()
                if name.isdigit() or info.layer == "torch.nn.Sequential"
            ),
            attributes.open,
        )
    return Items((), open=True)


def _either_items(run: Run, value: Either) -> Items:
    found = [items(run, option) for option in value.options if not isinstance(option, Absent)]
    found = [option for option in found if option.values or option.open]
    if not found:
        return Items((), open=True)
    length = max(len(option.values) for option in found)
    merged: list[Value] = []
    for index in range(length):
        result: Value | None = None
        for option in found:
            here = option.values[index] if index < len(option.values) else ABSENT
            result = here if result is None else either(result, here)
        assert result is not None
        merged.append(result)
    return Items(tuple(merged), any(option.open for option in found))


def walk_items(run: Run, walk: Walk) -> tuple[Value, ...]:
    """The items that `modules`, `named_parameters` and their like give."""
    named = walk.method.startswith("named_")
    found: list[tuple[str, Value]]
    if walk.method.endswith("modules"):
        found = [(name, module) for name, module, _ in objects.descendants(run, walk.root)]
    elif walk.method.endswith("children"):
        found = [(name, module) for name, module, _ in objects.children(run, walk.root)]
    else:
        source = objects.named_parameters if walk.recurse else objects.own_parameters
        found = [(name, parameter) for name, parameter, _ in source(run, walk.root)]
        for _, parameter, _ in source(run, walk.root):
            run.watch.reached.pop(parameter.id, None)
    found = found[:MOST_ITEMS]
    return tuple(Tuple((_name(walk, name), value)) if named else value for name, value in found)


def _name(walk: Walk, name: str) -> Value:
    """The name of a module or parameter, which nobody knows inside a model of another library."""
    return Unknown("a name that is not known") if "?" in name or walk.prefixed else known(name)


def rounds(run: Run, value: Value) -> tuple[tuple[Value, ...], bool]:
    """What a loop over `value` runs its body with, and whether one round is certain.

    A loop whose length is not shown runs twice, so that what is built in one round meets what the next one builds.
    """
    found = items(run, value)
    if not found.values:
        unknown = Unknown("an item of something that is not known")
        return ((unknown, Many(unknown)), not isinstance(value, ModuleRef | Walk)) if found.open else ((), True)
    rest: tuple[Value, ...] = (
        (Many(Unknown("a further item")),) if found.open and not isinstance(value, ModuleRef) else ()
    )
    return (*found.values, *rest), True


def span(start: int, stop: int, step: int) -> Tuple:
    """`range(start, stop, step)`, sampled where it is long."""
    numbers = range(start, stop, step)
    if len(numbers) <= MOST_UNROLLED:
        return Tuple(tuple(known(number) for number in numbers))
    between = Many(Unknown("one of several rounds"), len(numbers) - 2)
    return Tuple((known(numbers[0]), between, known(numbers[-1])))


def unknown_span(start: Value) -> Tuple:
    """`range(start, stop)` for a `stop` that is not shown."""
    return Tuple((start, Many(Unknown("one of several rounds"))))


def bind_round(run: Run, item: Value) -> tuple[Value, bool, int]:
    """The value of a loop variable, whether what the round makes stands for several, and for how many at least."""
    return (item.item, True, item.times) if isinstance(item, Many) else (item, False, 1)


def comprehend(run: Run, clauses: tuple[ir.Clause, ...], inner: Callable[[], None]) -> bool:
    """Run `inner` for each combination of a comprehension's clauses; gives whether there may be more."""
    from initls.model.machine import expressions, statements

    if not clauses:
        inner()
        return False
    first, *rest = clauses
    found, _ = rounds(run, expressions.evaluate(run, first.iterable))
    open = False
    for item in found:
        value, many, times = bind_round(run, item)
        open = open or many
        if isinstance(value, Either) and any(isinstance(option, Absent) for option in value.options):
            value = present(value)
            open = True
        statements.bind(run, first.target, value)
        run.many, run.times = run.many + many, run.times * times
        try:
            verdicts = [expressions.truth(run, expressions.evaluate(run, test))[0] for test in first.tests]
            if False in verdicts:
                continue
            open = comprehend(run, tuple(rest), inner) or open or None in verdicts
        finally:
            run.many, run.times = run.many - many, run.times // times
    return open and not found


def present(value: Value) -> Value:
    """A value without the possibility that it is not there."""
    if not isinstance(value, Either):
        return value
    kept = tuple(option for option in value.options if not isinstance(option, Absent))
    if not kept:
        return Unknown("not there")
    return kept[0] if len(kept) == 1 else Either(kept, min(value.likely, len(kept)))


ANOTHER = Unknown("the entry of another option")
"""What stands behind an index that is not the one by default. Nobody looks at it, so it is not worked out."""


def item(run: Run, value: Value, index: Value) -> Value:
    """`value[index]` for anything but tensors."""
    if isinstance(index, Either):
        usual = reduce(either, [item(run, value, option) for option in likely(index)])
        return usual if len(likely(index)) == len(index.options) else either(usual, ANOTHER, second_likely=False)
    if isinstance(value, DictRef):
        entries = run.entries(value)
        for key, found in entries.values:
            if key == index:
                return present(found)
        if isinstance(index, Known) and index.soft:
            return _by_default(run, value, index)
        candidates = [found for _, found in entries.values]
        if isinstance(index, Known) or entries.open or not candidates:
            return Unknown("an entry that is not known")
        return _any_of(candidates)
    if isinstance(value, ModuleRef) and run.module(value).layer in NAMED_CONTAINERS:
        held = run.attributes(value).values
        if isinstance(index, Known) and isinstance(index.value, str) and index.value in held:
            return present(held[index.value])
        return _any_of(list(held.values()))
    if not isinstance(value, Tuple | ListRef | ModuleRef):
        return Unknown("an item of something that is not known")
    found_items = items(run, value)
    values = found_items.values
    if isinstance(index, Known) and isinstance(index.value, slice):
        part = values[index.value]
        return Tuple(part) if isinstance(value, Tuple) else run.new_list(part, open=found_items.open)
    if isinstance(index, Known) and isinstance(index.value, int) and not index.soft:
        sampled = any(isinstance(found, Many) for found in values)
        if -len(values) <= index.value < len(values) and not sampled and not (index.value < 0 and found_items.open):
            return _at(values, index.value)
    return (
        _any_of([present(v) for v in values])
        if values and not found_items.open
        else Unknown("an item that is not known")
    )


def _by_default(run: Run, value: DictRef, index: Known) -> Value:
    """The entry of a dict under the default of an option."""
    entries = run.entries(value)
    hard = Known(index.value, index.kind)
    for key, found in entries.values:
        if key == hard:
            return either(present(found), ANOTHER, second_likely=False)
    return ANOTHER if entries.open or not entries.values else _any_of([found for _, found in entries.values])


def _at(values: tuple[Value, ...], index: int) -> Value:
    """The item at a place. Of those in front of it some may not be there, and then it is a later one."""
    ordered = values if index >= 0 else values[::-1]
    place = index if index >= 0 else -index - 1
    probable = _candidates(ordered, place, likely)
    result = probable[0]
    for value in probable[1:]:
        result = either(result, value)
    for value in _candidates(ordered, place, options):
        if value not in probable:
            result = either(result, value, second_likely=False)
    return result


def _candidates(ordered: tuple[Value, ...], place: int, chosen: Callable[[Value], tuple[Value, ...]]) -> list[Value]:
    """The values that may stand at a place, when each is one of those that `chosen` gives."""
    found: list[Value] = []
    fewest = most = 0
    for value in ordered:
        if fewest > place:
            break
        seen = chosen(value)
        there = any(not isinstance(option, Absent) for option in seen)
        if there and place <= most:
            found.append(present(value))
        most += there
        fewest += all(not isinstance(option, Absent) for option in seen)
    return found or [present(ordered[place])]


def _any_of(values: list[Value]) -> Value:
    found = list(dict.fromkeys(value.item if isinstance(value, Many) else value for value in values))
    if not found:
        return Unknown("nothing there")
    return reduce(either, found) if len(found) <= MOST_ENTRIES else Unknown("too many possibilities")


MOST_ENTRIES = 12
"""Entries of a list or a dict among which one is looked for whose place the program does not show."""


def concatenate(run: Run, left: Value, right: Value) -> Value | None:
    """`left + right` for lists and tuples."""
    if isinstance(left, Tuple) and isinstance(right, Tuple):
        return Tuple(left.items + right.items)
    if isinstance(left, ListRef | Tuple) and isinstance(right, ListRef | Tuple):
        a, b = items(run, left), items(run, right)
        return run.new_list(a.values + b.values, open=a.open or b.open)
    if isinstance(left, ListRef | Tuple) or isinstance(right, ListRef | Tuple):
        known_side = items(run, left if isinstance(left, ListRef | Tuple) else right)
        return run.new_list(known_side.values, open=True)
    return None


def repeat(run: Run, left: Value, right: Value) -> Value | None:
    """`left * right` where one is a list or tuple."""
    sequence, count = (left, right) if isinstance(left, ListRef | Tuple) else (right, left)
    if not isinstance(sequence, ListRef | Tuple):
        return None
    found = items(run, sequence)
    if isinstance(count, Known) and isinstance(count.value, int) and 0 <= count.value * len(found.values) <= 64:
        values = found.values * count.value
        return Tuple(values) if isinstance(sequence, Tuple) else run.new_list(values, open=found.open)
    return run.new_list(found.values, open=True)


def loop(run: Run, found: tuple[Value, ...], certain: bool, body: Callable[[Value], None]) -> None:
    """Run `body` once for each of `found`, with what `break` and `continue` do."""
    frame = run.frame
    before = run.now.fork() if not certain else None
    reached, stays = run.now.certain, (len(frame.returns), 0)
    outer_breaks, outer_continues = frame.breaks, frame.continues
    frame.breaks, frame.continues = [], []
    for entry in found:
        if run.state is None:
            break
        value, many, times = bind_round(run, entry)
        run.many, run.times = run.many + many, run.times * times
        skipped: State | None = None
        run.now.certain = reached and certain and not many and stays == (len(frame.returns), len(frame.breaks))
        if isinstance(value, Either) and any(isinstance(option, Absent) for option in value.options):
            skipped, value = run.now.fork(), present(value)
            run.now.certain = False
        try:
            body(value)
        finally:
            run.many, run.times = run.many - many, run.times // times
        for state in frame.continues:
            run.state = join(run.state, state)
        frame.continues.clear()
        if skipped is not None:
            run.state = join(run.state, skipped)
    for state in frame.breaks:
        run.state = join(run.state, state)
    frame.breaks, frame.continues = outer_breaks, outer_continues
    if before is not None:
        run.state = join(run.state, before)
    if run.state is not None:
        run.state.certain = reached and len(frame.returns) == stays[0]
