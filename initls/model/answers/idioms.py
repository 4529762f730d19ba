"""Recognizes the idioms among the initializations of a file, by what is written and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge import layers
from initls.knowledge.idioms import IDIOMS, Idiom
from initls.knowledge.layers import Kind
from initls.knowledge.parameters import Role as ParameterRole
from initls.model.answers.roles import (
    BENT,
    Role,
    activation_behind,
    is_added,
    layer_in_front,
    parts_of,
    role_of,
    shares_out,
)
from initls.model.machine.machine import ParameterInfo
from initls.model.state.contents import Constant, Content, Loaded, Random, Structured
from initls.model.state.flow import NOTHING_KNOWN, Following, Node
from initls.model.state.state import Write
from initls.model.traces.trace import Subject, Trace

TINY = 0.1
"""The largest number that a scale of a branch starts with."""


class Recognized(Struct, frozen=True):
    """An initialization that is an idiom: where it stands, the calls that lead there, and what it initializes."""

    idiom: Idiom
    name: str
    places: tuple[Place, ...]


def recognized(trace: Trace, *, test: bool = False) -> tuple[Recognized, ...]:
    """The idioms of one trace, of which every model's forward pass has been followed."""
    found: list[Recognized] = []
    for parameter, ways in trace.final.items():
        if parameter not in trace.names:
            continue
        for write in dict.fromkeys(way.writes[-1] for way in ways):
            if not write.explicit:
                continue
            id = _idiom(_Seen(trace, parameter, write), test)
            if id is not None:
                found.append(_made(trace, id, parameter, write))
    for parameter, write in trace.log:
        held = trace.content(parameter)
        if not write.explicit or not isinstance(write.content, Constant | Random) or parameter not in trace.names:
            continue
        if isinstance(held, Loaded):
            found.append(_made(trace, "I24", parameter, write))
        elif write.making and isinstance(held, Random) and isinstance(write.content, Constant):
            found.append(
                _made(trace, "I9" if _is_position(_Seen(trace, parameter, write)) else "I24", parameter, write)
            )
    return tuple(found)


def _made(trace: Trace, id: str, parameter: int, write: Write) -> Recognized:
    name = trace.names.get(parameter, trace.parameters[parameter].name)
    return Recognized(IDIOMS[id], name, (write.place, *reversed(write.path)))


