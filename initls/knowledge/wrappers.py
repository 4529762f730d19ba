"""Functions that put a computed tensor in a parameter's place, and what then becomes of writes to the old name."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from initls.knowledge.signature import REQUIRED, Signature


class Survival(Enum):
    """Whether an in-place write to the wrapped name has an effect on training."""

    LOST = "lost"
    """The tensor under the old name is computed again before it is used."""
    UNTIL_FORWARD = "until forward"
    """The tensor shares memory with the parameter until the first forward pass, and is computed after that."""


class Wrapper(Struct, frozen=True):
    """One function that wraps a parameter of a module and gives the module back.

    `originals` are the parameters that take the wrapped one's place; `{name}` stands for its name.
    `direction` is the one of them that carries what an initializer means to say: a write to it takes effect.
    """

    name: str
    signature: Signature
    originals: tuple[str, ...]
    direction: str
    survival: Survival
    assignable: bool
    """Whether `module.weight = tensor` is turned into the originals."""
    buffers: tuple[str, ...] = ()
    argument: str = "name"
    """The argument that names the parameter."""


_U = "torch.nn.utils"
_P = f"{_U}.parametrizations"
_PRUNE = f"{_U}.prune"
_NAMED = (("module", REQUIRED), ("name", "weight"))
_PRUNED = (("module", REQUIRED), ("name", REQUIRED))


def _prune(name: str, *more: tuple[str, object]) -> Wrapper:
    return Wrapper(
        f"{_PRUNE}.{name}",
        (*_PRUNED, *more),
        ("{name}_orig",),
        "{name}_orig",
        Survival.LOST,
        assignable=False,
        buffers=("{name}_mask",),
    )


WRAPPERS: dict[str, Wrapper] = {
    wrapper.name: wrapper
    for wrapper in (
        Wrapper(
            f"{_U}.weight_norm",
            (*_NAMED, ("dim", 0)),
            ("{name}_g", "{name}_v"),
            "{name}_v",
            Survival.LOST,
            assignable=False,
        ),
        Wrapper(
            f"{_U}.spectral_norm",
            (*_NAMED, ("n_power_iterations", 1), ("eps", 1e-12), ("dim", None)),
            ("{name}_orig",),
            "{name}_orig",
            Survival.UNTIL_FORWARD,
            assignable=False,
            buffers=("{name}_u", "{name}_v"),
        ),
        Wrapper(
            f"{_P}.weight_norm",
            (*_NAMED, ("dim", 0)),
            ("parametrizations.{name}.original0", "parametrizations.{name}.original1"),
            "parametrizations.{name}.original1",
            Survival.LOST,
            assignable=True,
        ),
        Wrapper(
            f"{_P}.spectral_norm",
            (*_NAMED, ("n_power_iterations", 1), ("eps", 1e-12), ("dim", None)),
            ("parametrizations.{name}.original",),
            "parametrizations.{name}.original",
            Survival.LOST,
            assignable=True,
        ),
        Wrapper(
            f"{_P}.orthogonal",
            (*_NAMED, ("orthogonal_map", None), ("use_trivialization", True)),
            ("parametrizations.{name}.original",),
            "parametrizations.{name}.original",
            Survival.LOST,
            assignable=True,
        ),
        Wrapper(
            f"{_U}.parametrize.register_parametrization",
            (("module", REQUIRED), ("tensor_name", REQUIRED), ("parametrization", REQUIRED), ("unsafe", False)),
            ("parametrizations.{name}.original",),
            "parametrizations.{name}.original",
            Survival.LOST,
            assignable=False,
            argument="tensor_name",
        ),
        _prune("identity"),
        _prune("random_unstructured", ("amount", REQUIRED)),
        _prune("l1_unstructured", ("amount", REQUIRED), ("importance_scores", None)),
        _prune("random_structured", ("amount", REQUIRED), ("dim", REQUIRED)),
        _prune("ln_structured", ("amount", REQUIRED), ("n", REQUIRED), ("dim", REQUIRED), ("importance_scores", None)),
        _prune("custom_from_mask", ("mask", REQUIRED)),
    )
}
"""The wrapping functions by dotted name."""

UNWRAPPERS: frozenset[str] = frozenset(
    {
        f"{_U}.remove_weight_norm",
        f"{_U}.remove_spectral_norm",
        f"{_U}.parametrize.remove_parametrizations",
        f"{_PRUNE}.remove",
    }
)
"""The functions that make the wrapped name a plain parameter again."""

ALIASES: dict[str, str] = {
    f"{_U}.weight_norm.weight_norm": f"{_U}.weight_norm",
    f"{_U}.spectral_norm.spectral_norm": f"{_U}.spectral_norm",
    f"{_U}.weight_norm.remove_weight_norm": f"{_U}.remove_weight_norm",
    f"{_U}.spectral_norm.remove_spectral_norm": f"{_U}.remove_spectral_norm",
}


def wrapper(dotted: str) -> Wrapper | None:
    """The wrapping function of that name."""
    return WRAPPERS.get(ALIASES.get(dotted, dotted))


def is_unwrapper(dotted: str) -> bool:
    """Whether the function of that name makes a wrapped name a plain parameter again."""
    return ALIASES.get(dotted, dotted) in UNWRAPPERS
