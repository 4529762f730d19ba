"""Whether what is done to a tensor's relative is done to the tensor: which names share storage and which copy.

A write through a name that shares takes effect on the parameter; a write to a copy is lost without a word.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Sharing(Enum):
    """How the storage of a result stands to that of the tensor."""

    KEEPS = "keeps"
    """Always the same memory."""
    COPIES = "copies"
    """Always new memory."""
    DEPENDS = "depends"
    """The same memory where nothing has to change, new memory otherwise."""


class Relative(Struct, frozen=True):
    """What a method, attribute or function gives for a tensor."""

    name: str
    sharing: Sharing
    whole: bool
    """Whether every element of the tensor can be reached through the result."""
    condition: str = ""
    """When a result that depends shares memory."""

    @property
    def shaped(self) -> bool:
        """Whether the result has the axes of the tensor."""
        return self.name.rpartition(".")[2] in _SHAPED


_SHAPED = frozenset({
    "data", "detach", "detach_", "requires_grad_", "contiguous", "to", "type", "type_as", "float", "double", "half",
    "bfloat16", "int", "long", "short", "bool", "cpu", "cuda",
})  # fmt: skip
"""What gives a tensor of the very same axes."""

RELATIVES: dict[str, Relative] = {}
"""By name: attributes and methods as `torch.Tensor.t`, functions as `torch.t`."""


def _enter(sharing: Sharing, names: str, *, whole: bool, functions: bool = False, condition: str = "") -> None:
    for name in names.split():
        for home in ("torch.Tensor.", "torch.") if functions else ("torch.Tensor.",):
            RELATIVES[home + name] = Relative(home + name, sharing, whole, condition)


_enter(
    Sharing.KEEPS, "detach t transpose swapaxes swapdims permute movedim moveaxis adjoint", whole=True, functions=True
)
_enter(Sharing.KEEPS, "squeeze unsqueeze unflatten", whole=True, functions=True)
_enter(Sharing.KEEPS, "data view view_as T mT H mH expand expand_as detach_ requires_grad_", whole=True)
_enter(Sharing.KEEPS, "broadcast_to", whole=True, functions=True)
_enter(
    Sharing.KEEPS, "chunk split tensor_split split_with_sizes unbind hsplit vsplit dsplit", whole=True, functions=True
)
_enter(Sharing.KEEPS, "narrow select diagonal", whole=False, functions=True)
_enter(Sharing.KEEPS, "unfold", whole=False)
_enter(Sharing.KEEPS, "as_strided", whole=False, functions=True)

_enter(Sharing.COPIES, "repeat new_tensor", whole=True)
_enter(Sharing.COPIES, "index_select masked_select gather take take_along_dim", whole=False, functions=True)
_enter(
    Sharing.COPIES,
    "abs neg exp log sqrt add sub mul div pow clamp where masked_fill tril triu matmul mm bmm",
    whole=True,
    functions=True,
)
_enter(Sharing.COPIES, "tolist", whole=True)

_LAYOUT = "the elements lie in memory in the order that the new shape asks for"
_TYPE = "it has the precision, the device and the layout already"
_enter(Sharing.DEPENDS, "reshape flatten ravel", whole=True, functions=True, condition=_LAYOUT)
_enter(Sharing.DEPENDS, "reshape_as contiguous", whole=True, condition=_LAYOUT)
_enter(
    Sharing.DEPENDS,
    "to type type_as float double half bfloat16 int long short bool cpu cuda",
    whole=True,
    condition=_TYPE,
)
_enter(Sharing.DEPENDS, "numpy", whole=True, condition="it lies in the memory of the CPU")

for _function in ("copy.deepcopy", "torch.tensor", "torch.cat", "torch.stack", "torch.concat"):
    RELATIVES[_function] = Relative(_function, Sharing.COPIES, whole=True)
for _function in ("torch.as_tensor", "torch.asarray"):
    RELATIVES[_function] = Relative(_function, Sharing.DEPENDS, whole=True, condition=_TYPE)
for _function in ("torch.nn.Parameter", "torch.nn.parameter.Parameter"):
    RELATIVES[_function] = Relative(_function, Sharing.KEEPS, whole=True)


BASIC_INDEX = frozenset({"int", "slice", "None", "ellipsis"})
"""What an index may be made of so that reading through it gives a view.

A tensor, a list, a mask or a lone boolean copies when it is read. `w[index] = value` writes into `w` whatever the
index is, because it is one call; `w[mask].fill_(0)` reads first, and so writes into a copy.
"""


def relative(name: str) -> Relative | None:
    """What the method, attribute or function gives for the tensor that it is asked of."""
    return RELATIVES.get(name)
