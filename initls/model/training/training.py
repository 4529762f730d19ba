"""Whether units can ever differ, and whether a gradient ever arrives: an abstract run of training.

Each tensor of a forward pass is one of: exactly ZERO, EQUAL across its units (which may still differ from input to
input), or FREE (anything). Each gradient likewise. Each weight is known by three marks: zero, rows equal (all units
compute the same), columns equal (all inputs count the same). One abstract training step computes the gradients from
the marks, and takes away the marks that the gradients do not keep; it is repeated until nothing changes. Marks only
ever go, so this ends, and what is left holds for ever: by induction, a step from any state with these marks leads to
a state with these marks. What the analysis does not follow is FREE, so nothing is claimed through it.

The mathematics: for y = W x + b the gradients are dL/dW = (dL/dy) x^T, dL/db = dL/dy, dL/dx = W^T dL/dy.
Equal rows of dL/dy give equal rows of dL/dW; equal entries of x give equal columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, IntEnum

from msgspec import Struct
from msgspec.structs import replace

from initls.knowledge.activations import ACTIVATIONS
from initls.knowledge.tensors import SINGULAR, SUMS
from initls.model.state.contents import Constant, Content, Repeated
from initls.model.state.flow import TRANSPARENT, Graph, Node
from initls.model.training.divide import Divided, divide


class Spread(IntEnum):
    """How the entries of a tensor differ across its units, from the strongest claim to none."""

    ZERO = 0
    EQUAL = 1
    FREE = 2


class Marks(Struct, frozen=True):
    """What is known of a parameter: `rows` and `columns` tell that all of them are equal, `zero` implies both."""

    zero: bool
    rows: bool
    columns: bool

    def without(self, other: Marks) -> Marks:
        """The marks that both have."""
        return Marks(self.zero and other.zero, self.rows and other.rows, self.columns and other.columns)


FREE = Marks(zero=False, rows=False, columns=False)


def marks_of(content: Content) -> Marks:
    """The marks of a parameter that holds this when training starts."""
    if isinstance(content, Constant):
        return Marks(zero=content.value == 0, rows=True, columns=True)
    if isinstance(content, Repeated):
        return Marks(zero=False, rows=0 in content.axes, columns=1 in content.axes)
    return FREE


def _units_first(graph: Graph, contents: Mapping[int, Content]) -> dict[int, Content]:
    """The contents, with the axes of what is repeated turned where the units lie last, as in `x @ w`.

    What is used in both ways, or has more axes than a product tells apart, is not spoken of.
    """
    found: dict[int, Content] = {}
    for number, content in contents.items():
        if isinstance(content, Repeated):
            ways = {(node.inputs_first, node.flat) for node in graph.of_weight(number) if node.kind == "affine"}
            first, flat = ways.pop() if len(ways) == 1 else (False, True)
            if ways or (content.rank != 2 and (flat or first)):
                continue
            content = replace(content, axes=frozenset(1 - axis for axis in content.axes)) if first else content
        found[number] = content
    return found


class Outlook(Struct, frozen=True):
    """What holds of one parameter for ever, and when training starts.

    `dead`: it never gets a gradient. `symmetric`: its rows, and with them its units, never differ.
    `blocked` tells a dead weight whose own output gets no gradient from one that only never sees an input.
    """

    dead: bool
    dead_at_start: bool
    blocked: bool
    symmetric: bool
    symmetric_at_start: bool
    weight_is_zero: bool
    dead_parts: tuple[tuple[int, int], ...] = ()
    """Of a layer whose units go different ways: the parts that never get a gradient, each with the number of parts."""


class Prospects(Struct, frozen=True):
    """The outlook of each parameter in a graph, and the nodes that take part in the proof of each."""

    of: Mapping[int, Outlook]
    reasons: Mapping[int, tuple[int, ...]]
    """For a dead or symmetric weight, the nodes that stop or equal its gradient. For one whose units are equal at the
    start alone, those that tell them apart; none where something that is not followed may do so."""


NO_PROSPECTS = Prospects({}, {})


def prospects(
    graph: Graph,
    contents: Mapping[int, Content],
    units: Mapping[int, int | None],
    frozen: frozenset[int] = frozenset(),
) -> Prospects:
    """The outlook of all parameters of a forward pass.

    `contents` tells what each holds when training starts (a parameter that is left out may hold anything),
    `units` how many units each weight has, where that is known. `frozen` ones are never changed.
    A tensor that no output hangs on is outside what this can speak of, and so are the layers that make it.
    """
    if not graph.outputs:
        return NO_PROSPECTS
    divided = divide(graph, _units_first(graph, contents), frozen)
    units = {**units, **dict.fromkeys(divided.parts)}
    found, reasons = _prospects(divided.graph, divided.contents, units, divided.frozen)
    return _whole(divided, found, reasons)


_Found = tuple[dict[int, Outlook], dict[int, tuple[int, ...]]]


def _whole(divided: Divided, found: dict[int, Outlook], reasons: dict[int, tuple[int, ...]]) -> Prospects:
    """What holds of whole parameters, of those that were taken apart as well."""
    parts: dict[int, dict[int, Outlook]] = {}
    because: dict[int, set[int]] = {}
    counts: dict[int, int] = {}
    for number, outlook in found.items():
        whole, part, count = divided.parts.get(number, (number, 0, 1))
        parts.setdefault(whole, {})[part] = outlook
        counts[whole] = count
        because.setdefault(whole, set()).update(divided.origin[node] for node in reasons.get(number, ()))
    together: dict[int, Outlook] = {}
    for whole, outlooks in parts.items():
        first, count = next(iter(outlooks.values())), counts[whole]
        if count == 1:
            together[whole] = first
        elif len(outlooks) == count:
            together[whole] = Outlook(
                dead=all(outlook.dead for outlook in outlooks.values()),
                dead_at_start=all(outlook.dead_at_start for outlook in outlooks.values()),
                blocked=all(outlook.blocked for outlook in outlooks.values()),
                symmetric=False,
                symmetric_at_start=first.symmetric_at_start,
                weight_is_zero=first.weight_is_zero,
                dead_parts=tuple((part, count) for part, outlook in sorted(outlooks.items()) if outlook.dead),
            )
    return Prospects(together, {number: tuple(sorted(nodes)) for number, nodes in because.items() if nodes})


def _prospects(
    graph: Graph, contents: Mapping[int, Content], units: Mapping[int, int | None], frozen: frozenset[int]
) -> _Found:
    marks = {number: marks_of(content) for number, content in contents.items()}
    start = _step(graph, marks)
    current, passes = start, 0
    while passes < 64:
        passes += 1
        kept = {
            number: mark if number in frozen else mark.without(current.kept.get(number, mark))
            for number, mark in marks.items()
        }
        if kept == marks:
            break
        marks = kept
        current = _step(graph, marks)
    useful = _reaching_outputs(graph)
    consumers = graph.consumers()
    found: dict[int, Outlook] = {}
    reasons: dict[int, tuple[int, ...]] = {}
    for node in graph.nodes:
        number = node.weight
        if number is None or number not in contents or number in frozen:
            continue
        if not all(reader.id in useful or _idle(reader, consumers) for reader in graph.of_weight(number)):
            continue
        several = units.get(number) != 1
        found[number] = Outlook(
            dead=current.gradient.get(number, Spread.FREE) is Spread.ZERO,
            dead_at_start=start.gradient.get(number, Spread.FREE) is Spread.ZERO,
            blocked=all(current.back[n.id] is Spread.ZERO for n in graph.of_weight(number)),
            symmetric=marks[number].rows and several,
            symmetric_at_start=marks_of(contents[number]).rows and several,
            weight_is_zero=marks_of(contents[number]).zero,
        )
        if found[number].dead or found[number].symmetric:
            reasons[number] = _reasons(consumers, node)
        elif found[number].symmetric_at_start and number not in reasons:
            reasons[number] = breakers(graph, consumers, node, {n: marks_of(held) for n, held in contents.items()})
    return found, reasons


def _idle(node: Node, consumers: Mapping[int, list[Node]]) -> bool:
    """Whether a node only names a matrix that is turned for a product, which has a node of its own."""
    readers = consumers[node.id]
    turned = bool(readers) and all(reader.kind == "permute" and not consumers[reader.id] for reader in readers)
    return node.kind == "parameter" and turned


def _reaching_outputs(graph: Graph) -> frozenset[int]:
    """The nodes that some output hangs on by a path that lets gradients through."""
    reached = set(graph.outputs)
    for node in reversed(graph.nodes):
        if node.id in reached and node.kind not in ("detach", "test"):
            reached.update(node.inputs)
    return frozenset(reached)


class _Pass(Struct):
    """One forward and backward pass."""

    out: dict[int, Spread]
    back: dict[int, Spread]
    gradient: dict[int, Spread]
    kept: dict[int, Marks]


def _step(graph: Graph, marks: Mapping[int, Marks]) -> _Pass:
    out: dict[int, Spread] = {}
    for node in graph.nodes:
        out[node.id] = FORWARD.get(node.kind, _free)(node, out, marks)
    back = dict.fromkeys(out, Spread.ZERO)
    outputs = set(graph.outputs)
    gradient: dict[int, Spread] = {}
    kept: dict[int, Marks] = {}

    def learn(number: int | None, spread: Spread, mark: Marks) -> None:
        if number is not None:
            gradient[number] = max(gradient.get(number, Spread.ZERO), spread)
            kept[number] = kept.get(number, mark).without(mark)

    for node in reversed(graph.nodes):
        if node.id in outputs or not graph.complete:
            back[node.id] = Spread.FREE
        upstream = back[node.id]
        for source, spread in _backward(node, upstream, out, marks):
            back[source] = _sum(back[source], spread)
        if node.kind in ("affine", "embedding"):
            into = out[node.inputs[0]] if node.inputs else Spread.FREE
            if node.kind == "embedding":
                # Each row of a table is looked up by its own number and learns apart from the others.
                into = Spread.FREE
                learn(node.weight, upstream, Marks(upstream is Spread.ZERO, False, upstream <= Spread.EQUAL))
                continue
            dead = upstream is Spread.ZERO or into is Spread.ZERO
            spread = Spread.ZERO if dead else Spread.FREE
            learn(
                node.weight,
                spread,
                Marks(
                    dead,
                    dead or (upstream is not Spread.FREE and not (node.grouped and into is Spread.FREE)),
                    dead or into is not Spread.FREE,
                ),
            )
            learn(node.bias, upstream, Marks(upstream is Spread.ZERO, upstream is not Spread.FREE, True))
        elif node.kind == "norm":
            equal = Marks(upstream is Spread.ZERO, upstream is not Spread.FREE, True)
            # What the gain is multiplied with is zero where the input is.
            still = upstream is Spread.ZERO or _input(node, out) is Spread.ZERO
            learn(node.weight, upstream, Marks(still, equal.rows and _input(node, out) is not Spread.FREE, True))
            learn(node.bias, upstream, equal)
        elif node.kind == "parameter":
            learn(node.weight, upstream, Marks(upstream is Spread.ZERO, False, False))
    return _Pass(out, back, gradient, kept)


def _sum(first: Spread, second: Spread) -> Spread:
    return max(first, second)


def _input(node: Node, out: Mapping[int, Spread]) -> Spread:
    return out[node.inputs[0]] if node.inputs else Spread.FREE


Forward = Callable[[Node, Mapping[int, Spread], Mapping[int, Marks]], Spread]


def _free(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    return Spread.FREE


def _same(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    return _input(node, out)


def _permute(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    """What the next layer reads as its inputs may be another axis than the units."""
    return Spread.ZERO if _input(node, out) is Spread.ZERO else Spread.FREE


def _bias(node: Node, marks: Mapping[int, Marks]) -> Spread:
    if node.bias is None:
        return Spread.ZERO
    mark = marks.get(node.bias, FREE)
    return Spread.ZERO if mark.zero else Spread.EQUAL if mark.rows else Spread.FREE


def _affine(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    weight = marks.get(node.weight, FREE) if node.weight is not None else FREE
    if weight.zero or _input(node, out) is Spread.ZERO:
        product = Spread.ZERO
    else:
        equal = weight.rows and not (node.grouped and _input(node, out) is Spread.FREE)
        product = Spread.EQUAL if equal else Spread.FREE
    return _sum(product, _bias(node, marks))


def _embedding(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    weight = marks.get(node.weight, FREE) if node.weight is not None else FREE
    return Spread.ZERO if weight.zero else Spread.EQUAL if weight.columns else Spread.FREE


def _activation(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    row = ACTIVATIONS.get(node.activation or "")
    into = _input(node, out)
    if row is None or not row.elementwise:
        return Spread.FREE
    if into is Spread.ZERO:
        return Spread.ZERO if row.zero_at_zero and row.name not in SHIFTED else Spread.EQUAL
    return Spread.FREE if row.name in NOISY or node.grouped else into


NOISY = frozenset({"rrelu"})
"""Activations that draw a slope for each unit, and so tell equal units apart."""

SHIFTED = frozenset({"threshold", "hardtanh"})
"""Activations whose arguments decide what becomes of zero."""


def _norm(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    gain = Marks(zero=False, rows=True, columns=True) if node.weight is None else marks.get(node.weight, FREE)
    into = _input(node, out)
    if gain.zero or into is Spread.ZERO:
        product = Spread.ZERO
    else:
        product = into if gain.rows else Spread.FREE
    return _sum(product, _bias(node, marks))


def _dropout(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    into = _input(node, out)
    # Alpha dropout puts a number of its own where it drops, zeros included.
    still = into is Spread.ZERO and "alpha" not in node.name.lower()
    return into if still or node.rate == 0 else Spread.FREE


def _add(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    return max((out[source] for source in node.inputs), default=Spread.FREE)


def _multiply(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    factors = [out[source] for source in node.inputs]
    return Spread.ZERO if Spread.ZERO in factors else max(factors, default=Spread.FREE)


def _matmul(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    return Spread.ZERO if any(out[source] is Spread.ZERO for source in node.inputs) else Spread.FREE


def _concat(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    parts = {out[source] for source in node.inputs}
    return Spread.ZERO if parts == {Spread.ZERO} else Spread.FREE


def _shift(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    """What a number, or a function of each element by itself, makes of zero is one number, but not zero."""
    into = _input(node, out)
    return Spread.EQUAL if into is Spread.ZERO else into


def _reduce(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    """Which axis goes is not known, so that what is left may lie on another one than the units."""
    still = _input(node, out) is Spread.ZERO and node.name.rpartition(".")[2] in SUMS
    return Spread.ZERO if still else Spread.FREE


def _parameter(node: Node, out: Mapping[int, Spread], marks: Mapping[int, Marks]) -> Spread:
    mark = marks.get(node.weight, FREE) if node.weight is not None else FREE
    return Spread.ZERO if mark.zero else Spread.FREE


FORWARD: dict[str, Forward] = {
    "affine": _affine,
    "embedding": _embedding,
    "activation": _activation,
    "norm": _norm,
    "dropout": _dropout,
    "pooling": _same,
    "permute": _permute,
    "reshape": _same,
    "slice": _same,
    "detach": _same,
    "add": _add,
    "choice": _add,
    "shift": _shift,
    "function": _shift,
    "reduce": _reduce,
    "multiply": _multiply,
    "matmul": _matmul,
    "concat": _concat,
    "parameter": _parameter,
}
"""How each kind of node makes its output; the others are free."""


def _backward(
    node: Node, upstream: Spread, out: Mapping[int, Spread], marks: Mapping[int, Marks]
) -> list[tuple[int, Spread]]:
    """The gradient that a node hands to each of its inputs."""
    if node.kind == "unknown":
        return [(source, Spread.FREE) for source in node.inputs]
    if node.kind in ("detach", "test"):
        return []
    if node.name.rpartition(".")[2] in SINGULAR and node.kind == "function":
        return [(source, Spread.FREE) for source in node.inputs]
    if node.kind == "reduce" and node.name.rpartition(".")[2] not in SUMS:
        return [(source, Spread.FREE) for source in node.inputs]
    if upstream is Spread.ZERO:
        return [(source, Spread.ZERO) for source in node.inputs]
    match node.kind:
        case "affine" | "embedding":
            weight = marks.get(node.weight, FREE) if node.weight is not None else FREE
            equal = weight.columns and not (node.grouped and (upstream is Spread.FREE or not weight.rows))
            back = Spread.ZERO if weight.zero else Spread.EQUAL if equal else Spread.FREE
            return [(source, back) for source in node.inputs]
        case "activation":
            row = ACTIVATIONS.get(node.activation or "")
            into = _input(node, out)
            if row is None or not row.elementwise or row.name in NOISY or node.grouped:
                return [(source, Spread.FREE) for source in node.inputs]
            if into is Spread.ZERO and row.dead_at_zero and row.name not in SHIFTED:
                return [(source, Spread.ZERO) for source in node.inputs]
            kept = upstream if into is not Spread.FREE else Spread.FREE
            return [(source, kept) for source in node.inputs]
        case "norm":
            gain = Marks(zero=False, rows=True, columns=True) if node.weight is None else marks.get(node.weight, FREE)
            if gain.zero:
                return [(source, Spread.ZERO) for source in node.inputs]
            kept = upstream if gain.rows and _input(node, out) is not Spread.FREE else Spread.FREE
            return [(source, kept) for source in node.inputs]
        case "dropout":
            return [(source, upstream if node.rate == 0 else Spread.FREE) for source in node.inputs]
        case "function":
            kept = upstream if _input(node, out) is not Spread.FREE else Spread.FREE
            return [(source, kept) for source in node.inputs]
        case "pooling" | "reshape" | "add" | "choice" | "shift":
            return [(source, upstream) for source in node.inputs]
        case "slice":
            # Units outside the slice get nothing from it, and which axis it cuts is not known.
            return [(source, Spread.FREE) for source in node.inputs]
        case "multiply":
            return [(source, _other_factors(node, source, upstream, out)) for source in node.inputs]
        case "matmul":
            return [(source, Spread.ZERO if _others_zero(node, source, out) else Spread.FREE) for source in node.inputs]
        case _:
            return [(source, Spread.FREE) for source in node.inputs]


def _others_zero(node: Node, source: int, out: Mapping[int, Spread]) -> bool:
    others = [other for other in node.inputs if other != source]
    return any(out[other] is Spread.ZERO for other in others)


def _other_factors(node: Node, source: int, upstream: Spread, out: Mapping[int, Spread]) -> Spread:
    if node.inputs.count(source) > 1:
        return Spread.ZERO if out[source] is Spread.ZERO else Spread.FREE
    if _others_zero(node, source, out):
        return Spread.ZERO
    return max([upstream, *(out[other] for other in node.inputs if other != source)])


class Proof(Enum):
    """What can be shown of the units of a layer that hold equal numbers when training starts."""

    FOREVER = "for ever"
    BROKEN = "broken"
    """Something that is known tells them apart."""
    UNKNOWN = "unknown"


def proof(prospects: Prospects, parameter: int) -> Proof:
    """Whether the units of a weight stay equal, as far as it can be shown."""
    outlook = prospects.of.get(parameter)
    if outlook is None or not outlook.symmetric_at_start:
        return Proof.UNKNOWN
    if outlook.symmetric:
        return Proof.FOREVER
    return Proof.BROKEN if prospects.reasons.get(parameter) else Proof.UNKNOWN


def breakers(
    graph: Graph, consumers: Mapping[int, list[Node]], node: Node, marks: Mapping[int, Marks]
) -> tuple[int, ...]:
    """The nodes behind a layer whose units are equal that tell them apart: readers with weights of their own for each
    unit, norms with gains drawn apart, dropout. None at all where anything is met that is not followed.
    """
    found: list[int] = []
    stack, seen = [node.id], {node.id}
    while stack:
        for reader in consumers[stack.pop()]:
            if reader.id in seen:
                continue
            seen.add(reader.id)
            mark = FREE if reader.weight is None else marks.get(reader.weight, FREE)
            own = reader.kind == "norm" and reader.weight is not None and not mark.rows
            if reader.kind == "affine":
                if not mark.columns:
                    found.append(reader.id)
            elif own or (reader.kind == "dropout" and reader.rate != 0):
                found.append(reader.id)
            elif reader.kind in STRAIGHT:
                stack.append(reader.id)
            else:
                return ()
    return tuple(sorted(found))


STRAIGHT = frozenset({"activation", "norm", "dropout", "add", "choice", "pooling", "reshape", "shift", "function"})
"""Operations that hand units on one by one."""


def _reasons(consumers: Mapping[int, list[Node]], node: Node) -> tuple[int, ...]:
    """The nodes behind a layer at which its gradient ends, or by which it is made equal."""
    found: list[int] = []
    stack, seen = [node.id], {node.id}
    while stack:
        for reader in consumers[stack.pop()]:
            if reader.id in seen:
                continue
            seen.add(reader.id)
            if reader.kind in ("affine", "activation", "matmul", "multiply"):
                found.append(reader.id)
            if reader.kind in TRANSPARENT or reader.kind in ("add", "activation", "matmul", "multiply"):
                stack.append(reader.id)
    return tuple(sorted(found))
