"""What a constant weight means for the training of its layer, as far as it can be shown."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from initls.knowledge import layers
from initls.knowledge.layers import Kind
from initls.knowledge.parameters import Role
from initls.model.answers.roles import is_lowered
from initls.model.state.contents import Constant, Repeated
from initls.model.state.flow import NOTHING_KNOWN, SCORES, SHARED_OUT, Following
from initls.model.traces.trace import Subject, Trace
from initls.model.training.training import Outlook


class Fate(Enum):
    """What becomes of a weight that is constant when training starts."""

    DEAD = "dead"
    """It is zero, and shown never to get a gradient, because of what stands behind it."""
    STARVED = "starved"
    """It is shown never to get a gradient, because nothing but zero ever reaches it."""
    PARTLY = "partly dead"
    """It is zero, its units go different ways, and some of them are shown never to get a gradient."""
    SYMMETRIC = "symmetric"
    """Its units are shown never to differ."""
    COSTLY = "costly"
    """It can train, but starts with equal units between layers that are not."""
    EQUAL = "equal"
    """Its units start equal; what that costs depends on what is not known here."""
    HARMLESS = "harmless"
    """A known idiom, or a place where a zero does no harm."""
    NOT_SHOWN = "not shown"
    """Zero, in a place that the analysis does not follow."""


class Judgement(Struct, frozen=True):
    """The fate of one weight, with what it rests on."""

    fate: Fate
    held: Constant | Repeated
    following: Following
    subject: Subject | None = None


def judge(trace: Trace, parameter: int) -> Judgement | None:
    """The fate of a parameter whose units are equal at the end of a trace; None for any other."""
    content = trace.content(parameter)
    if not isinstance(content, Constant | Repeated) or parameter in trace.frozen:
        return None
    found = trace.outlook(parameter)
    following = trace.following(parameter)
    if found is None:
        zero = is_zero(content)
        if zero and (trace.has_forward or not trace.parameters[parameter].layer):
            return Judgement(Fate.NOT_SHOWN, content, following)
        return Judgement(Fate.EQUAL, content, following)
    subject, outlook = found
    fate = _fate(trace, parameter, content, following, outlook)
    if fate is Fate.COSTLY and is_zero(content):
        nodes = subject.graph.of_weight(parameter)
        fate = Fate.HARMLESS if any(is_lowered(trace, subject, node) for node in nodes) else fate
    return Judgement(fate, content, following, subject)


def is_zero(content: Constant | Repeated) -> bool:
    """Whether it is zero everywhere."""
    return isinstance(content, Constant) and content.value == 0


def _is_vector(trace: Trace, parameter: int) -> bool:
    """Whether a matrix of the program's own has but one row or column, and so no units that could be equal."""
    info = trace.parameters[parameter]
    return info.layer is None and info.shape is not None and sum(length != 1 for length in info.shape) < 2


def _fate(trace: Trace, parameter: int, content: Constant | Repeated, following: Following, outlook: Outlook) -> Fate:
    proven = parameter not in trace.outside and trace.incomplete is None
    if isinstance(content, Repeated) and not outlook.symmetric_at_start:
        return Fate.HARMLESS  # It is not the units that are copies of each other, or but one.
    if outlook.dead and proven and outlook.weight_is_zero:
        return Fate.DEAD if outlook.blocked else Fate.STARVED
    if outlook.dead_parts and proven and outlook.weight_is_zero:
        return Fate.PARTLY
    if parameter_is_gain(trace, parameter):
        return Fate.HARMLESS  # A gain multiplies each unit by itself: equal ones are what a norm starts with.
    if outlook.symmetric and proven and not outlook.dead:
        return Fate.SYMMETRIC
    if (not outlook.symmetric_at_start or _is_vector(trace, parameter)) and not outlook.dead:
        return Fate.HARMLESS  # There is but one unit, which has no other to be equal to.
    if following is NOTHING_KNOWN:
        return Fate.NOT_SHOWN if is_zero(content) else Fate.EQUAL
    table = trace.parameters[parameter].role is Role.TABLE
    set_apart = following.added or following.multiplied or following.sampled or following.activation == "softmax"
    if is_zero(content):
        if following.last or set_apart or following.gated or not following.known:
            return Fate.HARMLESS
        if table or following.activation is None:
            return Fate.HARMLESS
        return Fate.COSTLY
    if table or following.last or set_apart or not following.known:
        return Fate.EQUAL
    return Fate.COSTLY


JUDGED_KINDS = frozenset({Kind.AFFINE, Kind.EMBEDDING, Kind.ATTENTION})
"""Layers whose weights are judged one by one."""


def is_weight(trace: Trace, parameter: int) -> bool:
    """Whether a parameter is the matrix or table of a layer of torch."""
    info = trace.parameters[parameter]
    layer = layers.layer(info.layer) if info.layer else None
    return layer is not None and layer.kind in JUDGED_KINDS and info.role in (Role.WEIGHT, Role.TABLE)


def parameter_is_gain(trace: Trace, parameter: int) -> bool:
    """Whether a parameter is what a norm multiplies its output with."""
    return trace.parameters[parameter].role is Role.GAIN


def is_recurrent_weight(trace: Trace, parameter: int) -> bool:
    """Whether a parameter is a matrix of a recurrent layer."""
    info = trace.parameters[parameter]
    layer = layers.layer(info.layer) if info.layer else None
    return layer is not None and layer.kind is Kind.RECURRENT and info.role is Role.WEIGHT


def is_own_matrix(trace: Trace, parameter: int) -> bool:
    """Whether a parameter is the program's own and some forward pass multiplies with it as a matrix."""
    info = trace.parameters[parameter]
    if info.layer is not None or not info.trainable:
        return False
    if info.shape is not None and len(info.shape) < 2:
        return False
    for subject in trace.subjects:
        for node in subject.graph.of_weight(parameter):
            if node.kind == "affine":
                return True
            readers = subject.consumers[node.id] if node.kind == "parameter" else []
            turned = [reader for r in readers if r.kind == "permute" for reader in subject.consumers[r.id]]
            # Keys and values that are handed to attention are tokens, not the matrix of a layer.
            products = [reader for reader in (*readers, *turned) if reader.kind == "matmul"]
            if any(reader.name not in (SCORES, SHARED_OUT) for reader in products):
                return True
    return False
