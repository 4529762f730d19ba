"""What it does
------------
Reports a method that initializes weights under a name which the framework of its class does not call, where the name
that it does call is nearly the same: `init_weight` for `init_weights` in mmengine, `_init_weight` for `_init_weights`
in a Hugging Face model, `on_fit_begin` for `on_fit_start` in one of Lightning.

Why it hurts
------------
The method looks like the hook and is never run. The layers keep what torch, or the base class, gives them.

Example
-------
```python
from torch import nn
from transformers import PreTrainedModel


class Tagger(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.head = nn.Linear(8, 4)
        self.post_init()

    def _init_weight(self, module):
        if isinstance(module, nn.Linear):
            nn.init.zeros_(module.bias)
```

Use instead
-----------
```python
from torch import nn
from transformers import PreTrainedModel


class Tagger(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.head = nn.Linear(8, 4)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.zeros_(module.bias)
```

When it is right
----------------
Where something calls the method by its name: the constructor, another method of the class, or `apply`. Silent as well
where the class has the right hook too, and where the method writes no parameter.

Fix safety
----------
Unsafe: code that was never run begins to run, and the random numbers of what comes behind it shift. There is no fix
where the file has the name in any other place.

References
----------
pytorch/pytorch#71404; the documentation of `mmengine.model.BaseModule` and of `transformers.PreTrainedModel`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import RenameMethod
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each hook that the framework does not know by its name."""
    if program.is_test:
        return
    seen: set[Place] = set()
    for trace in program.traces:
        for hook in trace.unheard:
            if hook.place in seen or hook.place.unit in program.surroundings.called:
                continue
            seen.add(hook.place)
            yield Report(
                hook.place,
                Severity.WARNING,
                f"`{hook.name}` is never called: the hook of {hook.framework} is `{hook.meant}`.",
                plans=(RenameMethod(hook.place, hook.meant, f"Rename it to {hook.meant}"),),
            )


RULE = Rule(
    code="INI412",
    name="unknown-hook",
    summary="A method that initializes has a name which the framework does not call.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D13",),
)
