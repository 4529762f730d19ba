"""Whether tokens that start alike stay alike: rows of a parameter that attention takes as a set.

A set of tokens goes through a forward pass as a tensor in which they lie along one axis. Say that all of them are put
in another order: what treats each by itself puts its result in that other order too, and an attention that has them as
keys and values gives the same as before, since it sums over them. Where nothing that comes out of the model changes,
the loss does not either. So the gradient of equal tokens is equal, and a step leaves them equal: by induction for ever.
Positions, masks, dropout, a lookup by number, or whatever is not followed tell tokens apart, and end the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from initls.facts.place import Place
from initls.knowledge.activations import ACTIVATIONS
from initls.model.answers.constants import called_from
from initls.model.answers.judgement import is_own_matrix
from initls.model.effects.repeats import KEEPING
from initls.model.machine.machine import ParameterInfo
from initls.model.state.contents import Constant, Content, Repeated
from initls.model.state.flow import IN_FRONT, SCALED, SCORES, SHARED_OUT, Graph, Node
from initls.model.state.memory import once
from initls.model.state.regions import Quantity
from initls.model.state.state import Write
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace
from initls.model.training.training import NOISY

LAST = -1


class Same(Struct, frozen=True):
    """A tensor that is the same in whatever order the tokens are."""


class Set(Struct, frozen=True):
    """A tensor with the tokens along `axis`, counted from the last; another order of them is another order there.

    `rank` is how many axes it has, where that is known. Where others stand beside the tokens along the axis, `block`
    is the place that they have among these.
    """

    axis: int
    rank: int | None
    block: int | None = None


class Shares(Struct, frozen=True):
    """Scores of the tokens of `keys`, or their softmax, by queries that stand in an order of their own or in none."""

    keys: Set


class Lost(Struct, frozen=True):
    """Anything."""


State: TypeAlias = Same | Set | Shares | Lost

SAME, LOST = Same(), Lost()

Step: TypeAlias = "Callable[[Node, list[State], _Pass], State]"


class _Pass(Struct, frozen=True):
    graph: Graph
    tokens: frozenset[int]
    parameters: Mapping[int, ParameterInfo]


def alike_for_ever(graph: Graph, tokens: frozenset[int], parameters: Mapping[int, ParameterInfo]) -> bool:
    """Whether the equal rows of these parameters, put in another order together, change nothing that comes out."""
    if not graph.complete or not graph.outputs:
        return False
    known = _Pass(graph, tokens, parameters)
    states: dict[int, State] = {}
    for node in graph.nodes:
        states[node.id] = _state(node, [states[source] for source in node.inputs], known)
    reached = _reaching(graph)
    used = {node.weight for node in graph.nodes if node.id in reached and node.kind == "parameter"}
    return tokens <= used and all(states[number] == SAME for number in graph.outputs)


def _reaching(graph: Graph) -> set[int]:
    found = set(graph.outputs)
    for node in reversed(graph.nodes):
        if node.id in found and node.kind not in ("detach", "test"):
            found.update(node.inputs)
    return found


def _state(node: Node, inputs: list[State], known: _Pass) -> State:
    if node.kind == "parameter" and node.weight in known.tokens:
        return start(known.parameters[node.weight]) or LOST
    if node.weight in known.tokens or node.bias in known.tokens or LOST in inputs:
        return LOST
    if all(state == SAME for state in inputs):
        return SAME
    return STEPS.get(node.kind, _lost)(node, inputs, known)


def start(info: ParameterInfo) -> Set | None:
    """How tokens lie in a parameter of the shape (tokens, width) or (1, tokens, width); None for any other."""
    sizes = info.shape or info.sizes
    if sizes is None or len(sizes) not in (2, 3) or (len(sizes) == 3 and sizes[0] != 1):
        return None
    return Set(-2, len(sizes))


def _lost(node: Node, inputs: list[State], known: _Pass) -> State:
    return LOST


def _each(node: Node, inputs: list[State], known: _Pass) -> State:
    """What is done to each element by itself."""
    return inputs[0] if len(inputs) == 1 else LOST


def _activation(node: Node, inputs: list[State], known: _Pass) -> State:
    row = ACTIVATIONS.get(node.activation or "")
    apart = row is None or not row.elementwise or row.name in NOISY or node.grouped
    return LOST if apart else _each(node, inputs, known)


def _softmax(node: Node, inputs: list[State], known: _Pass) -> State:
    return LOST if "gumbel" in (node.activation or "") else _each(node, inputs, known)


def _dropout(node: Node, inputs: list[State], known: _Pass) -> State:
    return inputs[0] if node.rate == 0 and len(inputs) == 1 else LOST


PER_TOKEN_NORMS = frozenset({"LayerNorm", "RMSNorm", "layer_norm", "rms_norm"})
"""Norms over the width of each token, where their gain has one axis."""


def _norm(node: Node, inputs: list[State], known: _Pass) -> State:
    state = inputs[0]
    gains = [known.parameters[number] for number in (node.weight, node.bias) if number is not None]
    plain = node.weight is not None and all(gain.shape is not None and len(gain.shape) == 1 for gain in gains)
    fits = plain and node.name.rpartition(".")[2] in PER_TOKEN_NORMS
    return state if fits and isinstance(state, Set) and state.axis < LAST and len(inputs) == 1 else LOST


def _affine(node: Node, inputs: list[State], known: _Pass) -> State:
    """A layer over the last axis, or over the last but one where the matrix stands in front."""
    state = inputs[0]
    if len(inputs) != 1 or not isinstance(state, Set) or not node.flat or node.grouped:
        return LOST
    matrix = known.parameters.get(node.weight) if node.weight is not None else None
    sizes = None if matrix is None else matrix.shape or matrix.sizes
    if sizes is None or len(sizes) != 2:
        return LOST  # A stack of matrices may have one for each token.
    over = -2 if node.name == IN_FRONT else LAST
    return LOST if state.axis == over else state


def _combined(node: Node, inputs: list[State], known: _Pass) -> State:
    """Sums and products element by element: what is the same for all tokens must not differ along their axis."""
    sets = {state for state in inputs if state != SAME}
    state = sets.pop()
    if sets or not isinstance(state, Set):
        return LOST
    others = [known.graph.nodes[source] for source, own in zip(node.inputs, inputs, strict=True) if own == SAME]
    return state if all(_spares(known, other, state.axis) for other in others) else LOST


def _spares(known: _Pass, node: Node, axis: int) -> bool:
    """Whether a tensor surely has nothing of its own for each token."""
    info = known.parameters.get(node.weight) if node.kind == "parameter" and node.weight is not None else None
    if info is None or info.shape is None:
        return False
    return len(info.shape) < -axis or info.shape[axis] == 1


def _choice(node: Node, inputs: list[State], known: _Pass) -> State:
    return inputs[0] if len(set(inputs)) == 1 else LOST


def _reshape(node: Node, inputs: list[State], known: _Pass) -> State:
    return inputs[0] if node.name in KEEPING | {SCALED} and len(inputs) == 1 else LOST


def _turned(node: Node, inputs: list[State], known: _Pass) -> State:
    state = inputs[0]
    turn = TURNS.get(node.name)
    return turn(node, state) or LOST if turn is not None and isinstance(state, Set) and len(inputs) == 1 else LOST


def _unsqueezed(node: Node, state: Set) -> Set | None:
    if len(node.axes) != 1 or state.rank is None:
        return None
    place = node.axes[0] - state.rank - 1 if node.axes[0] >= 0 else node.axes[0]
    return replace(state, rank=state.rank + 1, axis=state.axis - (place >= state.axis))


def _expanded(node: Node, state: Set) -> Set | None:
    return replace(state, rank=node.axes[0]) if node.axes else None


def _swapped(node: Node, state: Set) -> Set | None:
    if len(node.axes) != 2 or (state.rank is None and max(node.axes) >= 0):
        return None
    one, other = (axis if axis < 0 else axis - (state.rank or 0) for axis in node.axes)
    return replace(state, axis=other if state.axis == one else one if state.axis == other else state.axis)


def _matrix(node: Node, state: Set) -> Set | None:
    return _swapped(replace(node, axes=(-2, -1)), state) if state.rank == 2 else None


TURNS: dict[str, Callable[[Node, Set], Set | None]] = {
    "unsqueeze": _unsqueezed,
    "expand": _expanded,
    "expand_as": lambda node, state: replace(state, rank=None),
    "repeat": _expanded,
    "transpose": _swapped,
    "swapaxes": _swapped,
    "swapdims": _swapped,
    "t": _matrix,
}
"""Where the tokens lie behind what gives a tensor other axes; they are lost behind anything else."""


def _product(node: Node, inputs: list[State], known: _Pass) -> State:
    if len(inputs) != 2:
        return LOST
    first, second = inputs
    if node.name in (SCORES, SHARED_OUT):
        return _attended(node, first, second)
    if node.name:
        return LOST
    match first, second:
        case Set(axis=-2), Same():
            return replace(first, rank=None)
        case Same(), Set(axis=-1):
            return replace(second, rank=None)
        case Set(axis=-1), Set(axis=-2) if first.block == second.block:
            return SAME
        case _:
            return LOST


def _attended(node: Node, first: State, second: State) -> State:
    """One of the two products of an attention that knows the axis of its tokens."""
    along = node.axes[0] if node.axes else None
    for state in (first, second):
        # A tensor with two axes has its tokens in front, whichever axis a batch would have.
        if isinstance(state, Set) and state.axis != along and not (state.rank == 2 and state.axis == -2):
            return LOST
    if along is None:
        return LOST
    match first, second:
        case Same(), Set() if node.name == SCORES:
            return Shares(second)
        case Set(), Same():
            return first
        case Shares(keys=keys), Set() if node.name == SHARED_OUT and keys == second:
            return SAME
        case _:
            return LOST


def _joined(node: Node, inputs: list[State], known: _Pass) -> State:
    """Tokens beside others, along their own axis."""
    found = [(place, state) for place, state in enumerate(inputs) if isinstance(state, Set)]
    if len(found) != 1 or len(node.axes) != 1 or any(isinstance(state, Shares) for state in inputs):
        return LOST
    (place, state) = found[0]
    if node.axes[0] >= 0 and state.rank is None:
        return LOST
    axis = node.axes[0] if node.axes[0] < 0 else node.axes[0] - (state.rank or 0)
    return replace(state, block=place) if axis == state.axis and state.block is None else LOST


STEPS: dict[str, Step] = {
    "affine": _affine,
    "activation": _activation,
    "softmax": _softmax,
    "norm": _norm,
    "dropout": _dropout,
    "function": _each,
    "shift": _each,
    "detach": _each,
    "add": _combined,
    "multiply": _combined,
    "choice": _choice,
    "reshape": _reshape,
    "permute": _turned,
    "matmul": _product,
    "concat": _joined,
}
"""What each kind of node makes of tokens; the others may tell them apart."""


# --------------------------------------------------------------------------- the parameters of a program


class Tokens(Struct, frozen=True):
    """A parameter whose tokens start alike and are shown to stay so."""

    place: Place
    trace: Trace
    parameter: int
    write: Write

    @property
    def name(self) -> str:
        """The dotted name of the parameter."""
        return self.trace.names[self.parameter]

    @property
    def count(self) -> int | None:
        """How many tokens there are, where that is shown."""
        return _count(self.trace.parameters[self.parameter])


@once
def tokens(program: Program) -> tuple[Tokens, ...]:
    """The parameters of a file whose tokens can never differ.

    What some larger model of the file writes over, loads over or freezes is left out.
    """
    if program.is_test:
        return ()
    found: list[Tokens] = []
    for trace in program.traces:
        if trace.incomplete is None and not (trace.kind == "function" and trace.root.startswith("test")):
            found.extend(one for one in _of_trace(trace) if not _undone(program, one))
    return tuple(found)


def _of_trace(trace: Trace) -> list[Tokens]:
    equal = [number for number in trace.final if _starts_alike(trace, number)]
    found: list[Tokens] = []
    for number in equal:
        others = [other for other in equal if _as_many(trace.parameters[number], trace.parameters[other])]
        if _proven(trace, frozenset({number})) or (len(others) > 1 and _proven(trace, frozenset(others))):
            last = next(way for way in trace.final[number] if way.likely).writes[-1]
            place = trace.parameters[number].place if last.making else called_from(last)
            if not place.foreign:
                found.append(Tokens(place, trace, number, last))
    return found


def _proven(trace: Trace, together: frozenset[int]) -> bool:
    """Whether every model that is followed, and that uses them, takes them as a set."""
    users = [
        subject for subject in trace.subjects if any(True for one in together for _ in subject.graph.of_weight(one))
    ]
    infos = {info.id: info for info in trace.parameters}
    return bool(users) and all(alike_for_ever(subject.graph, together, infos) for subject in users)


def _starts_alike(trace: Trace, number: int) -> bool:
    """Whether a parameter of the program's own holds several tokens with the same numbers, and is trained."""
    info = trace.parameters[number]
    left_alone = number in trace.names and number not in trace.frozen | trace.reinitialized | trace.outside
    if info.layer is not None or not info.trainable or not left_alone or info.computed is not None:
        return False
    likely = [way for way in trace.final[number] if way.likely]
    if not likely or start(info) is None or _count(info) == 1 or is_own_matrix(trace, number):
        return False
    several = isinstance(info.length(len(info.shape or info.sizes or ()) - 2), int | Quantity)
    return several and _rows_equal(trace.content(number)) and number not in trace.fillers


def _rows_equal(content: Content | None) -> bool:
    return isinstance(content, Constant) or (isinstance(content, Repeated) and content.rank - 2 in content.axes)


def _count(info: ParameterInfo) -> int | None:
    sizes = info.shape or info.sizes or ()
    length = info.length(len(sizes) - 2) if len(sizes) > 1 else 1
    return length if isinstance(length, int) else None


def _as_many(one: ParameterInfo, other: ParameterInfo) -> bool:
    """Whether two parameters hold as many tokens."""
    lengths = [info.length(len(info.shape or info.sizes or ()) - 2) for info in (one, other)]
    return lengths[0] == lengths[1]


def _undone(program: Program, one: Tokens) -> bool:
    """Whether a larger model of the file leaves something else there, or trains it not, when it builds this class."""
    if one.trace.kind != "class":
        return False
    return any(
        number in trace.frozen or not _rows_equal(trace.content(number))
        for trace, number, _ in program.in_use(one.trace, one.write.place)
    )
