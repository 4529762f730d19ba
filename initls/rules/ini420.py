"""What it does
------------
Reports a test for a piece of a class's name (`classname.find('Conv') != -1`) that lets a module through which has no
such parameter as the branch then writes.

Why it hurts
------------
`Conv` is in the name of `nn.Conv2d`, and in that of every `ConvBlock` and `DoubleConv` of one's own. Those are
containers without a weight: the line that asks for it raises AttributeError.

Example
-------
```python
class ConvBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = ConvBlock()
        self.apply(weights_init)


def weights_init(m):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        nn.init.normal_(m.weight, 0.0, 0.02)
```

Use instead
-----------
```python
class ConvBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = ConvBlock()
        self.apply(weights_init)


def weights_init(m):
    if isinstance(m, nn.Conv2d):
        nn.init.normal_(m.weight, 0.0, 0.02)
```

When it is right
----------------
Where every class with that piece in its name has the parameter, or where the branch asks for it first, as
`hasattr(m, "weight")` does.

Fix safety
----------
Safe: the line raises as it stands. The test becomes one for the classes of torch that it has let through.

References
----------
The documentation of `isinstance`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import AskForClasses, Plan
from initls.model.answers.named import by_name, meant
from initls.model.state.events import Lacked
from initls.model.state.watch import Question
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each test for a name that lets something else through, once."""
    seen: set[Place] = set()
    for trace, event in program.events(Lacked):
        question = by_name(trace, event)
        if question is None or question.place in seen:
            continue
        seen.add(question.place)
        classes = meant(trace, question, event.attribute)
        yield Report(
            question.place,
            Severity.ERROR if event.sure and event.likely and event.certain else Severity.WARNING,
            message(question, event),
            related=((f"`{event.attribute}` is asked for here", event.place),),
            plans=_plans(question, event, classes),
        )


def message(question: Question, event: Lacked) -> str:
    """What is let through, and what follows."""
    return (
        f"this lets `{event.kind}` through, which has no `{event.attribute}`: "
        f"reading `{event.owner}.{event.attribute}` raises AttributeError."
    )


def _plans(question: Question, event: Lacked, classes: tuple[str, ...]) -> tuple[Plan, ...]:
    if not classes:
        return ()
    return (AskForClasses(question.place, event.owner, classes, Applicability.SAFE),)


RULE = Rule(
    code="INI420",
    name="class-name-substring",
    summary="A test for a piece of a class's name lets a module through that has no such parameter.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D6",),
)
