"""The value of an expression."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from types import EllipsisType
from typing import Any

from msgspec.structs import replace

from initls.facts import ir
from initls.knowledge import layers
from initls.model.effects import cuts, dataflow, foreign, records, repeats, replicas, tensors, undefined
from initls.model.machine import calls, copies, iteration, lacking, lookup, questions, statements
from initls.model.machine.machine import Run
from initls.model.state.contents import Repeated
from initls.model.state.events import NoneIndexed
from initls.model.state.regions import Index, Part, Quantity, Region, Size, slice_of
from initls.model.state.state import Entries, Items
from initls.model.state.values import (
    ABSENT,
    NONE,
    Absent,
    ClassValue,
    Cut,
    DictRef,
    Either,
    External,
    FunctionValue,
    Known,
    ListRef,
    Many,
    ModuleRef,
    ParameterRef,
    Partial,
    Record,
    Shape,
    Tensor,
    Tuple,
    UnitFunction,
    Unknown,
    Value,
    either,
    known,
    likely,
    options,
)

WHOLE = (":", "...")
"""The indices that leave nothing of a tensor out."""


def evaluate(run: Run, node: ir.Expression) -> Value:
    """The value of an expression, with its effects on the state."""
    run.step()
    return EVALUATE[type(node)](run, node)


def _name(run: Run, node: ir.Name) -> Value:
    value = lookup.name(run, node.id)
    if type(value) in MENTIONED or run.copies.rebound:
        run.copies.mention(run, node.id, value)
    return value


MENTIONED = frozenset({ParameterRef, Either})
"""What may be a copy of a tensor, of which is counted how often it is named."""


def _constant(run: Run, node: ir.Constant) -> Value:
    return Known(node.value, node.kind)


def _attribute(run: Run, node: ir.Attribute) -> Value:
    owner = evaluate(run, node.value)
    found = lookup.attribute(run, owner, node.name)
    if type(owner) is ModuleRef:
        if type(found) is Unknown:
            lacking.read(run, node, owner)
    elif type(owner) is Either and all(isinstance(option, Unknown) for option in options(found)):
        lacking.read_of_several(run, node, owner)
    return found


def _call(run: Run, node: ir.Call) -> Value:
    return calls.call_expression(run, node)


def _sequence(run: Run, node: ir.Sequence) -> Value:
    values: list[Value] = []
    open = False
    for item in node.items:
        if isinstance(item, ir.Star):
            found = iteration.items(run, evaluate(run, item.value))
            values.extend(found.values)
            open = open or found.open
        else:
            values.append(evaluate(run, item))
    if node.kind == "tuple" and not open:
        return Tuple(tuple(values))
    return run.new_list(tuple(values), open=open)


def _mapping(run: Run, node: ir.Mapping) -> Value:
    entries: dict[Value, Value] = {}
    open = False
    for key, value in node.items:
        if key is None:
            inner = evaluate(run, value)
            if isinstance(inner, DictRef):
                found = run.entries(inner)
                entries.update(found.values)
                open = open or found.open
            else:
                open = True
        else:
            entries[evaluate(run, key)] = evaluate(run, value)
    return run.new_dict(tuple(entries.items()), open=open)


def _star(run: Run, node: ir.Star) -> Value:
    return Many(evaluate(run, node.value))


def _subscript(run: Run, node: ir.Subscript) -> Value:
    value = evaluate(run, node.value)
    index = evaluate(run, node.index)
    return subscript(run, value, index, node)


def subscript(run: Run, value: Value, index: Value, node: ir.Subscript) -> Value:
    """`value[index]`."""
    if isinstance(value, Either):
        result: Value | None = None
        for number, option in enumerate(value.options):
            found = subscript(run, option, index, node)
            # Those that are likely stand in front.
            result = found if result is None else either(result, found, second_likely=number < value.likely)
        return result or Unknown("nothing to index")
    if isinstance(value, ParameterRef):
        if run.graph is not None:
            return dataflow.operation(run, "slice", (value,), node.site)
        note_none(run, value, index, node.index, node.site)
        if not basic(index):
            return copies.copied(run, value, copies.INDEX, node.site)
        return indexed(run, value, index, written(node.index))
    if isinstance(value, Tensor):
        if run.graph is None and (parts := _new_axes(written(node.index))):
            content = dataflow.NOT_FOLLOWED if isinstance(value.content, Repeated) else value.content
            return Tensor(content, sizes=repeats.with_axes(value.sizes, parts))
        counted = cuts.index(run, value, index, node.site)
        return cuts.picked(run, value, index, node.site) if counted is None else counted
    if isinstance(value, Shape):
        return cuts.size(value, index)
    if isinstance(value, External):
        return foreign.item(run, value, index)
    if isinstance(value, Record):
        return records.field(run, value, index.value if isinstance(index, Known) else None)
    found = iteration.item(run, value, index)
    if run.graph is not None and isinstance(found, Unknown) and isinstance(value, Tuple | ListRef | DictRef):
        # Tensors that are put away and found again under a name that is not known are not lost.
        held = dataflow.nodes_in(run, run.graph, value)
        return dataflow.unknown_operation(run, (value,), node.site) if held else found
    return found


def note_none(run: Run, ref: ParameterRef, index: Value, node: ir.Expression, site: int) -> None:
    """Note an index by a name that turns out to be None."""
    if isinstance(index, Known) and index.value is None and isinstance(node, ir.Name | ir.Attribute):
        run.note(NoneIndexed, site, parameter=ref.id, index=written(node))


def indexed(run: Run, ref: ParameterRef, index: Value, words: str) -> ParameterRef:
    """The part of a parameter behind an index, which a reader would write as `words`."""
    if words in WHOLE:
        return ref
    if parts := _new_axes(words):
        return replace(ref, viewed=True, sizes=repeats.with_axes(repeats.sizes_of(run, ref), parts))
    if ref.viewed or ref.region is not None:
        joined = words if ref.region is None else f"{ref.region}[{words}]"
        return ParameterRef(ref.id, Part(joined), viewed=True)
    found = _chosen(run, ref, index)
    region = Part(words) if found is ... else found
    sizes = repeats.picked(repeats.sizes_of(run, ref), region)
    return ParameterRef(ref.id, region, viewed=found is not None, sizes=sizes)


def _new_axes(words: str) -> list[str]:
    """The parts of an index that gives a tensor new axes and leaves nothing of it out; nothing for any other."""
    parts = words.split(", ")
    return parts if "None" in parts and set(parts) <= {"None", ":"} else []


def _chosen(run: Run, ref: ParameterRef, index: Value) -> Region | EllipsisType | None:
    """The region that an index into a whole parameter picks; the ellipsis where it is no part along one axis."""
    items = index.items if isinstance(index, Tuple) else (index,)
    picking = [(axis, item) for axis, item in enumerate(items) if item != Known(slice(None), "slice")]
    if len(picking) != 1:
        return ...
    axis, item = picking[0]
    length = run.parameters[ref.id].length(axis)
    match item:
        case Known(value=slice(start=start, stop=stop, step=None | 1)):
            return slice_of(axis, start, stop, length)
        case Cut(lower=lower, upper=upper):
            first, last = tensors.size_of(lower), tensors.size_of(upper)
            sure = (first is not None or lower == NONE) and (last is not None or upper == NONE)
            return slice_of(axis, first, last, length, sure=sure)
        case Known(value=bool()):
            return ...
        case Known(value=int() as position):
            whole = isinstance(length, int) and position < 0
            return Index(axis, length + position if whole and isinstance(length, int) else position)
        case Unknown(quantity=quantity):
            return Index(axis, quantity)
        case _:
            return ...


def basic(index: Value) -> bool:
    """Whether indexing with this gives a view: integers, slices and ellipses do, lists and tensors do not."""
    if isinstance(index, Tuple):
        return all(basic(item) for item in index.items)
    return not isinstance(index, ListRef | Tensor | ParameterRef)


def written(node: ir.Expression) -> str:
    """An index as a reader would write it."""
    match node:
        case ir.Slice(lower=None, upper=None, step=None):
            return ":"
        case ir.Slice(lower=lower, upper=upper, step=step):
            ends = "" if step is None else ":" + written(step)
            return ("" if lower is None else written(lower)) + ":" + ("" if upper is None else written(upper)) + ends
        case ir.Constant(value=value):
            return "..." if value is ... else repr(value)
        case ir.Name(id=found):
            return found
        case ir.Sequence(items=items):
            parts = [written(item) for item in items]
            return ":" if all(part in WHOLE for part in parts) else ", ".join(parts)
        case ir.Attribute(value=value, name=found):
            return f"{written(value)}.{found}"
        case _:
            return "…"


def _slice(run: Run, node: ir.Slice) -> Value:
    parts = [NONE if part is None else evaluate(run, part) for part in (node.lower, node.upper, node.step)]
    if all(isinstance(part, Known) for part in parts):
        bounds = [part.value for part in parts if isinstance(part, Known)]
        if all(bound is None or isinstance(bound, int) for bound in bounds):
            return Known(slice(*bounds), "slice")
    if parts[2] == NONE:
        return Cut(parts[0], parts[1])
    return Unknown("a slice with unknown ends")


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}

COMPARISON: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda a, b: a in b,
    "not in": lambda a, b: a not in b,
    "is": lambda a, b: a is b,
    "is not": lambda a, b: a is not b,
}


def _binary(run: Run, node: ir.Binary) -> Value:
    left, right = evaluate(run, node.left), evaluate(run, node.right)
    if node.operator == "*" and (isinstance(left, ListRef) or isinstance(right, ListRef)):
        many, count = (left, right) if isinstance(left, ListRef) else (right, left)
        replicas.multiplied(run, node, count, iteration.items(run, many).values)
    if isinstance(left, Known) and isinstance(right, Known):
        undefined.in_arithmetic(run, node, left, right)
    return binary(run, node.operator, left, right, node.site)


def _reckon(sign: str, left: Size | None, right: Size | None) -> Size | None:
    """Arithmetic on sizes of which one is only named, as far as the result is a multiple of that."""
    match sign, left, right:
        case "*", Quantity() as size, int() as times:
            return size.times(Fraction(times)) if times else 0
        case "*", int() as times, Quantity() as size:
            return size.times(Fraction(times)) if times else 0
        case (("/" | "//"), Quantity() as size, int() as parts) if parts:
            return size.times(Fraction(1, parts))
        case (("+" | "-"), Quantity() as size, Quantity() as other) if size.name == other.name:
            factor = size.factor + (other.factor if sign == "+" else -other.factor)
            return Quantity(size.name, factor) if factor else 0
        case (("+" | "-"), Quantity() as size, 0):
            return size
        case "+", 0, Quantity() as size:
            return size
        case _:
            return None


def _root(sign: str, left: Value, right: Value) -> Quantity | None:
    """The number of whose square root a product, a quotient or a power is a multiple."""
    if sign == "**" and isinstance(left, Unknown) and left.quantity is not None:
        halved = isinstance(right, Known) and right.value in (0.5, -0.5)
        return left.quantity if halved else None
    if sign in ("*", "/"):
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Unknown) and one.root is not None and not is_tensor(other):
                return one.root
    return None


TENSOR_OPERATIONS = {"+": "add", "-": "add", "*": "multiply", "/": "multiply", "@": "matmul"}


def binary(run: Run, sign: str, left: Value, right: Value, site: int) -> Value:
    """`left sign right`."""
    if isinstance(left, Known) and isinstance(right, Known):
        return compute(ARITHMETIC.get(sign), left, right)
    if (isinstance(left, Unknown) and left.quantity) or (isinstance(right, Unknown) and right.quantity):
        found = _reckon(sign, tensors.size_of(left), tensors.size_of(right))
        if found is not None:
            if isinstance(found, int):
                return known(found)
            return Unknown("arithmetic on unknown values", found, inert=True)
    root = _root(sign, left, right)
    if root is not None:
        return Unknown("a multiple of a square root", root=root, inert=True)
    if is_tensor(left) or is_tensor(right):
        made = dataflow.operation(run, TENSOR_OPERATIONS.get(sign, "unknown"), (left, right), site, sign=sign)
        return copies.computed(run, (left, right), made, sign, site)
    if sign == "+":
        joined = iteration.concatenate(run, left, right)
        if joined is not None:
            return joined
    if sign == "|" and all(isinstance(side, External | ClassValue | Tuple) for side in (left, right)):
        return Tuple((left, right))
    if sign == "*":
        repeated = iteration.repeat(run, left, right)
        if repeated is not None:
            return repeated
    if isinstance(left, Either) or isinstance(right, Either):
        return _each(run, sign, left, right, site)
    # Of modules only lists of them are added.
    return Unknown("arithmetic on unknown values", inert=sign not in ("+", "|"))


def _each(run: Run, sign: str, left: Value, right: Value, site: int) -> Value:
    result: Value | None = None
    usual = False
    for a in options(left)[:4]:
        for b in options(right)[:4]:
            if isinstance(a, Absent) or isinstance(b, Absent):
                continue
            found, here = binary(run, sign, a, b, site), a in likely(left) and b in likely(right)
            both = {"first_likely": usual or not here, "second_likely": here or not usual}
            result = found if result is None else either(result, found, **both)
            usual = usual or here
    return result or Unknown("arithmetic on nothing")


def is_tensor(value: Value) -> bool:
    """Whether one of the values that this may be is a tensor."""
    return any(isinstance(option, Tensor | ParameterRef) for option in options(value))


SIZES = (int, float, bool, str, bytes, tuple, type(None))


def compute(function: Callable[[Any, Any], Any] | None, left: Known, right: Known) -> Value:
    """Python's own result on two known values, within reason."""
    if function is None or not isinstance(left.value, SIZES) or not isinstance(right.value, SIZES):
        return Unknown("arithmetic on unknown values", inert=True)
    for operand in (left.value, right.value):
        if (isinstance(operand, int) and abs(operand) > 1 << 64) or (isinstance(operand, str) and len(operand) > 2000):
            return Unknown("a very large value", inert=True)
    if function in (operator.pow, operator.lshift) and isinstance(right.value, int) and right.value > 64:
        return Unknown("a very large value", inert=True)
    if function is operator.mul and (isinstance(left.value, str | bytes) or isinstance(right.value, str | bytes)):
        return Unknown("a repeated string", inert=True)
    try:
        return known(function(left.value, right.value), soft=left.soft or right.soft)
    except (TypeError, ValueError, ArithmeticError):
        return Unknown("arithmetic that raises", inert=True)


