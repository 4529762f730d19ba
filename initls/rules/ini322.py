"""What it does
------------
Reports a random initialization with numbers from which nothing can be drawn: a negative standard deviation, a lower
bound above the upper one, a negative gain, `trunc_normal_` without any spread.

Why it hurts
------------
The call raises, and the model can not be built.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.uniform_(self.fc.weight, 0.1, -0.1)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.uniform_(self.fc.weight, -0.1, 0.1)
```

When it is right
----------------
Never. Equal bounds and a deviation of zero, which torch takes, are the matter of another rule: they leave a constant.

Fix safety
----------
Safe: the line raises today.

References
----------
The documentation of `torch.nn.init`.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from initls.findings import Severity
from initls.fixes.plans import Argument, ChangeArguments
from initls.model.state.events import Initialized
from initls.model.state.values import Known
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


class _Impossible(Struct, frozen=True):
    """What a call asks for, the exception that it raises, and the numbers that were meant, by name."""

    what: str
    error: str
    meant: tuple[tuple[str, float], ...] = ()


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each call whose numbers are shown and impossible."""
    if program.is_test:
        return
    for place, found in program.happenings(Initialized):
        _, event = found[0]
        wrong = _impossible(event) if event.own and not event.caught else None
        if wrong is None:
            continue
        method = event.function.startswith("torch.Tensor.")
        names = [name for name in event.arguments if name not in ("tensor", "generator")]
        changes = tuple(Argument(name, names.index(name) + (not method), value=value) for name, value in wrong.meant)
        short = event.function.rpartition(".")[2]
        shown = " and ".join(f"{name}={value:g}" for name, value in wrong.meant)
        yield Report(
            place,
            Severity.ERROR,
            f"`{short}` is asked for {wrong.what}: this raises {wrong.error}.",
            plans=(ChangeArguments(place, changes, f"Draw with {shown}"),) if changes and place == event.place else (),
        )


def _impossible(event: Initialized) -> _Impossible | None:
    kind = event.function.rpartition(".")[2].removesuffix("_")
    match kind:
        case "normal" | "xavier_normal" | "xavier_uniform":
            name, what = ("std", "a standard deviation") if kind == "normal" else ("gain", "a gain")
            value = _number(event, name)
            if value is not None and value < 0:
                return _Impossible(f"{what} of {value:g}", "RuntimeError", ((name, -value),))
        case "uniform" | "trunc_normal":
            if kind == "trunc_normal" and _number(event, "std") == 0:
                return _Impossible("a standard deviation of 0", "ZeroDivisionError")
            first, last = ("from", "to") if event.function.startswith("torch.Tensor.") else ("a", "b")
            low, high = _number(event, first), _number(event, last)
            if low is not None and high is not None and low > high:
                both = {first, last} <= event.given
                meant = ((first, high), (last, low)) if both else ()
                return _Impossible(f"values from {low:g} to {high:g}", "RuntimeError", meant)
    return None


def _number(event: Initialized, name: str) -> float | None:
    """A number that is shown, and not one that a caller may choose."""
    value = event.arguments.get(name)
    if isinstance(value, Known) and not value.soft and isinstance(value.value, int | float):
        return float(value.value)
    return None


RULE = Rule(
    code="INI322",
    name="impossible-range",
    summary="A random initialization is given numbers from which nothing can be drawn.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C2",),
)
