"""What the `init_cfg` of mmengine may say: the types of initializers, what they take, and what they do.

As of mmengine 0.10.7, held to `mmengine.model.weight_init`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from msgspec import Struct


class Configured(Struct, frozen=True):
    """One type: its own arguments with their defaults, those that it needs, and the function of torch behind it.

    `function` is what fills the weight, `uniform` what does where `distribution` says so; without any the type loads a
    checkpoint. All that fill take the arguments of `COMMON` too.
    """

    own: Mapping[str, object]
    needs: tuple[str, ...] = ()
    function: str = ""
    uniform: str = ""

    @property
    def takes(self) -> frozenset[str]:
        """All its arguments by name, the type itself included."""
        return frozenset(("type", *self.own, *self.needs, *(COMMON if self.function else ())))


COMMON = ("bias", "bias_prob", "layer", "override")
"""What each type that fills takes besides; `override` is taken out before it is asked."""

KAIMING = {"a": 0, "mode": "fan_out", "nonlinearity": "relu", "distribution": "normal"}

TYPES: dict[str, Configured] = {
    "Constant": Configured({}, ("val",), "constant"),
    "Xavier": Configured({"gain": 1, "distribution": "normal"}, (), "xavier_normal", "xavier_uniform"),
    "Normal": Configured({"mean": 0, "std": 1}, (), "normal"),
    "TruncNormal": Configured({"mean": 0, "std": 1, "a": -2, "b": 2}, (), "trunc_normal"),
    "Uniform": Configured({"a": 0, "b": 1}, (), "uniform"),
    "Kaiming": Configured(KAIMING, (), "kaiming_normal", "kaiming_uniform"),
    "Caffe2Xavier": Configured({}, (), "kaiming_uniform"),
    "Pretrained": Configured({"prefix": None, "map_location": "cpu"}, ("checkpoint",)),
}
"""The types by the names under which the registry has them."""

PRIVATE_BASES: dict[str, tuple[str, ...]] = {
    "Conv": ("_ConvNd",),
    "ConvTranspose": ("_ConvTransposeNd",),
    "BatchNorm": ("_BatchNorm",),
    "SyncBatchNorm": ("_BatchNorm",),
    "InstanceNorm": ("_InstanceNorm",),
    "LSTM": ("RNNBase",),
    "GRU": ("RNNBase",),
    "RNN": ("RNNBase",),
}
"""The names of the direct bases of torch's layers, by the layers' names without their dimensions."""


def names_of(layer: str) -> frozenset[str]:
    """The names by which `layer` meets a layer of torch: its own, and those of its direct bases."""
    short = layer.rpartition(".")[2]
    bases = PRIVATE_BASES.get(short.rstrip("d").rstrip("123"), ("Module",))
    return frozenset((short, *bases))


def nearest_type(written: str) -> str | None:
    """The type that a name that none has may stand for."""
    plain = written.lower().removesuffix("init").replace("_", "")
    by_name = {name.lower(): name for name in TYPES}
    found = difflib.get_close_matches(plain, by_name, 1, 0.8)
    return by_name[found[0]] if found else None


def nearest(written: str, names: Iterable[str]) -> str | None:
    """The one of some names that another may stand for."""
    found = difflib.get_close_matches(written, list(names), 1, 0.75)
    return found[0] if found else None


def nearest_key(written: str, row: Configured) -> str | None:
    """The argument of a type that a name which it does not take may stand for."""
    known = {"value": "val", "layers": "layer", "bias_value": "bias", "gains": "gain"}
    if known.get(written) in row.takes:
        return known[written]
    return nearest(written, sorted(row.takes))
