"""What it does
------------
Reports what a Hugging Face model says of its tied weights in the way of the releases before 5: a list in
`_tied_weights_keys`, or a `tie_weights` of its own that takes no arguments.

Why it hurts
------------
Since release 5 the attribute is a dict, from each tied weight to its source. With a list, a model whose configuration
ties its words can't be built, and no other can be saved: both raise. `post_init` and loads call
`tie_weights(missing_keys=..., recompute_mapping=False)`, which an override that takes nothing but `self` refuses.

Example
-------
```python
from torch import nn
from transformers import PreTrainedModel
from transformers import initialization as init


class Model(PreTrainedModel):
    _tied_weights_keys = ["head.weight"]

    def __init__(self, config):
        super().__init__(config)
        self.words = nn.Embedding(16, config.hidden_size)
        self.head = nn.Linear(config.hidden_size, 16, bias=False)
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if isinstance(module, nn.Embedding):
            init.normal_(module.weight, std=0.1)

    def forward(self, ids):
        return self.head(self.words(ids))
```

Use instead
-----------
```python
from torch import nn
from transformers import PreTrainedModel
from transformers import initialization as init


class Model(PreTrainedModel):
    _tied_weights_keys = {"head.weight": "words.weight"}

    def __init__(self, config):
        super().__init__(config)
        self.words = nn.Embedding(16, config.hidden_size)
        self.head = nn.Linear(config.hidden_size, 16, bias=False)
        self.post_init()

    def _init_weights(self, module):
        super()._init_weights(module)
        if isinstance(module, nn.Embedding):
            init.normal_(module.weight, std=0.1)

    def forward(self, ids):
        return self.head(self.words(ids))
```

When it is right
----------------
Under releases before 5. Where one is installed beside the program, the rule is silent; where nothing tells which it is,
it speaks as information.

Fix safety
----------
To let `tie_weights` take the arguments is safe. A dict of sources ties weights that were not tied, and releases before
5 read its keys alone.

References
----------
The source of `PreTrainedModel.get_expanded_tied_weights_keys` and `PreTrainedModel.tie_weights`; the rules TRF004 and
TRF048 of huggingface/transformers-mlinter.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import Plan, TakeArguments, TieBySource
from initls.knowledge import frameworks
from initls.model.traces.program import Program
from initls.model.traces.tying import Mistied
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that speaks of tied weights as it was done before release 5."""
    if program.is_test or frameworks.is_draft(program.filename):
        return
    found: dict[Place, Mistied] = {}
    for trace in program.traces:
        for one in trace.mistied if trace.incomplete is None else ():
            known = found.get(one.place)
            if known is None or (one.known, bool(one.pairs)) > (known.known, bool(known.pairs)):
                found[one.place] = one
    for one in found.values():
        severity = Severity.ERROR if one.known else Severity.INFORMATION
        yield Report(one.place, severity, message(one), plans=tuple(plans(one)))


def message(one: Mistied) -> str:
    """What raises, and when."""
    if one.kind == "keys":
        return (
            f"`{frameworks.TIED}` is not a dict: since transformers 5, saving this model raises AttributeError, and so "
            f"does building it with tied words."
        )
    when = "building" if frameworks.TYING[0] in one.lacking else "loading"
    return (
        f"this `tie_weights` does not take {listed(list(one.lacking))}: since transformers 5, {when} the model raises "
        f"TypeError."
    )


def plans(one: Mistied) -> Iterator[Plan]:
    """A dict with the sources, where they can be told, or a signature that takes what is given."""
    if one.pairs:
        yield TieBySource(one.place, one.pairs)
    elif one.alone:
        yield TakeArguments(one.place, "missing_keys=None, recompute_mapping=True", "Take the arguments of a load")


RULE = Rule(
    code="INI225",
    name="tied-weights-form",
    summary="A Hugging Face model names its tied weights in a form that its release does not take.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B23",),
)
