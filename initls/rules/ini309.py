"""What it does
------------
Reports `xavier_*_`, `orthogonal_` and `kaiming_*_` with `fan_out` on a tensor that holds several matrices one below the
other: the query, key and value of `nn.MultiheadAttention` in `in_proj_weight`, the gates of `nn.LSTM` and `nn.GRU`.

Why it hurts
------------
The initializer takes them for one matrix. Glorot's rule counts three or four times the outputs that each has, and draws
less than it would for one; an orthogonal matrix cut into gates gives gates that are not orthogonal.

Example
-------
```python
class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 16)
        nn.init.orthogonal_(self.lstm.weight_hh_l0)

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
        for gate in self.lstm.weight_hh_l0.chunk(4):
            nn.init.orthogonal_(gate)

    def forward(self, x):
        return self.lstm(x)[0]
```

When it is right
----------------
Often enough: torch itself draws `in_proj_weight` as one matrix, and many a recurrent net was trained from one
orthogonal block. So the rule is off unless it is asked for. A gain that makes up for the parts, and parts that are
initialized one by one, are left alone.

Fix safety
----------
Unsafe: it changes the values of a model that runs. As many numbers are drawn as before, part by part perhaps in another
order; with a gain the same numbers are scaled.

References
----------
Glorot and Bengio 2010; Saxe et al. 2014 (orthogonal), arXiv:1312.6120; pytorch/pytorch#166378; keras-team/keras#9149.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, ChangeArguments, InitializeParts, Plan
from initls.knowledge.initializers import position
from initls.model.answers.packed import PackedDraw, packed_draws
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that takes packed matrices for one."""
    if program.is_test:
        return
    for draw in packed_draws(program):
        yield Report(draw.place, Severity.INFORMATION, message(draw), plans=plans(draw))


def message(draw: PackedDraw) -> str:
    """What is taken for one, and what comes of it."""
    one = len(draw.names) == 1
    part = _part(draw)
    start = (
        f"{listed(draw.names, 3)} {'holds' if one else 'hold'} {draw.parts} {part}s one below the other, and "
        f"{draw.scheme}_ takes {'it' if one else 'each'} for one matrix: "
    )
    if draw.scheme == "orthogonal":
        return f"{start}no {part} is orthogonal by itself."
    if draw.share is None:
        return f"{start}it counts the outputs of all {draw.parts} together."
    return f"{start}its spread is {draw.share:.2f} of what each {part} would get by itself."


def _part(draw: PackedDraw) -> str:
    return "gate" if draw.gates else "part"


def plans(draw: PackedDraw) -> tuple[Plan, ...]:
    """The same call for each part, or with a gain that makes up for them, where nothing else comes by."""
    if not draw.alone:
        return ()
    apart = InitializeParts(draw.place, draw.parts, _part(draw))
    if draw.gain is None:
        return (apart,)
    change = Argument("gain", position(f"{draw.scheme}_", "gain"), value=draw.gain, anyhow=True)
    title = f"Draw with gain={draw.gain:.5g}, which makes up for {draw.parts} {_part(draw)}s in one"
    return (apart, ChangeArguments(draw.place, (change,), title, Applicability.UNSAFE))


RULE = Rule(
    code="INI309",
    name="packed-weight",
    summary="Several matrices packed into one tensor are initialized as one.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C14",),
)