class _Seen(Struct, frozen=True, dict=True):
    """One write that lasts, with what is known of the parameter and of where its layer stands."""

    trace: Trace
    parameter: int
    write: Write

    @property
    def info(self) -> ParameterInfo:
        return self.trace.parameters[self.parameter]

    @property
    def content(self) -> Content:
        return self.write.content

    @property
    def constant(self) -> float | None:
        """The number, where it is one that is known."""
        return self.content.value if isinstance(self.content, Constant) else None

    @cached_property
    def subject(self) -> Subject | None:
        return next((s for s in self.trace.subjects if any(True for _ in s.graph.of_weight(self.parameter))), None)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The operations whose matrix, table or vector this is."""
        return () if self.subject is None else tuple(self.subject.graph.of_weight(self.parameter))

    @cached_property
    def behind(self) -> tuple[Subject, Node] | None:
        """The layer whose bias this is."""
        for subject in self.trace.subjects:
            for node in subject.graph.nodes:
                if node.bias == self.parameter:
                    return subject, node
        return None

    @cached_property
    def following(self) -> Following:
        return self.trace.following(self.parameter)

    @property
    def kind(self) -> Kind | None:
        layer = layers.layer(self.info.layer) if self.info.layer else None
        return None if layer is None else layer.kind


def _idiom(seen: _Seen, test: bool) -> str | None:
    """The idiom that a write is, if it is one."""
    info = seen.info
    if test and isinstance(seen.content, Constant):
        return "I26"
    if not info.trainable:
        return "I23" if isinstance(seen.content, Constant) else None
    if seen.parameter in seen.trace.frozen:
        fixed = isinstance(seen.content, Structured | Loaded)
        return "I16" if fixed else "I25" if isinstance(seen.content, Constant) else None
    if isinstance(seen.content, Structured) and seen.content.what in ("eye", "dirac", "identity"):
        return "I14"
    for applies, find in TABLE:
        if applies(seen):
            return find(seen)
    return None


# --------------------------------------------------------------------------- by the kind of parameter


def _of_gain(seen: _Seen) -> str | None:
    if isinstance(seen.content, Random):
        arguments = dict(seen.content.arguments)
        return "I28" if arguments.get("mean") == 1 and arguments.get("std") == 0.02 else None
    if seen.constant == 0:
        return "I1" if seen.info.role is ParameterRole.SHIFT or seen.following.added else None
    return "I11" if seen.constant == 1 else None


def _of_shift(seen: _Seen) -> str | None:
    return "I11" if seen.constant == 0 else None


def _of_slope(seen: _Seen) -> str | None:
    return "I11" if isinstance(seen.content, Constant) else None


def _of_recurrent_bias(seen: _Seen) -> str | None:
    part = seen.write.region is not None
    return "I13" if part and isinstance(seen.content, Constant) and seen.constant != 0 else None


def _of_bias(seen: _Seen) -> str | None:
    if seen.behind is None or seen.constant == 0:
        return None
    subject, node = seen.behind
    follows = None if node.weight is None else subject.following(node.weight)
    if follows is None:
        return None
    if follows.sampled:
        return _sampling(subject, node)
    if not isinstance(seen.content, Constant):
        return None
    if follows.gated and follows.activation == "sigmoid":
        return "I13"
    negative = seen.constant is None or seen.constant < 0
    return "I12" if follows.last and negative and follows.known else None


def _of_weight(seen: _Seen) -> str | None:
    if isinstance(seen.content, Random):
        gain = dict(seen.content.arguments).get("gain", 1.0)
        return (
            "I29" if seen.content.scheme == "orthogonal" and gain in (0.01, 1.0, 2**0.5) and seen.write.path else None
        )
    if seen.constant != 0 or seen.subject is None or seen.following is NOTHING_KNOWN:
        return None
    subject, follows = seen.subject, seen.following
    node = next((node for node in seen.nodes if node.kind != "parameter"), seen.nodes[0])
    if follows.sampled:
        return _sampling(subject, node)
    roles = parts_of(subject, node)
    if len(roles) > 1 and set(roles.values()) <= {Role.SHIFT, Role.SCALE, Role.GATE}:
        return "I4" if Role.GATE in roles.values() or not _couples(subject, node) else "I20"
    if follows.activation == "softmax" and shares_out(subject, node):
        return "I27"
    pair = _pair(seen, node)
    if pair is not None:
        return pair
    if follows.added:
        if _is_pointwise(seen):
            return "I2"
        normed = any(other.kind == "norm" for other in subject.graph.nodes)
        return "I19" if normed or seen.kind is not Kind.AFFINE or "Conv" not in (seen.info.layer or "") else "I7"
    if follows.multiplied and role_of(subject, node) is Role.GATE and follows.activation is None:
        return "I7"
    if follows.multiplied or follows.gated:
        return "I17" if follows.activation in BENT and is_added(subject, node) else None
    if follows.last and follows.known:
        layer_nodes = [other for other in subject.graph.nodes if other.kind in ("affine", "recurrent", "embedding")]
        return "I22" if len(layer_nodes) == 1 else "I6"
    return None


def _pair(seen: _Seen, node: Node) -> str | None:
    """Whether the layer is one of two that make a low-rank update, or an adapter."""
    subject = seen.subject
    assert subject is not None
    before, bent = layer_in_front(subject, node)
    if before is not None and before.weight is not None and seen.following.added:
        drawn = not isinstance(seen.trace.content(before.weight), Constant)
        if drawn and not bent and before.bias is None and node.bias is None:
            return "I3"
        if drawn and bent and _is_narrow(seen, before):
            return "I21"
    for reader in subject.graph.nodes:
        if reader.kind == "affine" and reader.weight is not None and reader.bias is None and node.bias is None:
            front, bent = layer_in_front(subject, reader)
            drawn = not isinstance(seen.trace.content(reader.weight), Constant)
            if front is not None and front.id == node.id and drawn and not bent and is_added(subject, reader):
                return "I3"
    return None


def _is_narrow(seen: _Seen, before: Node) -> bool:
    """Whether what a layer reads is made of more numbers than it reads."""
    inner = None if before.weight is None else seen.trace.parameters[before.weight].shape
    if inner is None or len(inner) != 2:
        return False
    width, read = inner
    return width is not None and read is not None and width < read


def _is_pointwise(seen: _Seen) -> bool:
    """Whether the weight is the kernel of a convolution that looks at one place alone."""
    shape = seen.info.shape
    return "Conv" in (seen.info.layer or "") and shape is not None and len(shape) > 2 and set(shape[2:]) == {1}


def _couples(subject: Subject, node: Node) -> bool:
    """Whether the part that scales goes through a function of its own first, as it does in a flow."""
    return activation_behind(subject, node) in BENT


def _sampling(subject: Subject, node: Node) -> str:
    """Which of the idioms of sampling it is: a grid made of a transform, or offsets."""
    stack, seen = [node.id], {node.id}
    while stack:
        for reader in subject.consumers[stack.pop()]:
            if reader.kind == "sample" and subject.graph.nodes[reader.inputs[0]].kind == "constant":
                return "I15"
            if reader.id not in seen:
                seen.add(reader.id)
                stack.append(reader.id)
    return "I8"


def _of_own(seen: _Seen) -> str | None:
    """A parameter of the program's own."""
    affine = [node for node in seen.nodes if node.kind == "affine"]
    if affine:
        return _of_weight(seen)
    if seen.subject is None or not isinstance(seen.content, Constant):
        return None
    shape = seen.info.shape
    uses = [node for node in seen.nodes if node.kind == "parameter"]
    if not uses:
        return None
    single = shape is not None and all(size == 1 for size in shape)
    vector = shape is None or len(shape) - shape.count(1) <= 1
    bent = {activation_behind(seen.subject, node) for node in uses}
    roles = {role_of(seen.subject, node) for node in uses}
    if vector and bent & {"exp", "softplus"}:
        return "I18"
    if single:
        if seen.constant == 0 and roles & {Role.GATE, Role.SCALE}:
            return "I17" if bent & BENT else "I7"
        return None
    if roles == {Role.GATE} and vector:
        return "I5" if seen.constant is None or abs(seen.constant) <= TINY else "I11"
    if roles == {Role.SCALE} and seen.constant == 1 and vector:
        return "I11"
    if shape is None:
        return None
    if len(shape) >= 3 and shape[0] == shape[1] == 1 and _stands_beside(seen, uses):
        return "I10"
    return "I9" if len(shape) >= 3 and shape[0] == 1 and roles == {Role.SHIFT} and seen.constant == 0 else None


