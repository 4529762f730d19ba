"""What it does
------------
Reports a test that is meant to ask whether a layer has a bias, and asks something else: `if hasattr(m, "bias"):` in
front of a write to a bias that is None, and `if m.bias:`, which asks for the truth of a tensor.

Why it hurts
------------
Every linear layer, convolution and norm has the attribute, those without a bias too: it holds None there, and the write
raises `AttributeError`. And a tensor of more than one element is neither true nor false: to ask raises `RuntimeError`.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, bias=False)
        for m in self.modules():
            if hasattr(m, "bias"):
                m.bias.data.zero_()
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, bias=False)
        for m in self.modules():
            if getattr(m, "bias", None) is not None:
                m.bias.data.zero_()
```

When it is right
----------------
`hasattr` in a model all of whose layers have biases is not reported, nor is it where `is not None` is asked besides.

Fix safety
----------
Safe: the code raises today.

References
----------
https://github.com/open-mmlab/mmdetection/issues/91
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import AskForNone
from initls.model.state.events import NothingThere, TruthAsked
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed, made, missing
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each test that surely asks the wrong question."""
    if not program.is_test:
        yield from _had(program)
        yield from _truths(program)


def _had(program: Program) -> Iterator[Report]:
    """Tests by `hasattr` that have found a None."""
    found: dict[Place, list[tuple[Trace, NothingThere]]] = {}
    for trace, event in program.events(NothingThere):
        if event.asked is None or event.asked.foreign:
            continue
        if event.likely and event.certain and not event.caught:
            found.setdefault(event.asked, []).append((trace, event))
    for place, met in found.items():
        first = [(trace, event) for trace, event in met if trace is met[0][0]]
        event = first[0][1]
        names = list(dict.fromkeys(missing(*one) for one in first))
        is_ = "is" if len(names) == 1 else "are"
        yield Report(
            place,
            Severity.ERROR,
            f'`hasattr({event.written}, "{event.name}")` is true of layers without a {event.name} too: '
            f"{listed(names, 3)} {is_} None, and what follows raises AttributeError.",
            related=made(first),
            plans=(AskForNone(place, event.written, event.name),),
        )


def _truths(program: Program) -> Iterator[Report]:
    """Tests of the truth of a tensor; what is surely known of one trace goes before what another only shows in part."""
    for place, met in program.happenings(TruthAsked):
        found = [(known, trace, event) for trace, event in met if (known := _all_several(trace, event)) is not False]
        found.sort(key=lambda one: one[0] is None)
        if not found:
            continue
        known, trace, event = found[0]
        surely = known and event.sure and event.likely and event.certain
        there = "" if event.sure else " where it is there"
        names = listed([trace.names.get(ref.id, event.written) for ref in event.targets], 3)
        size = "" if known else " in any but the smallest model"
        yield Report(
            place,
            Severity.ERROR if surely else Severity.WARNING,
            f"`{event.written}` is a tensor{there}, and one of several elements, as {names} is{size}, is "
            f"neither true nor false: this raises RuntimeError.",
            plans=(AskForNone(place, event.written),) if place == event.place else (),
        )


def _all_several(trace: Trace, event: TruthAsked) -> bool | None:
    """Whether all tensors that a test may have met have several elements; None where the model's widths decide."""
    if event.caught or not event.targets:
        return False
    answers = {_several(trace, ref.id) for ref in event.targets}
    return answers.pop() if len(answers) == 1 else False if False in answers else None


def _several(trace: Trace, parameter: int) -> bool | None:
    """Whether a tensor has more than one element, or none; None for that of a layer whose width is not shown."""
    info = trace.parameters[parameter]
    if info.shape is None:
        return False
    if None in info.shape:
        return False if info.layer is None else None
    return math.prod(size for size in info.shape if size is not None) != 1


RULE = Rule(
    code="INI411",
    name="truth-of-bias",
    summary="A test for a bias asks for an attribute that is always there, or for the truth of a tensor.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D12",),
)
