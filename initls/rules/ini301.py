"""What it does
------------
Reports an initializer of `torch.nn.init` that is called on a tensor with a number of axes that it does not take: a
Xavier, Kaiming or orthogonal initialization of a bias or of a norm's weight, `eye_` on a convolution, `dirac_` on a
linear layer. A loop over the parameters of a model, or a visitor, is reported when some of what it meets is such a
tensor.

Why it hurts
------------
Fan in and fan out are sizes of two axes, so a vector has neither. The call raises `ValueError`, and the model can not
be built.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.xavier_uniform_(self.fc.weight)
        nn.init.xavier_uniform_(self.fc.bias)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.xavier_uniform_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)
```

When it is right
----------------
Behind a test such as `if p.dim() > 1:`, inside a `try` that catches the error, and on a view that has the axes
(`bias.unsqueeze(0)`): none of these is reported.

Fix safety
----------
Safe: the line raises today. A bias gets `zeros_`, the gain of a norm `ones_`. Where tensors of both kinds come by, the
call is put behind a test of the axes, and the others keep torch's defaults.

References
----------
The documentation of `torch.nn.init`. https://github.com/pytorch/pytorch/issues/3418
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import Guard, Plan, ReplaceWrite, Scheme
from initls.knowledge.initializers import INITIALIZERS, Initializer
from initls.knowledge.parameters import Role
from initls.model.machine.machine import ParameterInfo
from initls.model.state.events import Initialized, RefusedByType
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings

COUNTS = {0: "none", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}

TAKES = {(2, None): "two or more", (2, 2): "two", (3, 5): "three to five"}
"""By the smallest and largest number of axes: how a message says it."""

TEST = {(2, None): "{}.dim() > 1", (2, 2): "{}.dim() == 2", (3, 5): "{}.dim() in (3, 4, 5)"}
"""What to ask in front of a call, by the same numbers."""


class _Refused(Struct, frozen=True):
    """One tensor that a call does not take."""

    name: str
    info: ParameterInfo
    axes: int


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each call that is surely made with a tensor that it does not take."""
    if program.is_test:
        return
    told: set[Place] = set()
    for place, found in program.happenings(Initialized):
        row = INITIALIZERS.get(found[0][1].function)
        if row is None or not row.min_ndim:
            continue
        refused = [(trace, event, _refused(trace, event, row)) for trace, event in found]
        always = all(event.sure and len(names) == len(event.targets) for _, event, names in refused)
        surely = [entry for entry in refused if entry[2] and _counts(entry[1], always=always)]
        if surely:
            # One visitor meets many: those that the first trace shows are told of.
            names = {k: v for trace, _, more in surely if trace is surely[0][0] for k, v in more.items()}
            shown = tuple(names.values())
            taken = any(len(more) < len(event.targets) for _, event, more in refused)
            plans = _plans(place, row, shown, taken=taken) if place == found[0][1].place else ()
            told.add(place)
            yield Report(place, Severity.ERROR, _message(row, shown), plans=plans)
    yield from _by_type(program, told)


def _by_type(program: Program, told: set[Place]) -> Iterator[Report]:
    """Report the calls in visitors whose layers are not to be seen, but their types are."""
    for place, found in program.happenings(RefusedByType):
        _, event = found[0]
        if place in told or event.caught or place != event.place:
            continue
        row = INITIALIZERS[event.function]
        short, takes = row.name.rpartition(".")[2], TAKES[row.min_ndim, row.max_ndim]
        count = COUNTS.get(event.axes[0], str(event.axes[0]))
        of = listed(list(dict.fromkeys(event.types)), 3).replace(" and ", " or ")
        schemes = (Scheme("ones_", (), "the gain of a norm"),)
        if event.name.startswith("bias"):
            schemes = (Scheme("zeros_", (), "a bias"),)
        plan: Plan = ReplaceWrite(place, schemes, Applicability.SAFE)
        if event.axes != (1,):
            plan = Guard(place, TEST[row.min_ndim, row.max_ndim])
        yield Report(
            place,
            Severity.ERROR,
            f"`{short}` takes tensors of {takes} axes, and `{event.written}` of {of} has {count}: "
            "this raises ValueError.",
            plans=(plan,),
        )


def _counts(event: Initialized, *, always: bool) -> bool:
    """Whether a call raises whenever the code runs, or, if it can not be right for any tensor, when it is reached."""
    if event.caught or not event.own:
        return False
    return always or (event.sure and event.certain and event.likely and len(event.targets) == 1)


def _refused(trace: Trace, event: Initialized, row: Initializer) -> Mapping[int, _Refused]:
    """The tensors that a call does not take, as far as the program shows their axes."""
    found: dict[int, _Refused] = {}
    for target in event.targets:
        info = trace.parameters[target.id]
        if info.shape is None or target.region is not None or target.viewed or row.accepts(len(info.shape)):
            continue
        found[target.id] = _Refused(trace.names.get(target.id, "this tensor"), info, len(info.shape))
    return found


def _message(row: Initializer, refused: tuple[_Refused, ...]) -> str:
    short = row.name.rpartition(".")[2]
    alike = [one.name for one in refused if one.axes == refused[0].axes]
    names = listed(list(dict.fromkeys(alike)), 3)
    has = "has" if len(set(alike)) == 1 else "have"
    takes = TAKES[row.min_ndim, row.max_ndim]
    count = COUNTS.get(refused[0].axes, str(refused[0].axes))
    return f"`{short}` takes tensors of {takes} axes, and {names} {has} {count}: this raises ValueError."


def _plans(place: Place, row: Initializer, refused: tuple[_Refused, ...], *, taken: bool) -> tuple[Plan, ...]:
    """Another initializer where all tensors need the same one; a test where some are `taken`, or they differ."""
    instead = {_instead(one) for one in refused}
    if taken or len(instead) > 1:
        return (Guard(place, TEST[row.min_ndim, row.max_ndim]),)
    return (ReplaceWrite(place, instead.pop(), Applicability.SAFE),)


def _instead(refused: _Refused) -> tuple[Scheme, ...]:
    """What a tensor can be initialized with, the best first."""
    if refused.axes == 2:
        return (Scheme("eye_", (), "the identity of a matrix"),)
    if refused.axes > 2:
        return (Scheme("dirac_", (), "the identity of a convolution"),)
    if refused.info.role is Role.GAIN:
        return (Scheme("ones_", (), "the gain of a norm"),)
    if refused.info.role in (Role.BIAS, Role.SHIFT) or "bias" in refused.info.name:
        return (Scheme("zeros_", (), "a bias"),)
    return (
        Scheme("normal_", (("std", 0.02),), "a vector"),
        Scheme("zeros_", (), "a bias"),
        Scheme("ones_", (), "a gain"),
    )


RULE = Rule(
    code="INI301",
    name="fan-init-of-vector",
    summary="An initializer is called on a tensor with a number of axes that it does not take.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C1",),
)
