"""Which parameters ask for the forward pass to be read.

Following it is the dearest thing that a trace does. So it is done where its answer can matter alone: for a matrix that
is left constant, and for one that is drawn in a way that is wrong in front of one thing and right in front of another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from initls.knowledge import layers
from initls.knowledge.layers import Kind
from initls.knowledge.parameters import Role
from initls.model.machine.machine import ModuleInfo, ParameterInfo, Run
from initls.model.state.contents import Constant, Random, Repeated
from initls.model.state.events import Event, Initialized
from initls.model.state.regions import Quantity
from initls.model.state.state import Alternative, agreed
from initls.model.state.values import Unknown
from initls.pattern import pattern

KAIMING = frozenset({"kaiming_uniform", "kaiming_normal"})
XAVIER = frozenset({"xavier_uniform", "xavier_normal"})

FEWEST_LAYERS = 6
"""Layers in a row from which on a gain that is a little off counts."""


def constant_matrix(run: Run, number: int, ways: tuple[Alternative, ...]) -> bool:
    """Whether a parameter is a matrix that the program leaves constant or fills with copies of one row, or the gain of
    a norm that it sets to zero.
    """
    info = run.parameters[number]
    if info.role is Role.GAIN:
        held = agreed(ways)
        return isinstance(held, Constant) and held.value == 0
    own = info.layer is None and (info.shape is None or len(info.shape) > 1)
    if not info.trainable or not (own or info.role in (Role.WEIGHT, Role.TABLE)):
        return False
    return isinstance(agreed(ways), Constant | Repeated) and any(w.explicit for way in ways for w in way.writes)


STARTING = pattern(r"ada_?ln|modulation|lora", re.IGNORECASE)
"""Names of layers that are built to start at zero, as some of them should be."""


def may_start_at_zero(run: Run) -> bool:
    """Whether a model has layers that may be built to start at zero."""
    return any(STARTING.search(name) for held in run.now.objects.values() for name in held.values)


DEPTH = pattern(r"(?:^|[._])(?:n|num|nb|number_of)?_?(?:\w+_)?(?:layers?|depth|blocks?)$")
"""How programs name the number of their blocks."""


def depth_of(event: Event) -> Quantity | None:
    """The number of blocks by whose square root a draw is made smaller, where its deviation is that."""
    deviation = event.arguments.get("std") if isinstance(event, Initialized) else None
    root = deviation.root if isinstance(deviation, Unknown) else None
    return root if root is not None and DEPTH.search(root.name) else None


def scales_with_depth(run: Run) -> bool:
    """Whether a run draws anything so that it is the smaller the more blocks there are."""
    return any(depth_of(event) is not None for event in run.events)


def drawn_matrices(run: Run, final: Mapping[int, tuple[Alternative, ...]]) -> frozenset[int]:
    """The matrices whose draw has to be judged by what they feed."""
    drawn: list[tuple[ParameterInfo, ModuleInfo | None, Random]] = []
    for number, ways in final.items():
        info = run.parameters[number]
        content = agreed(ways) if is_matrix(info) else None
        if isinstance(content, Random) and any(way.writes[-1].explicit for way in ways):
            drawn.append((info, run.modules[info.owner] if info.owner is not None else None, content))
    if not drawn:
        return frozenset()
    leaks = _leaks(run)
    asking = {info.id for info, module, content in drawn if _asks(info, module, content, leaks=leaks)}
    if _is_plain(run):
        inside = [(info, module) for info, module, _ in drawn if info.layer is not None and module is not None]
        if sum(module.times for _, module in inside) >= FEWEST_LAYERS - 1:
            asking.update(info.id for info, _ in inside)
    return frozenset(asking)


def _asks(info: ParameterInfo, module: ModuleInfo | None, drawn: Random, *, leaks: bool) -> bool:
    """Whether one matrix by itself asks."""
    if unscaled(drawn):
        return True
    arguments = dict(drawn.arguments)
    if info.layer is None:
        fans = drawn.scheme in KAIMING and arguments.get("mode") in ("fan_in", "fan_out")
        return fans or (drawn.scheme in KAIMING | XAVIER and info.shape is not None and len(info.shape) > 2)
    if drawn.scheme not in KAIMING or module is None:
        return False
    if "ConvTranspose" in info.layer:
        return module.arguments.get("in_channels") != module.arguments.get("out_channels")
    if module.arguments.get("groups", 1) != 1 or "groups" in module.quantities:
        return arguments.get("mode") == "fan_out"
    return arguments.get("nonlinearity") in ("leaky_relu", "relu") and leaks


def unscaled(drawn: Random) -> bool:
    """Whether a draw is a sampler's own: a standard normal, or uniform from 0 to 1, whatever the size of the matrix."""
    arguments = dict(drawn.arguments)
    if "scaled" in arguments:
        return False
    if drawn.scheme == "normal":
        return arguments.get("std", 1.0) == 1 and arguments.get("mean", 0.0) == 0
    if drawn.scheme == "uniform":
        low, high = arguments.get("a", arguments.get("from", 0.0)), arguments.get("b", arguments.get("to", 1.0))
        return low == 0 and high == 1
    return False


def is_matrix(info: ParameterInfo) -> bool:
    """Whether a parameter is the matrix of a layer, or may be one of the program's own."""
    if not info.trainable:
        return False
    if info.layer is None:
        return info.shape is None or len(info.shape) > 1
    layer = layers.layer(info.layer)
    return layer is not None and layer.kind is Kind.AFFINE and info.role is Role.WEIGHT


def _is_plain(run: Run) -> bool:
    """Whether no norm was made, as far as is known."""
    for info in run.modules:
        layer = layers.layer(info.layer or "")
        if layer is not None and layer.kind is Kind.NORM:
            return False
    return True


def _leaks(run: Run) -> bool:
    """Whether there is a leaky rectifier whose slope counts."""
    slopes = (info.arguments.get("negative_slope") for info in run.modules if info.layer == "torch.nn.LeakyReLU")
    return any(isinstance(slope, int | float) and slope > 0.01 for slope in slopes)
