"""What it does
------------
Reports an argument that an initializer, or `calculate_gain`, does not know: a nonlinearity such as `"gelu"` or
`"ReLU"`, a mode such as `"fan_avg"`, a name such as `gain` in a Kaiming call, a string where a number belongs.

Why it hurts
------------
The call raises `ValueError` or `TypeError`, and the model can not be built. Torch has a gain for few activations, and
their names count by the letter; none of them has a capital.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.kaiming_normal_(self.fc.weight, nonlinearity="gelu")
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.kaiming_normal_(self.fc.weight, nonlinearity="relu")
```

When it is right
----------------
Never where the call is reached. A string that a caller may choose is reported only if it is the default.

Fix safety
----------
Safe: the line raises today. A nonlinearity is replaced by the nearest that torch knows, which the title names; for GELU
and its kin that is ReLU, whose gain is 1.41 where about 1.5 would keep the size of the signal. The other way that is
offered there is Glorot's rule, which takes any gain.

References
----------
The documentation of `torch.nn.init.calculate_gain`. https://github.com/pytorch/pytorch/issues/54030
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, ChangeArguments, Plan, ReplaceWrite, Scheme
from initls.knowledge.gains import MODES, NONLINEARITIES
from initls.knowledge.initializers import INITIALIZERS, Initializer
from initls.knowledge.nearest import Nearest, nearest
from initls.knowledge.schemes import Distribution, recommend
from initls.knowledge.signature import REQUIRED
from initls.model.state.events import Event, Gained, Initialized
from initls.model.state.values import Known, Value
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings

MEANT: dict[str, tuple[str, ...]] = {
    "activation": ("nonlinearity",),
    "nonlinearity": ("nonlinearity", "gain"),
    "negative_slope": ("a",),
    "slope": ("a",),
    "value": ("val",),
    "fill_value": ("val",),
    "constant": ("val",),
    "low": ("a",),
    "min": ("a",),
    "high": ("b",),
    "max": ("b",),
    "stddev": ("std",),
    "sigma": ("std",),
    "mu": ("mean",),
}
"""Names that other libraries have for the arguments of torch's initializers, each with those that it may mean."""


class _Wrong(Struct, frozen=True):
    """What is wrong with a call, and how to put it right."""

    message: str
    title: str = ""
    arguments: tuple[Argument, ...] = ()
    instead: tuple[Scheme, ...] = ()
    """Calls that do what was meant in another way."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each call with an argument that it can not be called with."""
    if program.is_test:
        return
    for kind in (Initialized, Gained):
        for place, found in program.happenings(kind):
            wrong = next((one for _, event in found if (one := _wrong(event)) is not None), None)
            if wrong is not None:
                plans: list[Plan] = []
                if wrong.arguments and place == found[0][1].place:
                    plans.append(ChangeArguments(place, wrong.arguments, wrong.title))
                    if wrong.instead:
                        plans.append(ReplaceWrite(place, wrong.instead, Applicability.SAFE))
                yield Report(place, Severity.ERROR, wrong.message, plans=tuple(plans))


def _wrong(event: Event) -> _Wrong | None:
    if event.caught:
        return None
    if isinstance(event, Gained):
        return _nonlinearity("calculate_gain", event, event.arguments, 0)
    if not isinstance(event, Initialized) or not event.own:
        return None
    row = INITIALIZERS.get(event.function)
    return None if row is None else _unknown_name(row, event) or _values(row, event)


# --------------------------------------------------------------------------- names


def _unknown_name(row: Initializer, event: Initialized) -> _Wrong | None:
    """An argument by a name that the function does not have, or one that is missing."""
    names = [name for name, _ in row.signature]
    short = row.name.rpartition(".")[2]
    for name in sorted(event.given - {*names, "**"}):
        to = next((one for one in MEANT.get(name, ()) if one in names and one not in event.given), None)
        message = f"`{short}` has no argument `{name}`: this raises TypeError."
        if to == "gain":
            meant = nearest(_text(event.arguments, name, event) or "?")
            known = None if meant is None else meant.nonlinearity
            change = Argument(name, to="gain", value=known, gain=True)
            return _Wrong(message, f"Pass the gain of {known}", (change,) if known else ())
        if to is not None:
            return _Wrong(message, f"Pass it as `{to}`", (Argument(name, to=to),))
        return _Wrong(message, f"Remove `{name}`", (Argument(name, removed=True),))
    missing = [name for name, default in row.signature[1:] if default is REQUIRED and name not in event.given]
    if missing and "**" not in event.given:
        return _Wrong(f"`{short}` is called without `{missing[0]}`: this raises TypeError.")
    return None


# --------------------------------------------------------------------------- values


