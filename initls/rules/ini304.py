"""What it does
------------
Reports a slope that does not reach the initializer, or that it takes no notice of: a Kaiming initializer in front of
`nn.LeakyReLU(0.2)` that is not given `a=0.2`, or one that is given an `a` together with a nonlinearity that has no
slope. Off by default.

Why it hurts
------------
The gain of a leaky rectifier hangs on its slope: 1.41 without one, 1.39 with 0.2, 1.26 with 0.5. The difference is
small for usual slopes, so that this is a matter of care rather than of training. An `a` beside `nonlinearity="relu"`
says that something was meant which does not happen.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 32, 3)
        self.act = nn.LeakyReLU(0.2)
        nn.init.kaiming_normal_(self.conv.weight)

    def forward(self, x):
        return self.act(self.conv(x))
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(16, 32, 3)
        self.act = nn.LeakyReLU(0.2)
        nn.init.kaiming_normal_(self.conv.weight, a=0.2, nonlinearity="leaky_relu")

    def forward(self, x):
        return self.act(self.conv(x))
```

When it is right
----------------
For slopes of up to 0.05, whose gain is that of ReLU to three digits; for slopes that the program does not show.

Fix safety
----------
Unsafe: the model starts from other values. As many numbers are drawn as before.

References
----------
He et al. 2015, arXiv:1502.01852, equation 15; creatis-myriad/ASCENT#161.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, ChangeArguments, Plan, ReplaceWrite, Scheme
from initls.knowledge.initializers import position
from initls.model.answers.draws import Draw, drawn_at
from initls.model.answers.signal import way
from initls.model.state.events import Initialized
from initls.model.state.values import Known
from initls.model.traces.asking import KAIMING
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings

LEAST = 0.05
"""The largest difference of two slopes that is passed over."""

WITHOUT_SLOPE = frozenset({"relu", "linear", "tanh", "sigmoid", "selu"})
"""Nonlinearities that take no slope."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place whose slope differs from that of what follows, or has no effect."""
    if program.is_test:
        return
    told: set[Place] = set()
    for at in drawn_at(program):
        found = [(draw, missed) for draw in at.draws if (missed := _missed(draw)) is not None]
        if found and len({missed for _, missed in found}) == 1 and len(found) == len(at.draws):
            told.add(at.place)
            yield _mismatch(at.place, *found[0])
    for _, event in program.events(Initialized):
        slope, name = event.arguments.get("a"), event.arguments.get("nonlinearity")
        if event.place in told or event.place.foreign or not event.likely or "a" not in event.given:
            continue
        if not isinstance(slope, Known) or not isinstance(name, Known) or name.value not in WITHOUT_SLOPE:
            continue
        if isinstance(slope.value, int | float) and slope.value != 0 and not slope.soft:
            told.add(event.place)
            function = event.function.rpartition(".")[2]
            change = Argument("a", position(function, "a"), removed=True)
            title = "Take out the slope that has no effect"
            yield Report(
                event.place,
                Severity.INFORMATION,
                f"a={slope.value:.3g} has no effect: nonlinearity '{name.value}' takes no slope.",
                plans=(ChangeArguments(event.place, (change,), title, Applicability.UNSAFE),),
            )


def _slope(draw: Draw) -> float | None:
    """The slope that a draw takes into account, where it is shown."""
    slope, name = draw.arguments.get("a"), draw.arguments.get("nonlinearity")
    if name == "relu":
        return 0.0
    return float(slope) if name == "leaky_relu" and isinstance(slope, int | float) else None


def _missed(draw: Draw) -> float | None:
    """The slope of the rectifier behind a matrix, where the draw takes another one into account."""
    taken = _slope(draw) if draw.drawn.scheme in KAIMING else None
    ways = [way(subject, node) for subject, node in draw.uses()]
    slopes = {met.slope for met in ways if met.activation == "leaky_relu"}
    if taken is None or len(slopes) != 1 or any(met.activation != "leaky_relu" for met in ways):
        return None
    slope = slopes.pop()
    return slope if slope is not None and abs(slope - taken) > LEAST and abs(slope) < 1 and abs(taken) < 1 else None


def _mismatch(place: Place, draw: Draw, slope: float) -> Report:
    mode = draw.arguments.get("mode")
    kept = (("mode", mode),) if isinstance(mode, str) and mode != "fan_in" else ()
    scheme = Scheme(
        f"{draw.drawn.scheme}_",
        (("a", round(slope, 4)), *kept, ("nonlinearity", "leaky_relu")),
        f"LeakyReLU follows with slope {slope:g}",
    )
    plans: tuple[Plan, ...] = () if draw.write.place.foreign else (ReplaceWrite(place, (scheme,)),)
    return Report(
        place,
        Severity.INFORMATION,
        f"`{draw.name}` is drawn for a slope of {_slope(draw):g}, but LeakyReLU follows with slope {slope:g}.",
        plans=plans,
    )


RULE = Rule(
    code="INI304",
    name="missed-slope",
    summary="The slope of a leaky rectifier does not reach the initializer.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C6",),
)