def _unary(run: Run, node: ir.Unary) -> Value:
    operand = evaluate(run, node.operand)
    if node.operator == "not":
        return negated(run, operand)
    if isinstance(operand, Unknown) and operand.quantity is not None and node.operator == "-":
        return Unknown("arithmetic on unknown values", operand.quantity.times(Fraction(-1)), inert=True)
    if isinstance(operand, Known) and isinstance(operand.value, int | float):
        if node.operator == "-":
            return known(-operand.value, soft=operand.soft)
        if node.operator == "~" and isinstance(operand.value, int):
            return known(~operand.value, soft=operand.soft)
        return operand
    if is_tensor(operand):
        return dataflow.operation(run, "multiply", (operand, known(-1)), 0, sign="*")
    return Unknown("arithmetic on unknown values")


def negated(run: Run, operand: Value) -> Value:
    """`not operand`."""
    verdict, soft = truth(run, operand)
    return Unknown("a test that is not known") if verdict is None else known(not verdict, soft=soft)


def _compare(run: Run, node: ir.Compare) -> Value:
    left = evaluate(run, node.left)
    verdict: bool | None = True
    soft = False
    for sign, other in node.rest:
        right = evaluate(run, other)
        if run.graph is None and _masks(left, sign, right):
            return Tensor(dataflow.NOT_FOLLOWED)
        answer, is_soft = compare(run, sign, left, right)
        questions.of_comparison(run, node, left, sign, right, answer)
        soft = soft or is_soft
        if answer is False:
            return known(False, soft=is_soft)
        if answer is None:
            verdict = None
        left = right
    return Unknown("a test that is not known") if verdict is None else known(verdict, soft=soft)


