"""What it does
------------
Reports an initialization that writes over weights which have just come from a checkpoint: by `load_state_dict`, by
`from_pretrained`, or because a model was built with `pretrained=True` or `weights=...`.

Why it hurts
------------
The last write counts. The pretrained weights are gone without a word, and training starts from scratch. A backbone that
is part of the model is reached by `self.apply(...)` and `self.modules()` like any other layer.

Example
-------
```python
class Classifier(nn.Module):
    def __init__(self, pretrained):
        super().__init__()
        self.encoder = nn.Linear(8, 16)
        self.encoder.load_state_dict(pretrained)
        self.head = nn.Linear(16, 2)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=0.02)
```

Use instead
-----------
```python
class Classifier(nn.Module):
    def __init__(self, pretrained):
        super().__init__()
        self.encoder = nn.Linear(8, 16)
        self.encoder.load_state_dict(pretrained)
        self.head = nn.Linear(16, 2)
        self.head.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=0.02)
```

When it is right
----------------
An initialization of the new layers alone, one in a branch that is taken when nothing is loaded, and one behind which
the checkpoint is loaded again.

Fix safety
----------
Unsafe: the model starts from other weights. An initialization that goes over the new layers alone draws fewer numbers,
so that what is drawn later under a fixed seed is other than before. Where the load moves behind the initialization and
is what builds a part of the model, its parameters come later in `parameters()`, and the random numbers of other layers
shift as well.

References
----------
[mmpretrain #318](https://github.com/open-mmlab/mmpretrain/issues/318);
[transformers #46620](https://github.com/huggingface/transformers/issues/46620).
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import Move, Plan, Restrict
from initls.model.answers.reloaded import Reloaded, reloaded
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each initialization that undoes a load, once."""
    if program.is_test:
        return
    said: set[tuple[Place, Place]] = set()
    for found in reloaded(program):
        if (found.place, found.load) not in said:
            said.add((found.place, found.load))
            yield _report(found)


def _report(found: Reloaded) -> Report:
    what = f"`{found.model}`" if found.model else "the model"
    came = f"{what} was built with" if found.built else f"were loaded into {what}"
    title = f"Build {what} behind the initialization" if found.built else "Load behind the initialization"
    plans: list[Plan] = []
    if found.new:
        alone = f"Initialize the new layer{'' if len(found.new) == 1 else 's'} alone: {listed(found.new, 3)}"
        plans.append(Restrict(found.place, found.new, alone))
    plans.append(Move(found.load, found.place, title, Applicability.UNSAFE))
    return Report(
        found.place,
        Severity.WARNING,
        f"this initialization writes over the pretrained weights that {came}: training starts from scratch.",
        related=(("the weights come from here", found.load),),
        plans=tuple(plans),
    )


RULE = Rule(
    code="INI204",
    name="init-after-load",
    summary="An initialization writes over weights that have just been loaded.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B6",),
)
