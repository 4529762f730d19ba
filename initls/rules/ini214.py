"""What it does
------------
Reports a model with a layer under the legacy `torch.nn.utils.spectral_norm` that is called in evaluation mode before it
has seen any forward pass in training, or a checkpoint. Off by default.

Why it hurts
------------
The legacy function draws its two vectors at random, and only forward passes in training bring them to the
singular vectors of the weight. Until then the weight is divided by a number that has nothing to do with its norm: of a
layer with 64 inputs the norm is 20 or 700 instead of 1, and it multiplies from layer to layer.

Example
-------
```python
def smoke_test():
    model = nn.Sequential(nn.utils.spectral_norm(nn.Linear(64, 64)), nn.ReLU(), nn.Linear(64, 2))
    model.eval()
    with torch.no_grad():
        model(torch.randn(4, 64))
    return model
```

Use instead
-----------
```python
def smoke_test():
    model = nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Linear(64, 64)), nn.ReLU(), nn.Linear(64, 2))
    model.eval()
    with torch.no_grad():
        model(torch.randn(4, 64))
    return model
```

When it is right
----------------
Behind a forward pass in training, behind a checkpoint, which holds the vectors, and with
`torch.nn.utils.parametrizations.spectral_norm`, which takes fifteen steps towards them when it is made.

Fix safety
----------
There is no fix: the newer function gives its parameters other names, so that old checkpoints don't fit any more.

References
----------
Miyato et al. 2018, arXiv:1802.05957; pytorch/pytorch#51800.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.model.state.events import UsedCold
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each call in evaluation of a model whose spectral norms know nothing yet."""
    if program.is_test:
        return
    seen: set[Place] = set()
    for trace, event in program.events(UsedCold):
        names = [trace.module_names[number] for number, _ in event.modules if number in trace.module_names]
        here = next((place for place in (event.place, *reversed(event.path)) if not place.foreign), None)
        if here is None or here in seen or not names or trace.incomplete is not None or not event.likely:
            continue
        seen.add(here)
        what = listed([name for name in names if name], 3) if any(names) else "the layer"
        yield Report(
            here,
            Severity.INFORMATION,
            f"this is an evaluation before any forward pass in training: `spectral_norm` divides the weight of {what} "
            f"by what its random vectors make of it, not by its norm.",
            related=tuple(("it is wrapped here", place) for place in dict.fromkeys(at for _, at in event.modules))[:3],
        )


RULE = Rule(
    code="INI214",
    name="spectral-norm-not-warm",
    summary="A model with a legacy `spectral_norm` is evaluated before any forward pass in training.",
    documentation=__doc__,
    fixable=False,
    ask=ask,
    classes=("B22",),
)
