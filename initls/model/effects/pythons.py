"""What Python's own functions and methods give."""

from __future__ import annotations

import math
from collections.abc import Callable

from msgspec.structs import replace

from initls.knowledge.numbers import OF_NUMPY, OF_ONE
from initls.model.effects import dataflow, undefined
from initls.model.machine import assignment, calls, expressions, iteration, lookup, objects, questions
from initls.model.machine.machine import Run
from initls.model.state.state import Entries, Items
from initls.model.state.values import (
    NONE,
    Absent,
    Arguments,
    ClassValue,
    DictRef,
    Either,
    External,
    Keywords,
    Known,
    ListRef,
    Many,
    ModuleRef,
    Partial,
    Tuple,
    Unknown,
    Value,
    Walk,
    either,
    known,
    likely,
    options,
)

Function = Callable[[Run, Arguments, Keywords, int], Value]


def call_builtin(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """A function of `builtins`."""
    found = BUILTINS.get(name)
    if found is not None:
        return found(run, arguments, keywords, site)
    if run.graph is not None and any(expressions.is_tensor(value) for value in arguments):
        return dataflow.unknown_operation(run, arguments, site)
    return Unknown(f"the result of {name}")


def _range(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    numbers = [value.value for value in arguments if isinstance(value, Known) and isinstance(value.value, int)]
    if len(numbers) != len(arguments) or not numbers:
        return iteration.unknown_span(arguments[0] if len(arguments) > 1 else known(0))
    start, stop, step = (0, numbers[0], 1) if len(numbers) == 1 else ([*numbers, 1])[:3]
    if not step or abs(stop - start) > 1_000_000:
        return iteration.unknown_span(known(start))
    return iteration.span(start, stop, step)


def _len(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    value = arguments[0] if arguments else NONE
    if isinstance(value, Known) and isinstance(value.value, str):
        return known(len(value.value), soft=value.soft)
    if isinstance(value, Tuple | ListRef | DictRef):
        found = iteration.items(run, value)
        if not found.open and not any(isinstance(item, Many | Either) for item in found.values):
            return known(len(found.values))
    return Unknown("a length")


def _enumerate(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    found = iteration.items(run, arguments[0]) if arguments else Items()
    values: list[Value] = []
    for index, item in enumerate(found.values):
        if isinstance(item, Many):
            values.append(Many(Tuple((Unknown("a position"), item.item)), item.times))
        else:
            values.append(Tuple((known(index), item)))
    if found.open:
        values.append(Many(Tuple((Unknown("a position"), Unknown("an item")))))
        values.append(Many(Tuple((Unknown("a position"), Unknown("an item")))))
    return Tuple(tuple(values))


def _zip(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    columns = [iteration.items(run, value) for value in arguments]
    # What is as long as nobody knows is taken to be as long as what stands beside it.
    closed = [len(column.values) for column in columns if not column.open]
    length = min(closed) if closed else max((len(column.values) for column in columns), default=0)
    rows: list[Value] = []
    if columns and not closed:
        inner = Tuple(tuple(_sample(column) for column in columns))
        rows += [Many(inner), Many(inner)]
    for index in range(length):
        row = [column.values[index] if index < len(column.values) else _sample(column) for column in columns]
        many = any(isinstance(item, Many) for item in row)
        inner = Tuple(tuple(item.item if isinstance(item, Many) else item for item in row))
        rows.append(Many(inner) if many else inner)
    return Tuple(tuple(rows))


def _sample(items: Items) -> Value:
    values = [item.item if isinstance(item, Many) else item for item in items.values]
    return values[0] if len(values) == 1 else Unknown("an item of something that is not known")


def _reversed(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    found = iteration.items(run, arguments[0]) if arguments else Items(open=True)
    return run.new_list(found.values[::-1], open=found.open)


def _list(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if not arguments:
        return run.new_list(())
    found = iteration.items(run, arguments[0])
    return run.new_list(found.values, open=found.open)


def _tuple(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if not arguments:
        return Tuple(())
    found = iteration.items(run, arguments[0])
    return run.new_list(found.values, open=True) if found.open else Tuple(found.values)


def _dict(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    entries: dict[Value, Value] = {}
    open = "**" in keywords
    if arguments and isinstance(arguments[0], DictRef):
        found = run.entries(arguments[0])
        entries.update(found.values)
        open = open or found.open
    elif arguments:
        items = iteration.items(run, arguments[0])
        for item in items.values:
            if isinstance(item, Tuple) and len(item.items) == 2:
                entries[item.items[0]] = item.items[1]
            else:
                open = True
        open = open or items.open
    entries.update({known(name): value for name, value in keywords.items() if name != "**"})
    ref = run.new_dict(tuple(entries.items()), open=open)
    run.watch.dicts[ref.id] = run.place(site)
    return ref


def _isinstance(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if len(arguments) != 2:
        return Unknown("a test that is not known")
    answers = {objects.instance_of(run, option, arguments[1]) for option in options(arguments[0])}
    answer = answers.pop() if len(answers) == 1 else None
    questions.of_class(run, arguments[0], arguments[1], answer, site)
    if answer is not None:
        return known(answer)
    # What a caller who does not choose gets is of this type; others may give something else.
    chosen = [replace(one, soft=False) if isinstance(one, Known) else one for one in likely(arguments[0])]
    usual = {objects.instance_of(run, one, arguments[1]) for one in chosen}
    by_default = usual.pop() if len(usual) == 1 else None
    return Unknown("a test that is not known") if by_default is None else known(by_default, soft=True)


def _issubclass(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return Unknown("a test that is not known")


def _hasattr(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if len(arguments) == 2 and isinstance(arguments[1], Known) and isinstance(arguments[1].value, str):
        owner, name = arguments[0], arguments[1].value
        if isinstance(owner, ModuleRef):
            held = run.attributes(owner).values.get(name)
            if held is not None:
                maybe = any(isinstance(option, Absent) for option in options(held))
                return Unknown("a test that is not known") if maybe else known(True)
            value = lookup.attribute(run, owner, name)
            if not isinstance(value, Unknown):
                info = run.module(owner)
                return Unknown("a test that is not known") if info.unresolved else known(True)
            info = run.module(owner)
            certain = not info.unresolved and not run.attributes(owner).open
            return known(False) if certain else Unknown("a test that is not known")
    return Unknown("a test that is not known")


def _getattr(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if len(arguments) >= 2 and isinstance(arguments[1], Known) and isinstance(arguments[1].value, str):
        value = lookup.attribute(run, arguments[0], arguments[1].value)
        if isinstance(value, Unknown) and len(arguments) == 3:
            return either(value, arguments[2])
        return value
    return Unknown("an attribute by name")


def _setattr(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:

    if len(arguments) == 3:
        owner, name, value = arguments
        if isinstance(name, Known) and isinstance(name.value, str):
            assignment.set_attribute(run, owner, name.value, value, site)
        elif isinstance(owner, ModuleRef):
            run.set_attribute(owner, f"?{run.order()}", value)
    return NONE


def _type(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    value = arguments[0] if arguments else NONE
    if isinstance(value, ModuleRef) and not run.module(value).unresolved:
        return lookup.attribute(run, value, "__class__")
    if isinstance(value, Known) and not value.soft:
        return External(f"builtins.{value.kind}")
    return Unknown("a type")


def _callable(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    value = arguments[0] if arguments else NONE
    if isinstance(value, Known):
        return Unknown("a test that is not known") if value.soft else known(False)
    return Unknown("a test that is not known") if isinstance(value, Unknown | Either) else known(True)


def _numeric(function: Callable[..., object], named: str = "") -> Function:
    """A function of plain values; one that is `named` is said to raise where it does."""

    def go(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
        plain = [value.value for value in arguments if isinstance(value, Known)]
        soft = any(isinstance(value, Known) and value.soft for value in arguments)
        if len(plain) == len(arguments) and not keywords:
            try:
                result = function(*plain)
            except (TypeError, ValueError, ArithmeticError) as error:
                if named:
                    undefined.note(run, site, f"{named}({', '.join(map(undefined.shown, plain))})", error, soft=soft)
                return Unknown("a calculation that raises")
            if isinstance(result, int | float | str | bool):
                return known(result, soft=soft)
        if run.graph is not None and any(expressions.is_tensor(value) for value in arguments):
            return dataflow.unknown_operation(run, arguments, site)
        return Unknown("a calculation on unknown values")

    return go


def _any(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    found = iteration.items(run, arguments[0]) if arguments else Items(open=True)
    answers = [expressions.truth(run, item)[0] for item in found.values]
    if True in answers:
        return known(True)
    return Unknown("a test that is not known") if None in answers or found.open else known(False)


def _all(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    found = iteration.items(run, arguments[0]) if arguments else Items(open=True)
    answers = [expressions.truth(run, item)[0] for item in found.values]
    if False in answers:
        return known(False)
    return Unknown("a test that is not known") if None in answers or found.open else known(True)


def _sum(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    found = iteration.items(run, arguments[0]) if arguments else Items(open=True)
    if run.graph is not None and found.values and all(expressions.is_tensor(item) for item in found.values):
        result = found.values[0]
        for item in found.values[1:]:
            result = dataflow.operation(run, "add", (result, item), site)
        return result
    if not found.open and found.values and all(isinstance(item, Known) for item in found.values):
        total = known(0)
        for item in found.values:
            summed = expressions.compute(expressions.ARITHMETIC["+"], total, item)  # type: ignore[arg-type]
            if not isinstance(summed, Known):
                return summed
            total = summed
        return total
    return Unknown("a sum")


def _map(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if len(arguments) != 2:
        return Unknown("a map over several lists")
    found = iteration.items(run, arguments[1])
    values = tuple(calls.call(run, arguments[0], (item,), {}, site) for item in found.values)
    return run.new_list(values, open=found.open)


def _filter(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    found = iteration.items(run, arguments[1]) if len(arguments) == 2 else Items(open=True)
    return run.new_list(found.values, open=True)


def _sorted(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return _list(run, arguments[:1], {}, site)


def _iter(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return arguments[0] if arguments else Unknown("nothing to go over")


def _next(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return Unknown("the next of something")


def _print(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return NONE


BUILTINS: dict[str, Function] = {
    "range": _range,
    "len": _len,
    "enumerate": _enumerate,
    "zip": _zip,
    "reversed": _reversed,
    "list": _list,
    "set": _list,
    "frozenset": _list,
    "tuple": _tuple,
    "dict": _dict,
    "isinstance": _isinstance,
    "issubclass": _issubclass,
    "hasattr": _hasattr,
    "getattr": _getattr,
    "setattr": _setattr,
    "type": _type,
    "callable": _callable,
    "int": _numeric(int),
    "float": _numeric(float),
    "bool": _numeric(bool),
    "str": _numeric(str),
    "abs": _numeric(abs),
    "round": _numeric(round),
    "max": _numeric(max),
    "min": _numeric(min),
    "pow": _numeric(lambda a, b: a**b if abs(b) < 64 else None),
    "any": _any,
    "all": _all,
    "sum": _sum,
    "map": _map,
    "filter": _filter,
    "sorted": _sorted,
    "iter": _iter,
    "next": _next,
    "print": _print,
}


def _partial(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if not arguments:
        return Unknown("a partial of nothing")
    return Partial(arguments[0], arguments[1:], tuple(keywords.items()))


def _sqrt(named: str) -> Function:
    """The square root; that of a number which the program only names is known for it."""
    plain = _numeric(math.sqrt, named) if named.startswith("math.") else _numeric(OF_ONE["sqrt"])

    def go(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
        number = arguments[0] if len(arguments) == 1 else NONE
        if isinstance(number, Unknown) and number.quantity is not None:
            return Unknown("a square root", root=number.quantity)
        return plain(run, arguments, keywords, site)

    return go


FUNCTIONS: dict[str, Function] = {
    "functools.partial": _partial,
    "collections.OrderedDict": _dict,
    "itertools.repeat": lambda run, arguments, keywords, site: _repeat(run, arguments, keywords),
    "itertools.chain": lambda run, arguments, keywords, site: _chain(run, arguments),
    **{
        f"math.{name}": _numeric(getattr(math, name), f"math.{name}")
        for name in ("log", "log2", "log10", "log1p", "exp", "ceil", "floor", "pow")
    },
    **{f"numpy.{name}": _numeric(OF_ONE[name]) for name in OF_NUMPY},
    **{f"{home}.sqrt": _sqrt(f"{home}.sqrt") for home in ("math", "numpy")},
}
"""Functions of the standard library that models are built with."""


def _repeat(run: Run, arguments: Arguments, keywords: Keywords) -> Value:
    """`repeat(x, n)`: n times the same."""
    times = arguments[1] if len(arguments) > 1 else keywords.get("times")
    if not arguments or not isinstance(times, Known) or not isinstance(times.value, int):
        return Unknown("something again and again")
    if times.value > MOST_REPEATED:
        return Tuple((Many(arguments[0], times.value),))
    return run.new_list((arguments[0],) * max(0, times.value))


MOST_REPEATED = 8


def _chain(run: Run, arguments: Arguments) -> Value:
    found = [iteration.items(run, value) for value in arguments]
    values = tuple(item for items in found for item in items.values)
    return run.new_list(values, open=any(items.open for items in found))


# --------------------------------------------------------------------------- methods


def call_method(run: Run, receiver: Value, method: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """A method of a string, list, dict or tuple."""
    match receiver:
        case Known(value=str() as text):
            return _string_method(text, receiver.soft, method, arguments)
        case ListRef():
            return _list_method(run, receiver, method, arguments, keywords, site)
        case DictRef():
            return _dict_method(run, receiver, method, arguments, keywords)
        case ClassValue() | Walk() | Tuple() | Known():
            return Unknown(f"the result of {method}")
        case _:
            return calls.not_followed(run, arguments, keywords, site, f"{method} is not followed")


TEXT = frozenset(
    [
        "endswith",
        "startswith",
        "find",
        "index",
        "count",
        "lower",
        "upper",
        "strip",
        "lstrip",
        "rstrip",
        "replace",
        "split",
        "partition",
        "rpartition",
        "removeprefix",
        "removesuffix",
        "isdigit",
        "capitalize",
        "title",
        "format",
        "join",
        "rfind",
        "isidentifier",
    ]
)


def _string_method(text: str, soft: bool, method: str, arguments: Arguments) -> Value:
    if method not in TEXT:
        return Unknown(f"the result of {method}")
    plain: list[object] = []
    for value in arguments:
        if isinstance(value, Known):
            plain.append(value.value)
            soft = soft or value.soft
        elif isinstance(value, Tuple) and all(isinstance(item, Known) for item in value.items):
            plain.append(tuple(item.value for item in value.items if isinstance(item, Known)))
        else:
            return Unknown(f"the result of {method}")
    try:
        result = getattr(text, method)(*plain)
    except (TypeError, ValueError, IndexError, KeyError):
        return Unknown(f"the result of {method}")
    if isinstance(result, list | tuple):
        return Tuple(tuple(known(part, soft=soft) for part in result))
    return known(result, soft=soft)


def _list_method(run: Run, ref: ListRef, method: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    before = run.items(ref)
    match method:
        case "append" | "add" if arguments:
            run.now.lists[ref.id] = Items((*before.values, arguments[0]), before.open)
        case "extend" | "update" if arguments:
            more = iteration.items(run, arguments[0])
            run.now.lists[ref.id] = Items(before.values + more.values, before.open or more.open)
        case "insert" if len(arguments) == 2:
            position = arguments[0]
            if isinstance(position, Known) and isinstance(position.value, int):
                values = list(before.values)
                values.insert(position.value, arguments[1])
                run.now.lists[ref.id] = Items(tuple(values), before.open)
            else:
                run.now.lists[ref.id] = Items((*before.values, arguments[1]), open=True)
        case "pop":
            last = not arguments or arguments[0] == Known(-1, "int")
            if before.values and last and not before.open:
                run.now.lists[ref.id] = Items(before.values[:-1])
                return iteration.present(before.values[-1])
            run.now.lists[ref.id] = Items(before.values, open=True)
            return Unknown("an item of a list")
        case "copy":
            return run.new_list(before.values, open=before.open)
        case "clear":
            run.now.lists[ref.id] = Items()
        case "reverse":
            run.now.lists[ref.id] = Items(before.values[::-1], before.open)
        case "index" | "count":
            return Unknown(f"the result of {method}")
        case _:
            run.now.lists[ref.id] = Items(before.values, open=True)
    return NONE


def _dict_method(run: Run, ref: DictRef, method: str, arguments: Arguments, keywords: Keywords) -> Value:
    before = run.entries(ref)
    match method:
        case "items":
            pairs = tuple(Tuple((key, value)) for key, value in before.values)
            return run.new_list(pairs, open=before.open)
        case "keys":
            return run.new_list(tuple(key for key, _ in before.values), open=before.open)
        case "values":
            return run.new_list(tuple(value for _, value in before.values), open=before.open)
        case "get" | "pop" | "setdefault" if arguments:
            default = arguments[1] if len(arguments) > 1 else NONE
            found = next((value for key, value in before.values if key == arguments[0]), None)
            if method == "pop" and found is not None:
                left = tuple((key, value) for key, value in before.values if key != arguments[0])
                run.now.dicts[ref.id] = Entries(left, before.open)
            if found is None:
                certain = isinstance(arguments[0], Known) and not before.open
                if method == "setdefault" and certain:
                    run.now.dicts[ref.id] = Entries((*before.values, (arguments[0], default)))
                if isinstance(default, Known) and before.open:
                    return Known(default.value, default.kind, soft=True)
                return default if certain else either(Unknown("an entry that is not known"), default)
            return iteration.present(found) if not isinstance(found, Either) else found
        case "update":
            merged = dict(before.values)
            open = before.open
            if arguments and isinstance(arguments[0], DictRef):
                more = run.entries(arguments[0])
                merged.update(more.values)
                open = open or more.open
            elif arguments:
                open = True
            merged.update({known(name): value for name, value in keywords.items()})
            run.now.dicts[ref.id] = Entries(tuple(merged.items()), open)
            return NONE
        case "copy":
            return run.new_dict(before.values, open=before.open)
        case _:
            run.now.dicts[ref.id] = Entries(before.values, open=True)
            return Unknown(f"the result of {method}")
