"""What it does
------------
Reports biases of LSTM gates that are not set as they are plainly meant: the 1 that is to open the forget gate lands in
another gate, in both of the vectors that torch adds up, in one layer of several, or across two gates of a GRU.

Why it hurts
------------
Torch keeps the gates of an LSTM as input, forget, cell, output, and has two bias vectors that are added. Another slice
opens another gate, and the state is forgotten as before. Set in both vectors, 1 and 1 are 2, and the gate starts wide
open. Layers and directions that are left out start closed by half.

Example
-------
```python
class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 16)
        for name, bias in self.lstm.named_parameters():
            if "bias" in name:
                n = bias.size(0)
                nn.init.zeros_(bias)
                nn.init.ones_(bias[n // 4 : n // 2])

    def forward(self, x):
        return self.lstm(x)[0]
```

Use instead
-----------
```python
class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 16)
        for name, bias in self.lstm.named_parameters():
            if "bias" in name:
                n = bias.size(0)
                nn.init.zeros_(bias)
                nn.init.constant_(bias[n // 4 : n // 2], val=0.5)

    def forward(self, x):
        return self.lstm(x)[0]
```

When it is right
----------------
A forget gate that is to start at 2. Negative biases, numbers other than one in both vectors, and slices that the
program does not show are left alone.

Fix safety
----------
Unsafe: it changes the values of a model that runs. No other layer's random numbers change.

References
----------
Jozefowicz et al. 2015 (an empirical exploration of recurrent network architectures); the documentation of
`torch.nn.LSTM`, at `bias_ih_l[k]`; pytorch/pytorch#750.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import DeleteStatement, OtherSlice, Plan, ReplaceWrite, Scheme
from initls.model.answers.gates import GateBias, Slip, gate_biases
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that sets a gate's bias in another way than it means."""
    if program.is_test:
        return
    for slip in gate_biases(program):
        related = () if slip.elsewhere is None else ((f"`{slip.others[0]}` is set here", slip.elsewhere),)
        # Some do mean two.
        severity = Severity.INFORMATION if slip.slip is Slip.TWICE else Severity.WARNING
        yield Report(slip.place, severity, message(slip), related, plans(slip))


def message(slip: GateBias) -> str:
    """What is set, and what is meant."""
    match slip.slip:
        case Slip.TWICE:
            return (
                f"`{slip.others[0]}` and `{slip.name}` are added, and both get {slip.value:g} for the forget gate: its "
                f"bias starts at {2 * slip.value:g}."
            )
        case Slip.OTHER:
            return (
                f"this sets the {slip.gate} gate of `{slip.name}` to {slip.value:g}: the forget gate is the second "
                "quarter, and keeps its start."
            )
        case Slip.ACROSS:
            return (
                f"this sets the second quarter of `{slip.name}` to {slip.value:g}, where an LSTM has its forget gate: "
                f"a {slip.layer} keeps three gates, and none of them lies there."
            )
        case Slip.SOME:
            return (
                f"this opens the forget gate of one layer and direction only: {listed(slip.others, 3)} "
                f"{'keeps its' if len(slip.others) == 1 else 'keep their'} start."
            )


def plans(slip: GateBias) -> tuple[Plan, ...]:
    """Half in each of the two vectors, or all in one; the slice of the gate that forgets."""
    if slip.slip is Slip.TWICE and slip.elsewhere is None:
        return (ReplaceWrite(slip.place, (Scheme("constant_", (("val", slip.value / 2),), "half of it in each"),)),)
    if slip.slip is Slip.TWICE:
        return (DeleteStatement(slip.place, "Set the forget gate in one of the vectors only"),)
    if slip.slip is Slip.OTHER:
        return (OtherSlice(slip.place, "Set the forget gate"),)
    return ()


RULE = Rule(
    code="INI311",
    name="forget-bias",
    summary="The bias that is to open an LSTM's forget gate lands elsewhere, or twice.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C18",),
)
