"""What it does
------------
Reports what only the constructor of a Hugging Face model initializes: a layer that the base's `_init_weights` writes
once more when `post_init` runs, and a parameter of one's own that no `_init_weights` knows.

Why it hurts
------------
`post_init` hands every module to `_init_weights`, and since release 5 of transformers that of `PreTrainedModel` draws
each linear layer, convolution and table: what the constructor has written there is gone before training starts.
`from_pretrained` builds the model on the meta device, where no write does anything. What the checkpoint lacks gets
memory behind it, and only `_init_weights` fills that: a parameter that the hook does not know is left as the memory
was.

Example
-------
```python
from torch import nn
from transformers import PreTrainedModel
from transformers import initialization as init


class Model(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.head = nn.Linear(config.hidden_size, config.num_labels)
        init.zeros_(self.head.weight)
        self.post_init()

    def forward(self, x):
        return self.head(x)
```

Use instead
-----------
```python
from torch import nn
from transformers import PreTrainedModel
from transformers import initialization as init


class Model(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.head = nn.Linear(config.hidden_size, config.num_labels)
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if module is self:
            init.zeros_(self.head.weight)

    def forward(self, x):
        return self.head(x)
```

When it is right
----------------
Under releases before 5, whose base writes nothing, and for models that are never loaded: what the constructor gives to
parameters of one's own stays. The rule is silent where nothing shows that it is release 5.

Fix safety
----------
There is no fix: where the hook asks for a layer, and under which name, is the author's to say.

References
----------
The source of `PreTrainedModel._init_weights` and `PreTrainedModel._move_missing_keys_from_meta_to_device`; the rule
TRF049 of huggingface/transformers-mlinter.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.knowledge import frameworks
from initls.model.traces.program import Program
from initls.model.traces.unredone import Unredone
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each write of a constructor that does not last, once for all the models that show it."""
    if program.is_test or frameworks.is_draft(program.filename):
        return
    seen: set[Place] = set()
    for trace in program.traces:
        for one in trace.unredone if trace.incomplete is None else ():
            if one.place not in seen:
                seen.add(one.place)
                severity = Severity.WARNING if one.kind == "over" else Severity.INFORMATION
                yield Report(one.place, severity, message(one))


def message(one: Unredone) -> str:
    """What comes of what the constructor writes."""
    if one.kind == "over":
        return f"`post_init` writes over this: `_init_weights` of the base draws `{one.name}` anew."
    return (
        f"no `_init_weights` writes `{one.name}`: where a checkpoint lacks it, `from_pretrained` leaves it as the "
        f"memory was."
    )


RULE = Rule(
    code="INI224",
    name="constructor-init",
    summary="What only the constructor of a Hugging Face model initializes is written over, or lost when it is loaded.",
    documentation=__doc__,
    fixable=False,
    ask=ask,
    classes=("B12",),
)