def _masks(left: Value, sign: str, right: Value) -> bool:
    """Whether a comparison gives a tensor of answers."""
    if sign in ("in", "not in", "is", "is not") or NONE in (left, right):
        return False
    return isinstance(left, ParameterRef | Tensor) or isinstance(right, ParameterRef | Tensor)


def compare(run: Run, sign: str, left: Value, right: Value) -> tuple[bool | None, bool]:
    """Whether `left sign right` holds, where it can be told, and whether only by the default of an option."""
    if isinstance(left, Known) and isinstance(right, Known):
        result = compute(COMPARISON[sign], left, right)
        return (bool(result.value), result.soft) if isinstance(result, Known) else (None, False)
    if sign in ("in", "not in"):
        return _contains(run, left, right, sign == "in"), isinstance(left, Known) and left.soft
    if sign in ("is", "is not", "==", "!="):
        if isinstance(left, Either) and (run.graph is not None or isinstance(right, Known)):
            found, soft = _of_options(left, lambda option: _equal(option, right))
            return (None if found is None else found == (sign in ("is", "=="))), soft
        same = _identical(left, right)
        return (None if same is None else same == (sign in ("is", "=="))), False
    return None, False


def _contains(run: Run, left: Value, right: Value, wanted: bool) -> bool | None:
    if isinstance(right, DictRef):
        entries = run.entries(right)
        # An option stands for its default here; that callers may choose another one is the comparison's to say.
        left = replace(left, soft=False) if isinstance(left, Known) else left
        keys = {key for key, value in entries.values if not isinstance(value, Either)}
        if left in keys:
            return wanted
        maybe = any(key == left for key, _ in entries.values)
        return None if entries.open or maybe or not isinstance(left, Known) else not wanted
    if isinstance(right, Tuple | ListRef) and isinstance(left, Known | External | ClassValue):
        found = iteration.items(run, right)
        option = isinstance(left, Known) and left.soft
        same = [(_equal if option and not _is_soft(item) else _identical)(left, item) for item in found.values]
        if any(same):
            return wanted
        sure = all(answer is False for answer in same)
        return not wanted if sure and not found.open else None
    return None


