"""What it does
------------
Reports a layer of Keras that starts with exactly the numbers of another one, because both are given one initializer
object, or two of the same seed.

Why it hurts
------------
In Keras 3 an initializer draws the same numbers each time it is used for the same shape, whether it was given a seed or
not. Layers that share it and have one shape start as copies. Where both read the same tensor they compute the same
thing, as two heads of an ensemble should not.

Example
-------
```python
import keras
from keras import layers

draw = keras.initializers.HeNormal()
inputs = keras.Input(shape=(8,))
left = layers.Dense(16, activation="relu", kernel_initializer=draw)(inputs)
right = layers.Dense(16, activation="relu", kernel_initializer=draw)(inputs)
model = keras.Model(inputs, layers.Concatenate()([left, right]))
```

Use instead
-----------
```python
import keras
from keras import layers

inputs = keras.Input(shape=(8,))
left = layers.Dense(16, activation="relu", kernel_initializer="he_normal")(inputs)
right = layers.Dense(16, activation="relu", kernel_initializer="he_normal")(inputs)
model = keras.Model(inputs, layers.Concatenate()([left, right]))
```

Severity
--------
*Warning* where both layers read the same tensor, else *information*.

When it is right
----------------
Layers of different shapes get different numbers, and so do those that name their initializer in a string, which makes
a new one for each. A `SeedGenerator` as seed goes on from draw to draw. In Flax each layer draws with a key of its own.
Of all these, and of test files, nothing is said.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs. It is offered where the initializer was made without arguments,
so that a string says all of it.

References
----------
The documentation of `keras.initializers`: a random initializer is not stateful, and gives the same values each time.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import Declare
from initls.knowledge.keras import in_a_string
from initls.model.state.events import DeclaredTwice
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each layer that gets the numbers of an earlier one."""
    if program.is_test:
        return
    for place, found in program.happenings(DeclaredTwice):
        event = min((event for _, event in found), key=lambda event: not event.parallel)
        if not event.likely or place != event.place:
            continue
        again = (("the layer with the same numbers is made here", event.first),) if event.first != place else ()
        name = in_a_string(event.initializer)
        reason = "a new one, which draws other numbers"
        plans = (Declare(place, "keras", event.argument, event.position, ((name, reason),)),) if event.plain else ()
        severity = Severity.WARNING if event.parallel else Severity.INFORMATION
        yield Report(place, severity, message(event), related=again, plans=plans)


def message(event: DeclaredTwice) -> str:
    """Why the numbers are the same."""
    reads = " that reads the same tensor" if event.parallel else ""
    why = (
        f"initializers `{event.initializer}` of one seed draw the same for the same shape."
        if event.seeded
        else f"one `{event.initializer}` draws the same each time it is used for the same shape."
    )
    return f"this `{event.layer}` starts with the numbers of another one{reads}: {why}"


RULE = Rule(
    code="INI503",
    name="shared-initializer",
    summary="Layers of Keras that share an initializer start with the same numbers.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
)