def _is_position(seen: _Seen) -> bool:
    """Whether a parameter of the program's own is a table that is added to what it meets."""
    uses = [node for node in seen.nodes if node.kind == "parameter"]
    shape = seen.info.shape
    if seen.subject is None or not uses or shape is None or len(shape) < 3:
        return False
    return {role_of(seen.subject, node) for node in uses} == {Role.SHIFT}


def _stands_beside(seen: _Seen, uses: list[Node]) -> bool:
    """Whether a token is put beside others."""
    assert seen.subject is not None
    stack, known = [node.id for node in uses], set[int]()
    while stack:
        for reader in seen.subject.consumers[stack.pop()]:
            if reader.kind == "concat":
                return True
            if reader.kind in ("reshape", "permute", "choice") and reader.id not in known:
                known.add(reader.id)
                stack.append(reader.id)
    return False


_Test = Callable[[_Seen], bool]


def _has(*roles: ParameterRole) -> _Test:
    return lambda seen: seen.info.role in roles


TABLE: tuple[tuple[_Test, Callable[[_Seen], str | None]], ...] = (
    (_has(ParameterRole.GAIN), _of_gain),
    (_has(ParameterRole.SHIFT), _of_shift),
    (lambda seen: seen.kind is Kind.ACTIVATION, _of_slope),
    (lambda seen: seen.kind is Kind.RECURRENT and seen.info.role is ParameterRole.BIAS, _of_recurrent_bias),
    (_has(ParameterRole.BIAS), _of_bias),
    (lambda seen: seen.kind is not None and seen.info.role in (ParameterRole.WEIGHT, ParameterRole.TABLE), _of_weight),
    (lambda seen: seen.info.layer is None, _of_own),
)
"""Which question is asked of which parameter; the first that applies decides."""
