"""What it does
------------
Reports a random initializer of Keras or Flax that is made without any spread, where a layer uses it:
`RandomNormal(stddev=0.0)`, `RandomUniform(0.1, 0.1)`, `nn.initializers.normal(0.0)`; and a `VarianceScaling` of Keras
with a scale that is not positive, which raises.

Why it hurts
------------
Such an initializer draws nothing, and the weight is one constant. The line looks like an initialization and is none.

Example
-------
```python
import keras
from keras import layers

start = keras.initializers.RandomNormal(mean=0.1, stddev=0.0)
model = keras.Sequential(
    [
        keras.Input(shape=(8,)),
        layers.Dense(64, activation="tanh", kernel_initializer=start),
        layers.Dense(4),
    ]
)
```

Use instead
-----------
```python
import keras
from keras import layers

start = keras.initializers.GlorotUniform()
model = keras.Sequential(
    [
        keras.Input(shape=(8,)),
        layers.Dense(64, activation="tanh", kernel_initializer=start),
        layers.Dense(4),
    ]
)
```

Severity
--------
*Error* where the line raises, where the kernel never gets a gradient, or where its units can never differ.
*Information* where a constant does no harm, as in a last layer; else *warning*.

When it is right
----------------
Where the spread is an argument or a setting, and in test files, of which nothing is said. Where a constant is meant,
`Constant` and `zeros` say it more plainly.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs.

References
----------
The documentation of `keras.initializers` and of `jax.nn.initializers`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.model.state.events import DeclaredSpread, Lot
from initls.model.traces.program import Program
from initls.rules.declaring import number, repair, worst
from initls.rules.rule import Report, Rule
from initls.settings import Settings

SEVERITY: dict[Lot, Severity] = {
    "dead": Severity.ERROR,
    "symmetric": Severity.ERROR,
    "costly": Severity.WARNING,
    "equal": Severity.WARNING,
    "not shown": Severity.WARNING,
    "harmless": Severity.INFORMATION,
}


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each random initializer that draws nothing."""
    if program.is_test:
        return
    for place, found in program.happenings(DeclaredSpread):
        lot = worst(event.lot for _, event in found)
        event = next(event for _, event in found if event.lot == lot)
        if event.likely and (event.raises or lot in SEVERITY):
            severity = Severity.ERROR if event.raises else SEVERITY[lot]
            yield Report(place, severity, message(event), plans=repair(place, event, settings, None, None))


def message(event: DeclaredSpread) -> str:
    """What the call really does."""
    if event.raises:
        return f"`{event.initializer}` takes no `{event.argument}` that is not positive: this raises a ValueError."
    without = f"with equal {event.argument}" if "`" in event.argument else f"with {event.argument}=0"
    starts = f"the `{event.layer}` that uses it starts with {number(event.value)}"
    start = f"`{event.initializer}` {without} draws nothing: {starts}"
    match event.lot:
        case "dead":
            return f"{start} everywhere, and what follows lets no gradient back: it never changes."
        case "symmetric":
            return f"{start} everywhere, and so does what reads it: its units can never differ."
        case _:
            return f"{start} everywhere."


RULE = Rule(
    code="INI502",
    name="declared-without-spread",
    summary="A random initializer of Keras or Flax is given no spread and draws nothing.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
)
