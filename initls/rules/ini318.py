"""What it does
------------
Reports a grouped or depthwise convolution that is drawn with `mode="fan_out"`, where no norm follows that would set the
size of its output anew.

Why it hurts
------------
Torch counts fan out as all output channels times the size of the kernel. In a convolution with groups an input reaches
the outputs of its own group alone, so that the count is too large by the number of groups, and the deviation too small
by its square root: 8 times in a depthwise convolution of 64 channels. Each such layer makes the signal so much smaller.

Example
-------
```python
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(64, 64, 3, padding=1, groups=64)
        self.pointwise = nn.Conv2d(64, 64, 1)
        nn.init.kaiming_normal_(self.depthwise.weight, mode="fan_out", nonlinearity="relu")
        nn.init.kaiming_normal_(self.pointwise.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.pointwise(torch.relu(self.depthwise(x)))
```

Use instead
-----------
```python
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(64, 64, 3, padding=1, groups=64)
        self.pointwise = nn.Conv2d(64, 64, 1)
        nn.init.kaiming_normal_(self.depthwise.weight, mode="fan_in", nonlinearity="relu")
        nn.init.kaiming_normal_(self.pointwise.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.pointwise(torch.relu(self.depthwise(x)))
```

When it is right
----------------
In front of a norm, as in most mobile nets; with `mode="fan_in"`, which torch counts for one group; where the fan out is
divided by the groups by hand.

Fix safety
----------
Unsafe: the model starts from other values. As many numbers are drawn as before.

References
----------
pytorch/pytorch#23854; huggingface/pytorch-image-models#84.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, ChangeArguments
from initls.knowledge.initializers import position
from initls.model.answers.draws import Draw, drawn_at
from initls.model.answers.signal import resized
from initls.model.traces.asking import KAIMING
from initls.model.traces.program import Program
from initls.rules.drawing import others
from initls.rules.rule import Report, Rule
from initls.settings import Settings

FEW = 4
"""The most groups for which the factor is too small to matter: its square root."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that counts the outputs of all groups."""
    for at in drawn_at(program):
        found = [draw for draw in at.draws if _overcounts(draw)]
        if not found:
            continue
        draw = found[0]
        # What is right for one layer of a visitor is not for the next, so that the mode changes for all or for none.
        plain = len(found) == len(at.draws) and not draw.write.place.foreign
        mode = Argument("mode", position(f"{draw.drawn.scheme}_", "mode"), value="fan_in", anyhow=True)
        change = ChangeArguments(at.place, (mode,), "Count the inputs: mode fan_in", Applicability.UNSAFE)
        yield Report(
            at.place,
            Severity.WARNING,
            message(draw) + others([one.name for one in found if one.trace is draw.trace]),
            plans=(change,) if plain or _all_convolutions(at.draws) else (),
        )


def _overcounts(draw: Draw) -> bool:
    if draw.own or draw.transposed or draw.drawn.scheme not in KAIMING or draw.arguments.get("mode") != "fan_out":
        return False
    groups = draw.groups
    if (groups is not None and groups <= FEW) or (groups is None and not draw.depthwise):
        return False
    uses = list(draw.uses())
    return bool(uses) and not any(resized(subject, node) for subject, node in uses)


def _all_convolutions(draws: tuple[Draw, ...]) -> bool:
    """Whether fan in suits all that is drawn at a place as well, as it does where no layer is transposed."""
    return not any(draw.transposed or draw.own or draw.write.place.foreign for draw in draws)


def message(draw: Draw) -> str:
    """What is counted, and what it comes to."""
    groups = draw.groups
    outputs = draw.argument("out_channels")
    if groups is None or outputs is None:
        return (
            f"`{draw.name}` is drawn with mode fan_out, which counts all outputs of a depthwise convolution, though "
            "each input reaches but its own: its deviation is too small by the square root of their number."
        )
    reached = outputs // groups
    return (
        f"`{draw.name}` is drawn with mode fan_out, which counts all {outputs} outputs, though in {groups} groups each "
        f"input reaches {reached}: its deviation is {math.sqrt(groups):.1f} times too small."
    )


RULE = Rule(
    code="INI318",
    name="fan-out-of-groups",
    summary="The fan out of a grouped convolution is counted over all groups.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C13",),
)
