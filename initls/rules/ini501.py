"""What it does
------------
Reports a `Dense`, `Linear` or convolution of Keras or Flax whose kernel is declared to start with one and the same
number: `kernel_initializer="zeros"`, `keras.initializers.Constant(0.1)`, `kernel_init=nn.initializers.ones`.

Why it hurts
------------
Biases start at zero in these frameworks. So behind a kernel of zeros there is nothing but zero; ReLU has no slope
there, no gradient comes back, and the layer stays as it is for ever. Between two constant kernels all units get equal
gradients and never differ: a layer of a thousand units learns what one could.

Example
-------
```python
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input(shape=(8,)),
        layers.Dense(64, activation="relu", kernel_initializer="zeros"),
        layers.Dense(4),
    ]
)
```

Use instead
-----------
```python
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input(shape=(8,)),
        layers.Dense(64, activation="relu", kernel_initializer="he_normal"),
        layers.Dense(4),
    ]
)
```

Severity
--------
*Error* where it is shown that the kernel never gets a gradient, or that units can never differ: biases, activations and
all that reads the layer are taken into account. *Warning* where the layer sits between random ones and only starts
equal. *Information* on a last layer of a number other than zero.

When it is right
----------------
A zero last layer, a model of one layer, a zero layer whose output is added to something or multiplied with it, and
weights that are loaded or set before training; of these nothing is said. Nor of what is not shown: layers whose calls
are not followed, initializers that come as arguments, and test files.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs.

References
----------
Goodfellow, Bengio and Courville, *Deep Learning*, section 8.4; He et al. 2015, arXiv:1502.01852;
Glorot and Bengio 2010.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.model.state.events import DeclaredConstant, Lot
from initls.model.traces.program import Program
from initls.rules.declaring import number, repair, worst
from initls.rules.rule import Report, Rule
from initls.settings import Settings

SEVERITY: dict[Lot, Severity] = {
    "dead": Severity.ERROR,
    "symmetric": Severity.ERROR,
    "costly": Severity.WARNING,
    "equal": Severity.INFORMATION,
}
"""How loud each lot is; the others are not reported."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each layer that is declared constant."""
    if program.is_test:
        return
    for place, found in program.happenings(DeclaredConstant):
        lot = worst(event.lot for _, event in found)
        event = next(event for _, event in found if event.lot == lot)
        if lot in SEVERITY and event.likely:
            plans = repair(place, event, settings, event.argument, event.position)
            yield Report(place, SEVERITY[lot], message(event), related=event.beside[:4], plans=plans)


def message(event: DeclaredConstant) -> str:
    """What happens to the layer."""
    start = f"the kernel of this `{event.layer}` is {number(event.value)} everywhere"
    match event.lot:
        case "dead":
            return f"{start}, and what follows lets no gradient back: it never changes."
        case "symmetric":
            return (
                f"{start}, and so is what reads it: all units of the layer get the same gradient and can never differ."
            )
        case "costly":
            return (
                f"{start} when training starts: all units of the layer start as copies of each other, and learn as one "
                "until what surrounds them pulls them apart."
            )
        case _:
            return f"{start} when training starts: all units of the layer start equal."


RULE = Rule(
    code="INI501",
    name="declared-constant",
    summary="A layer of Keras or Flax is told to start with one constant.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
)
