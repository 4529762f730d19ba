"""What it does
------------
Reports weights that are tied, one parameter under two names, and initialized under both of them with different spreads:
first as what one layer wants, then as what the other one does.

Why it hurts
------------
There is one tensor, and the last initialization is all that is left of it. A visitor meets the layers in the order in
which they were registered, so that this order alone decides whether an embedding starts with a deviation of 1 or of
0.02. Too wide a head starts with huge logits; too narrow an embedding starts far below the positions that are added.

Example
-------
```python
class LanguageModel(nn.Module):
    def __init__(self, tokens, width):
        super().__init__()
        self.embed = nn.Embedding(tokens, width)
        self.head = nn.Linear(width, tokens, bias=False)
        self.head.weight = self.embed.weight
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Embedding):
            nn.init.normal_(m.weight, std=1.0)
        elif isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.head(self.embed(x))
```

Use instead
-----------
```python
class LanguageModel(nn.Module):
    def __init__(self, tokens, width):
        super().__init__()
        self.embed = nn.Embedding(tokens, width)
        self.head = nn.Linear(width, tokens, bias=False)
        self.head.weight = self.embed.weight
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Embedding | nn.Linear):
            nn.init.normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.head(self.embed(x))
```

When it is right
----------------
Where both use the same spread, and where the weights are tied behind the initialization: then the side that is assigned
keeps its own. What is said of one layer behind a visitor counts as meant, and so does a block that initializes itself.

Fix safety
----------
Unsafe, because other random numbers are drawn. To delete the initialization that is lost leaves the spread as it is. To
tie behind the initialization keeps the spread of the parameter that is assigned; where that is not the one that wins
today, the fix is only shown, for which of the two is better hangs on the model.

References
----------
Press & Wolf 2017, arXiv:1608.05859; Modalities/modalities#456; karpathy/build-nanogpt#89.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Applicability, Severity
from initls.fixes.plans import DeleteStatement, Move, Plan
from initls.model.answers.tied import Side, Twice, twice
from initls.model.state.contents import Constant
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each tie whose two sides are initialized apart."""
    for pair in twice(program):
        yield Report(
            pair.tie,
            Severity.WARNING,
            message(pair),
            related=(
                (f"it is initialized as `{pair.lost.name}` here", pair.lost.write.place),
                (f"and then as `{pair.wins.name}` here, which is what remains", pair.wins.write.place),
            ),
            plans=tuple(_plans(pair)),
        )


def message(pair: Twice) -> str:
    """Both initializations, and which one wins."""
    return (
        f"`{pair.lost.name}` and `{pair.wins.name}` are one parameter here, and it is initialized twice: as "
        f"`{pair.lost.name}` it is {told(pair.lost)}, then as `{pair.wins.name}` it is {told(pair.wins)}, and only "
        f"that remains."
    )


def told(side: Side) -> str:
    """What an initialization does."""
    if isinstance(side.content, Constant):
        return f"set to {side.content}"
    deviation = side.deviation
    spread = "" if deviation is None else f" with a deviation of {deviation:.2g}"
    return f"drawn by `{side.content.scheme}_`{spread}"


def _plans(pair: Twice) -> Iterator[Plan]:
    """Delete the initialization of which nothing is left; or tie behind both, so that one side keeps its own."""
    if pair.direct:
        yield DeleteStatement(pair.lost.write.place, f"Delete the initialization of `{pair.lost.name}` that is lost")
    if pair.behind is not None:
        title = f"Tie behind the initialization, so that `{pair.kept}` keeps its own"
        # Where the other side wins today, the model gets another spread, and a person has to say which one is meant.
        stays = pair.kept == pair.wins.name
        yield Move(pair.tie, pair.behind, title, Applicability.UNSAFE if stays else Applicability.DISPLAY)


RULE = Rule(
    code="INI206",
    name="tied-weights-initialized-twice",
    summary="One parameter is initialized under two names, with different spreads.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B9",),
)