def _is_soft(value: Value) -> bool:
    return isinstance(value, Known) and value.soft


def _identical(left: Value, right: Value) -> bool | None:
    """Whether two values are the same, where it can be told."""
    if isinstance(left, Known) and isinstance(right, Known):
        return None if left.soft or right.soft else left.value == right.value
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Known) and value.value is None:
            if isinstance(other, Either):
                found = {_identical(value, option) for option in other.options}
                return found.pop() if len(found) == 1 else None
            return None if isinstance(other, Unknown | Known | Absent) else False
    if isinstance(left, ModuleRef) and isinstance(right, ModuleRef):
        return left.id == right.id
    if isinstance(left, ClassValue) and isinstance(right, ClassValue):
        return left == right
    for value, other in ((left, right), (right, left)):
        if isinstance(value, ClassValue) and isinstance(other, External) and layers.layer(other.name):
            return False
    if isinstance(left, External) and isinstance(right, External):
        same = layers.canonical(left.name) == layers.canonical(right.name)
        return True if same else False if layers.layer(left.name) and layers.layer(right.name) else None
    return None


def truth(run: Run, value: Value) -> tuple[bool | None, bool]:
    """Whether a value counts as true, where it can be told, and whether only by the default of an option."""
    if isinstance(value, Known):
        return bool(value.value), value.soft
    if isinstance(value, Either):
        return _of_options(value, lambda option: truth(run, option)[0])
    if isinstance(value, Tuple):
        return bool(value.items), False
    if isinstance(value, ListRef):
        return _holds(run.items(value), run.items(value).values)
    if isinstance(value, DictRef):
        return _holds(run.entries(value), tuple(found for _, found in run.entries(value).values))
    if isinstance(value, ModuleRef | FunctionValue | UnitFunction | ClassValue | External | Partial):
        return True, False
    return None, False


