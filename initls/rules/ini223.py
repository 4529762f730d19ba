"""What it does
------------
Reports a write in the `_init_weights` of a Hugging Face model that does not look at whether a checkpoint has given the
parameter already: a method of the tensor (`module.weight.data.normal_()`), an assignment, a function of `torch.nn.init`
that is called by its bare name, or any function that is handed `.data` or a part of the parameter.

Why it hurts
------------
Since release 5 of transformers, `from_pretrained` runs `_init_weights` behind the checkpoint, to fill what it lacks.
What is there is marked, and the functions of `transformers.initialization` leave it alone. So do those of
`torch.nn.init`, which are replaced for as long as hooks run, if they are called as `nn.init.normal_`; a function that
was imported by its name is not replaced. The mark is on the parameter: `.data` and a slice don't carry it. All else
writes over what has been loaded, and nothing tells of it but the accuracy.

A model outside the library is handed no module whose own parameters and buffers are all loaded. There it takes a
checkpoint without the bias to lose the weight; but a module with a buffer that is not saved is handed over at every
load.

Example
-------
```python
import torch
from torch import nn
from transformers import PreTrainedModel


class Masked(nn.Linear):
    def __init__(self, width):
        super().__init__(width, width)
        self.register_buffer("mask", torch.ones(width, width), persistent=False)

    def forward(self, x):
        return nn.functional.linear(x, self.weight * self.mask, self.bias)


class Model(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.layer = Masked(config.hidden_size)
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if isinstance(module, Masked):
            module.weight.data.normal_(mean=0.0, std=0.01)

    def forward(self, x):
        return self.layer(x)
```

Use instead
-----------
```python
import torch
from torch import nn
from transformers import PreTrainedModel
from transformers import initialization as init


class Masked(nn.Linear):
    def __init__(self, width):
        super().__init__(width, width)
        self.register_buffer("mask", torch.ones(width, width), persistent=False)

    def forward(self, x):
        return nn.functional.linear(x, self.weight * self.mask, self.bias)


class Model(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.layer = Masked(config.hidden_size)
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if isinstance(module, Masked):
            init.normal_(module.weight, mean=0.0, std=0.01)

    def forward(self, x):
        return self.layer(x)
```

When it is right
----------------
Where the write stands behind a test for `_is_hf_initialized`, as slices have to. On a module with one tensor alone,
which is either loaded or not. Under releases of transformers before 5, which fill first and load then: where such a
release is installed beside the program, the rule is silent.

What every load writes over is a warning. What it takes an incomplete checkpoint for is told as information, where
`transformers.initialization` is there or in use.

Fix safety
----------
Unsafe: `transformers.initialization` is not there before release 5.

References
----------
The source of `transformers.initialization`; the rules TRF012 and TRF062 of huggingface/transformers-mlinter.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import LeaveLoaded
from initls.knowledge import frameworks
from initls.model.effects.unguarded import Unguarded
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each write of a hook that may land on what has been loaded, for the worst that any model shows."""
    if program.is_test or frameworks.is_draft(program.filename):
        return
    worst: dict[Place, Unguarded] = {}
    for trace in program.traces:
        for write in trace.unguarded if trace.incomplete is None else ():
            known = worst.get(write.place)
            if known is None or (write.always and not known.always):
                worst[write.place] = write
    for write in worst.values():
        severity = Severity.WARNING if write.always else Severity.INFORMATION
        yield Report(write.place, severity, message(write), plans=(LeaveLoaded(write.place),))


def message(write: Unguarded) -> str:
    """What is written over when, and why it is."""
    if write.always:
        return f"when `from_pretrained` comes here, this writes over the loaded `{write.name}`: {WHY[write.how]}."
    return (
        f"where a checkpoint lacks another tensor of its module, `from_pretrained` writes over the loaded "
        f"`{write.name}` here: {WHY[write.how]}."
    )


WHY = {
    "raw": "a write in place does not see that it is there",
    "name": "a function called by its own name is not the one that transformers puts in its place",
    "part": "the mark of what is loaded is on the parameter, not on its data or a part of it",
}


RULE = Rule(
    code="INI223",
    name="unguarded-init",
    summary="A hook of a Hugging Face model writes over what a checkpoint has given.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B6",),
)
