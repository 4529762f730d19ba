"""What it does
------------
Reports copies of a layer that start with the same weights: `copy.deepcopy(layer)` in a loop, and the layers of
`nn.TransformerEncoder` and `nn.TransformerDecoder`, which are copies of the one that they are given.

Why it hurts
------------
A stack of copies trains, since each layer gets a gradient of its own. But it starts from one draw where the recipe asks
for one each, and the documentation of `nn.TransformerEncoder` recommends to initialize its layers by hand.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(16, 2)
        self.encoder = nn.TransformerEncoder(layer, 3)
        nn.init.zeros_(layer.linear1.bias)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(16, 2)
        self.encoder = nn.TransformerEncoder(layer, 3)
        for p in self.encoder.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)
```

When it is right
----------------
Copies that are meant to be alike: experts that are split off a trained layer, the members of an average, a target
network. Because much working code starts this way, the rule is off by default.

Fix safety
----------
There is no fix: which weights are to be drawn anew, and how, is for the author to say.

References
----------
The documentation of `torch.nn.TransformerEncoder`. https://github.com/pytorch/pytorch/issues/72253
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.model.answers.twins import twins
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that makes such copies."""
    if program.is_test:
        return
    for found in twins(program):
        yield Report(
            found.place,
            Severity.INFORMATION,
            f"the copies that are made here start with the same weights: {listed(found.names, 3)} hold one draw.",
        )


RULE = Rule(
    code="INI324",
    name="identical-copies",
    summary="Copies of a layer start with the same weights.",
    documentation=__doc__,
    fixable=False,
    ask=ask,
    classes=("A13",),
)