def _holds(held: Items | Entries, values: tuple[Value, ...]) -> tuple[bool | None, bool]:
    """Whether anything is in a list or a dict, and whether only by default."""
    if any(ABSENT not in options(value) for value in values):
        return True, False
    if not values and not held.open:
        return False, False
    if any(ABSENT not in likely(value) for value in values):
        return True, True
    nothing = all(likely(value) == (ABSENT,) for value in values) and (held.by_option or not held.open)
    return (False, True) if nothing else (None, False)


def _equal(left: Value, right: Value) -> bool | None:
    """Whether two values are the same, where it can be told."""
    if isinstance(left, Known) and isinstance(right, Known):
        return bool(left.value == right.value)
    return _identical(left, right)


def _of_options(value: Either, ask: Callable[[Value], bool | None]) -> tuple[bool | None, bool]:
    """What all options say, or those that are there by default."""
    answers = {ask(option) for option in value.options}
    if len(answers) == 1:
        return answers.pop(), False
    usual = {ask(option) for option in likely(value)}
    answer = usual.pop() if len(usual) == 1 else None
    return answer, answer is not None


def _logic(run: Run, node: ir.Logic) -> Value:
    return logic(run, node, lambda operand: evaluate(run, operand))


def logic(run: Run, node: ir.Logic, operand: Callable[[ir.Expression], Value]) -> Value:
    """`left and right` or `left or right`, where `operand` gives the value of either."""
    left = operand(node.left)
    verdict, soft = truth(run, left)
    stops = node.operator == "or"
    if verdict is stops and not soft:
        return left
    if verdict is (not stops) and not soft:
        return operand(node.right)
    certain = run.now.certain
    run.now.certain = certain and verdict is (not stops)
    right = operand(node.right)
    run.now.certain = certain
    if verdict is None:
        # What decides an `and` is the side that fails, whatever the other side is.
        other, other_soft = truth(run, right)
        if other is stops and not other_soft and isinstance(right, Known):
            return right
        return either(left, right)
    return either(left, right, first_likely=verdict is stops, second_likely=verdict is not stops)


