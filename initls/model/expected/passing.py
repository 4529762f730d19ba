"""A forward pass under way: what its steps have come to so far, and what its layers hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field

from initls.model.expected.held import Held, held
from initls.model.expected.unrolled import Unrolled
from initls.model.expected.values import Assumed, Expected, Signal, Unsure
from initls.model.state.flow import Node
from initls.model.traces.trace import Trace


class Pass(Struct, dict=True):
    """One forward pass under way."""

    trace: Trace
    steps: Unrolled
    assumed: Assumed
    found: list[Expected] = field(default_factory=list)

    @cached_property
    def draws(self) -> Mapping[int, tuple[int, ...]]:
        """For each layer's step the draw that its weight holds, and its round; copies have one and the same."""
        owned: dict[int, tuple[int, ...]] = {}
        for number in {step.node.weight for step in self.steps.steps if step.node.kind == "affine"}:
            ways = [way for way in self.trace.final.get(-1 if number is None else number, ()) if way.likely]
            if number is not None and len(ways) == 1:
                owned[number] = tuple(write.order for write in ways[0].writes)
        many = Counter(owned.values())
        return {
            step.id: (*draw, -1 - step.round if many[draw] == 1 else 0)
            for step in self.steps.steps
            if step.node.kind == "affine"
            and (draw := owned.get(step.node.weight if step.node.weight is not None else -1)) is not None
        }

    def held(self, number: int | None, otherwise: float) -> Held | Unsure:
        """The moments of a parameter; of one that is not there, a constant."""
        return Held(otherwise, 0.0) if number is None else held(self.trace, number)

    def arguments(self, node: Node) -> Mapping[str, object]:
        """What is known of the constructor's arguments of the module that a node calls, or of the call itself."""
        if node.module is None or node.module >= len(self.trace.modules):
            return dict(node.settings)
        return self.trace.modules[node.module].arguments

    def layer(self, node: Node) -> str:
        """The name of torch's layer that a node calls, or of the function."""
        if node.module is None or node.module >= len(self.trace.modules):
            return node.name
        return self.trace.modules[node.module].layer or node.name

    def positions(self, signal: Signal) -> int | None:
        """How many positions a signal has; those of a sequence where nothing has told so far."""
        return self.assumed.tokens if signal.sides is None else signal.positions


def base_of(work: Pass, signal: Signal) -> Signal:
    """The normal numbers that a signal is a function of."""
    found = work.found[signal.base] if 0 <= signal.base < len(work.found) else signal
    return found if isinstance(found, Signal) else signal
