"""What it does
------------
Reports a Hugging Face model (a class that derives from `PreTrainedModel`) whose constructor does not end with
`self.post_init()`: it never calls it, calls it only on some paths, or makes layers and parameters behind it.

Why it hurts
------------
`post_init` hands every module to `_init_weights`, ties the weights that are to be one, and collects what loading needs
to know: since release 5 of transformers, `from_pretrained` raises AttributeError for a model that has not called it.
Without it a new model keeps torch's defaults, whatever the configuration says about the spread; what is made behind it
is passed over in the same silence.

Example
-------
```python
from torch import nn
from transformers import PreTrainedModel


class Classifier(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.body = nn.Linear(config.hidden_size, config.hidden_size)
        self.head = nn.Linear(config.hidden_size, config.num_labels)

    def forward(self, x):
        return self.head(self.body(x))
```

Use instead
-----------
```python
from torch import nn
from transformers import PreTrainedModel


class Classifier(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.body = nn.Linear(config.hidden_size, config.hidden_size)
        self.head = nn.Linear(config.hidden_size, config.num_labels)
        self.post_init()

    def forward(self, x):
        return self.head(self.body(x))
```

When it is right
----------------
In a class without a constructor of its own, or with one that adds nothing to a base which calls it; in a class that is
only derived from; in the `modular_*.py` files of transformers, which are not run. A call behind a test that asks
nothing of the constructor's arguments, such as one for the release of transformers, counts as made. A model that
calls `self.init_weights()` instead, as all did before there was `post_init`, is left alone; so is one that goes over
its modules with an initialization of its own (`self.apply(self.reset)`).

Fix safety
----------
Moving the call behind what it misses is safe. Adding it is not: the model starts with other values, and the random
numbers of what comes behind it shift.

References
----------
huggingface/transformers#44082; the rules TRF007 and TRF013 of huggingface/transformers-mlinter.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import AppendToMethod, Move, Plan
from initls.model.answers.lifecycle import Start, starts
from initls.model.effects.lifecycle_calls import POST_INIT
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each model whose constructor does not end with `post_init`."""
    for start in starts(program):
        yield Report(
            start.place,
            Severity.WARNING,
            message(start),
            related=tuple((f"`{name}` is made here", place) for name, place in start.late)[:6],
            plans=tuple(plans(start)),
        )


def message(start: Start) -> str:
    """What the constructor does about `post_init`, and what comes of it."""
    names = listed([name for name, _ in start.late]) if start.late else ""
    if start.kind == "missing":
        return f"this model never calls `{POST_INIT}`: `_init_weights` is not run on its layers, nor are weights tied."
    if start.kind == "conditional":
        return f"`{POST_INIT}` is called only on some paths: on the others `_init_weights` is not run on any layer."
    made = "is" if len(start.late) == 1 else "are"
    missed = "it" if len(start.late) == 1 else "them"
    return f"`{POST_INIT}` runs before {names} {made} made: `_init_weights` is not run on {missed}."


def plans(start: Start) -> Iterator[Plan]:
    """The call at the end of the constructor."""
    call = f"self.{POST_INIT}()"
    if start.kind == "early" and start.own:
        yield Move(start.place, start.late[-1][1], f"Move {call} to the end")
    elif start.kind != "conditional":
        yield AppendToMethod(start.place, call, f"Call {call} at the end")


RULE = Rule(
    code="INI221",
    name="post-init",
    summary="The constructor of a Hugging Face model does not end with `post_init`.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B10",),
)