def _choice(run: Run, node: ir.Choice) -> Value:
    results: list[Value] = [Unknown("not reached"), Unknown("not reached")]

    def side(index: int, part: ir.Expression) -> Callable[[], None]:
        def go() -> None:
            results[index] = evaluate(run, part)

        return go

    return statements.decide(
        run, node.test, side(0, node.then), side(1, node.otherwise), lambda: (results[0], results[1])
    )


def _lambda(run: Run, node: ir.Lambda) -> Value:
    run.captured.add(run.frame.id)
    run.copies.closed.add(run.frame.id)
    return FunctionValue(node, run.frame.unit, run.frame.id, run.frame.owner)


def _comprehension(run: Run, node: ir.Comprehension) -> Value:
    values: list[Value] = []
    before = len(run.modules)
    pairs: list[tuple[Value, Value]] = []

    def inner() -> None:
        if node.key is not None:
            key = evaluate(run, node.key)
            pairs.append((key, evaluate(run, node.element)))
        else:
            values.append(evaluate(run, node.element))

    frame = run.enter(run.frame.unit, parent=run.frame.id, owner=run.frame.owner, receiver=run.frame.receiver)
    frame.site = node.site
    try:
        open = iteration.comprehend(run, node.clauses, inner)
    finally:
        run.leave()
    if node.kind == "dict":
        return run.new_dict(tuple(dict(pairs).items()), open=open)
    replicas.comprehended(run, node, tuple(values), before, open=open)
    return run.new_list(tuple(values), open=open)


def _joined(run: Run, node: ir.Joined) -> Value:
    out: list[str] = []
    for part in node.parts:
        value = evaluate(run, part)
        if not isinstance(value, Known) or value.soft:
            return Unknown("a string that is built while it runs")
        out.append(str(value.value))
    return known("".join(out))


def _walrus(run: Run, node: ir.Walrus) -> Value:
    value = evaluate(run, node.value)
    run.now.frames[run.frame.id][node.name] = value
    return value


def _opaque(run: Run, node: ir.Opaque) -> Value:
    return Unknown(node.reason)


EVALUATE: dict[type, Callable[[Run, Any], Value]] = {
    ir.Name: _name,
    ir.Constant: _constant,
    ir.Attribute: _attribute,
    ir.Call: _call,
    ir.Sequence: _sequence,
    ir.Mapping: _mapping,
    ir.Star: _star,
    ir.Subscript: _subscript,
    ir.Slice: _slice,
    ir.Binary: _binary,
    ir.Unary: _unary,
    ir.Compare: _compare,
    ir.Logic: _logic,
    ir.Choice: _choice,
    ir.Lambda: _lambda,
    ir.Comprehension: _comprehension,
    ir.Joined: _joined,
    ir.Walrus: _walrus,
    ir.Opaque: _opaque,
}
