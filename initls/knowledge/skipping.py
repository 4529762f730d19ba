"""What makes models without initializing them: functions that make a layer, and contexts in which nothing is drawn.

Contexts that make layers on the meta device stand elsewhere: there is no memory to be left as it was until `to_empty`.
"""

from __future__ import annotations

import re

from msgspec import Struct

from initls.pattern import pattern, rare

SKIP_INIT = "torch.nn.utils.skip_init"
"""Makes a layer of the class that it is given, in memory that nobody writes."""

SKIP_INIT_NAMES = (SKIP_INIT, "torch.nn.utils.init.skip_init")


SAMPLES = frozenset({"uniform", "normal"})
"""The kinds of defaults that layers of torch draw by functions which every such context reaches."""


class Context(Struct, frozen=True):
    """A context manager in which functions of `torch.nn.init` do nothing, those that torch's layers call included.

    `pattern` fits the dotted names of what gives it: a function, or a method behind the class of its object. The
    `argument`, at the first place or by name, says whether it does so, `default` where it is not given. `functions` are
    those that it reaches, by their last names; None for all.
    """

    pattern: re.Pattern[str]
    argument: str
    default: bool
    functions: frozenset[str] | None = None

    def reaches(self, initializer: str) -> bool:
        """Whether a function of `torch.nn.init`, by its dotted name, does nothing in it."""
        return self.functions is None or initializer.rpartition(".")[2] in self.functions


_LIGHTNING = r"(?:lightning|lightning_fabric|pytorch_lightning)\.(?:\w+\.)*(?:Fabric|Trainer)"

CONTEXTS: dict[str, Context] = {
    "no_init_weights": Context(pattern(r"transformers\.(?:\w+\.)*no_init_weights"), "_enable", default=True),
    "init_module": Context(
        pattern(_LIGHTNING + r"\.init_module"),
        "empty_init",
        default=False,
        # Of the others torch does not tell what stands around, so that they draw all the same.
        functions=frozenset({"constant_", "kaiming_uniform_", "normal_", "uniform_"}),
    ),
}
"""The contexts, by the last part of their names. What Lightning's strategy decides is empty only where a checkpoint has
to come anyway."""

OWNERS = rare("lightning", _LIGHTNING)
"""Classes whose objects give such a context."""

HANDS_BACK = frozenset(["setup", "setup_module", "setup_optimizers"])
"""Methods of such objects that give back what they are given, wrapped, with the same values."""


def context(dotted: str) -> Context | None:
    """The context that something of that name gives."""
    row = CONTEXTS.get(dotted.rpartition(".")[2])
    return row if row is not None and row.pattern.fullmatch(dotted) else None
