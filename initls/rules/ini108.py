"""What it does
------------
Reports a layer that is built and named to start at zero, and is drawn instead: the last layer of an adaLN-Zero
modulation, whose output is cut into shift, scale and gate, and the second matrix of a LoRA, whose first is drawn too.

Why it hurts
------------
Such a block is meant to start as the identity: with the gate at zero it adds nothing until it has learned what to add.
Where the layer is drawn, a deep stack of such blocks starts with noise, and an adapter disturbs the model that it is
put into.

Example
-------
```python
class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim, elementwise_affine=False)
        self.mlp = nn.Linear(dim, dim)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(dim, 3 * dim))

    def forward(self, x, c):
        shift, scale, gate = self.adaLN_modulation(c).chunk(3, dim=-1)
        return x + gate * self.mlp(self.norm(x) * (1 + scale) + shift)
```

Use instead
-----------
```python
class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim, elementwise_affine=False)
        self.mlp = nn.Linear(dim, dim)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(dim, 3 * dim))
        nn.init.zeros_(self.adaLN_modulation[1].weight)
        nn.init.zeros_(self.adaLN_modulation[1].bias)

    def forward(self, x, c):
        shift, scale, gate = self.adaLN_modulation(c).chunk(3, dim=-1)
        return x + gate * self.mlp(self.norm(x) * (1 + scale) + shift)
```

When it is right
----------------
Where the weights are always loaded, where a larger model of another file zeroes the layer, and for the variants of
these blocks that do without the zero: shift and scale alone, or a gate that starts open. So it is off by default.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs. It sets weight and bias to zero at the end of the constructor,
and draws nothing, so that later layers draw what they drew before.

References
----------
Peebles and Xie 2022 (DiT), arXiv:2212.09748; Hu et al. 2021 (LoRA), arXiv:2106.09685.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import AppendToMethod
from initls.model.answers.opening import Unopened, unopened
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings

PURPOSE = {
    "modulation": "its output is shift, scale and gate of a block that is built to start as the identity",
    "low rank": "its product with a drawn matrix is added to what was there before",
}


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each layer that should be zero and is not."""
    if program.is_test:
        return
    for found in unopened(program):
        name = found.trace.names[found.parameter]
        yield Report(
            found.place,
            Severity.HINT,
            f"`{name}` is drawn, not zero: {PURPOSE[found.kind]}.",
            plans=(_zero(found),),
        )


def _zero(found: Unopened) -> AppendToMethod:
    """Set the layer to zero at the end of the constructor."""
    steps = found.layer.split(".")
    owner = "self" + "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in steps)
    names = ("weight", "bias") if found.bias else ("weight",)
    lines = [f"{owner}.{name}.data.zero_()" for name in names]
    return AppendToMethod(found.place, "\n".join(lines), f"Set {owner} to zero at the end of the constructor")


RULE = Rule(
    code="INI108",
    name="missing-zero-init",
    summary="A layer that is built and named to start at zero is drawn instead.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C22",),
)