def _values(row: Initializer, event: Initialized) -> _Wrong | None:
    names = [name for name, _ in row.signature]
    short = row.name.rpartition(".")[2]
    if "nonlinearity" in names:
        return (
            _slope(short, event)
            or _mode(short, event)
            or _nonlinearity(short, event, event.arguments, names.index("nonlinearity"))
        )
    for index, name in enumerate(names[1:], 1):
        text = _text(event.arguments, name, event)
        if text is None:
            continue
        message = f"`{short}` needs a number as `{name}`, not {text!r}: this raises TypeError."
        meant = nearest(text)
        if name != "gain" or meant is None:
            return _Wrong(message)
        change = Argument(name, index, value=meant.nonlinearity, gain=True)
        return _Wrong(message, f"Pass the gain of {meant.nonlinearity}", (change,))
    return None


def _slope(short: str, event: Initialized) -> _Wrong | None:
    """A string in the place of the slope, where the mode or the nonlinearity was meant."""
    text = _text(event.arguments, "a", event)
    if text is None:
        return None
    mode = _text(event.arguments, "mode", event)
    given = _text(event.arguments, "nonlinearity", event)
    if given != "leaky_relu" and mode is not None and mode.lower() in MODES:
        return None  # The slope is not read.
    message = f"`{short}` needs a number as `a`, the slope of a leaky ReLU, not {text!r}: this raises ValueError."
    if text.lower() in MODES:
        changes = [Argument("a", 1, to="mode")]
        if "mode" in event.given:
            changes.append(Argument("mode", 2, to="nonlinearity"))
        return _Wrong(message, "Pass it as `mode`", tuple(changes))
    meant = nearest(text)
    if meant is None or "nonlinearity" in event.given:
        return _Wrong(message)
    change = Argument("a", 1, to="nonlinearity", value=meant.nonlinearity)
    return _Wrong(message, "Pass it as `nonlinearity`", (change,))


def _mode(short: str, event: Initialized) -> _Wrong | None:
    text = _text(event.arguments, "mode", event)
    if text is None or text.lower() in MODES:
        return None
    message = f"`{short}` knows the modes fan_in and fan_out, not {text!r}: this raises ValueError."
    meant = nearest(text)
    if meant is not None and "nonlinearity" not in event.given:
        change = Argument("mode", 2, to="nonlinearity", value=meant.nonlinearity)
        return _Wrong(message, "Pass it as `nonlinearity`", (change,))
    mode = "fan_out" if "out" in text.lower() else "fan_in"
    return _Wrong(message, f'Use mode="{mode}"', (Argument("mode", 2, value=mode),))


def _nonlinearity(short: str, event: Event, arguments: Mapping[str, Value], position: int) -> _Wrong | None:
    text = _text(arguments, "nonlinearity", event)
    if text is None or text in NONLINEARITIES:
        return None
    message = f"`{short}` knows no nonlinearity {text!r}: this raises ValueError."
    meant = nearest(text)
    if meant is None:
        return _Wrong(message)
    given = isinstance(event, Initialized) and "a" in event.given
    more = (("a", meant.slope),) if meant.slope is not None and short != "calculate_gain" and not given else ()
    change = Argument("nonlinearity", position, value=meant.nonlinearity, more=more)
    alike = meant.meant.lower().replace("_", "") == meant.nonlinearity.replace("_", "")
    reason = "" if alike else f", the nearest that torch knows to {meant.meant}"
    own = _own_gain(short, meant) if not _is_option(arguments["nonlinearity"]) else ()
    return _Wrong(message, f'Use "{meant.nonlinearity}"{reason}', (change,), own)


def _own_gain(short: str, meant: Nearest) -> tuple[Scheme, ...]:
    """Glorot's rule with the measured gain of an activation, for which He's has none."""
    if not short.startswith("kaiming"):
        return ()
    distribution: Distribution = "uniform" if "uniform" in short else "normal"
    first = recommend(meant.activation, layer="", distribution=distribution)[0] if meant.activation else None
    gain = None if first is None else dict(first.keywords).get("gain")
    if first is None or gain is None:
        return ()
    return (Scheme(first.function, first.keywords, f"the gain of {meant.meant} is {gain:g}"),)


def _is_option(value: Value) -> bool:
    """Whether a caller may choose a value."""
    return isinstance(value, Known) and value.soft


def _text(arguments: Mapping[str, Value], name: str, event: Event) -> str | None:
    """The string that is passed; one that only an option's default gives counts where that default is in force."""
    value = arguments.get(name)
    if not isinstance(value, Known) or not isinstance(value.value, str):
        return None
    if value.soft and not (event.likely and event.certain):
        return None
    return value.value


RULE = Rule(
    code="INI302",
    name="unknown-argument",
    summary="An initializer is called with an argument that it does not know.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C2", "C3"),
)
