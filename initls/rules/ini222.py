"""What it does
------------
Reports an `_init_weights` of a Hugging Face model that takes the place of its base's without calling it, and so leaves
layers of the model alone which the base would initialize.

Why it hurts
------------
`PreTrainedModel._init_weights` knows linear layers, convolutions, embeddings, norms and more. A model is built on the
meta device when a checkpoint is loaded, so that what the checkpoint lacks holds no values at all until the hook writes
it. What neither the checkpoint nor the hook knows is left as the memory was.

Example
-------
```python
from torch import nn
from transformers import PreTrainedModel
from transformers import initialization as init


class Tagger(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 4)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            init.xavier_uniform_(module.weight)
            init.zeros_(module.bias)
```

Use instead
-----------
```python
from torch import nn
from transformers import PreTrainedModel
from transformers import initialization as init


class Tagger(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 4)
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if isinstance(module, nn.Linear):
            init.xavier_uniform_(module.weight)
            init.zeros_(module.bias)
```

When it is right
----------------
Where the hook writes every layer of the models that it serves. Releases of transformers whose base hook does nothing
are told from the others by its init module: without `transformers.initialization`, and where the base can't be read,
the rule is silent.

Fix safety
----------
Unsafe: the base's hook draws random numbers, and what it writes and the hook does not starts with other values.

References
----------
huggingface/transformers#45597 and #46259; the rule TRF018 of huggingface/transformers-mlinter.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import PrependToMethod
from initls.knowledge import frameworks
from initls.model.traces.program import Program
from initls.model.traces.unchained import Unchained
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each hook that keeps its base's from running, once, for the model that it leaves most of alone."""
    if program.is_test or frameworks.is_draft(program.filename):
        return
    worst: dict[Place, Unchained] = {}
    for trace in program.traces:
        hook = trace.unchained
        if hook is None or not hook.general or trace.incomplete is not None:
            continue
        known = worst.get(hook.place)
        if known is None or len(hook.left) > len(known.left):
            worst[hook.place] = hook
    for hook in worst.values():
        yield Report(
            hook.place,
            Severity.WARNING,
            f"`_init_weights` leaves {listed(hook.left, 3)} alone, and does not call that of its base, which "
            f"initializes such layers.",
            plans=(
                PrependToMethod(
                    hook.place,
                    f"super()._init_weights({hook.argument})",
                    "Call the base's _init_weights first",
                ),
            ),
        )


RULE = Rule(
    code="INI222",
    name="init-weights-without-super",
    summary="An `_init_weights` does not call its base's, which would initialize layers that it leaves alone.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B19",),
)
