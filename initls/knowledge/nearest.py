"""Which of the nonlinearities that torch knows by name stands nearest to one that it does not know.

The measured gains decide (`initls.knowledge.activations`), and what the functions look like: a smooth relative of ReLU
gets ReLU's gain, a bounded one that of tanh or of the sigmoid, and what leaves the size as it is none.
"""

from __future__ import annotations

from msgspec import Struct

from initls.knowledge.activations import ACTIVATIONS
from initls.knowledge.gains import NONLINEARITIES
from initls.knowledge.schemes import title


class Nearest(Struct, frozen=True):
    """A name that torch knows, and the function that was meant."""

    nonlinearity: str
    meant: str
    slope: float | None = None
    """The slope to hand over with `leaky_relu`."""
    activation: str = ""
    """The name of what was meant in `initls.knowledge.activations`, where torch has no gain for it."""


NEAREST: dict[str, str] = {
    **dict.fromkeys(("gelu", "silu", "mish", "hardswish", "relu6", "threshold", "elu", "celu"), "relu"),
    **dict.fromkeys(("prelu", "rrelu"), "leaky_relu"),
    **dict.fromkeys(("hardtanh", "softsign", "tanhshrink"), "tanh"),
    **dict.fromkeys(("hardsigmoid",), "sigmoid"),
    **dict.fromkeys(("softplus", "logsigmoid", "glu", "softmax", "log_softmax", "softmin", "none"), "linear"),
}
"""For activations without a gain of torch's own, by name."""

OTHER_NAMES: dict[str, str] = {
    "swish": "silu",
    "swiglu": "silu",
    "geglu": "gelu",
    "quickgelu": "gelu",
    "gelunew": "gelu",
    "gelufast": "gelu",
    "gelutanh": "gelu",
    "gelupytorchtanh": "gelu",
    "newgelu": "gelu",
    "reglu": "relu",
    "lrelu": "leaky_relu",
    "leaky": "leaky_relu",
    "hswish": "hardswish",
    "hsigmoid": "hardsigmoid",
    "identity": "none",
    "": "none",
}
"""What else activations are called, without underscores and in lower case."""

_BY_NAME = {name.replace("_", ""): name for name in (*ACTIVATIONS, *NEAREST)}
_ACCEPTED = {name.replace("_", ""): name for name in NONLINEARITIES}


def nearest(written: str) -> Nearest | None:
    """The accepted name nearest to what somebody has written; None where that means nothing."""
    plain = written.lower().replace("_", "").replace("-", "").replace(" ", "")
    if plain in _ACCEPTED:
        return Nearest(_ACCEPTED[plain], _ACCEPTED[plain])
    name = OTHER_NAMES.get(plain) or _BY_NAME.get(plain)
    if name is None:
        return None
    row = ACTIVATIONS.get(name)
    accepted = NEAREST.get(name) if row is None or row.torch_nonlinearity is None else row.torch_nonlinearity
    if accepted is None:
        return None
    slope = row.slope if row is not None and accepted == "leaky_relu" and name != "leaky_relu" else None
    return Nearest(
        accepted, "no activation" if name == "none" else title(name), slope, "" if accepted == name else name
    )
