"""What other libraries hand out under names that everybody knows: layers without weights, attention, einops, and more.

Their text is not at hand where they are imported, so that all that is known of them is the name. It is the last part of
the dotted name that counts, for the same class is offered by many packages. Only what such a thing does to a signal is
told, and only as much of it as holds for all of its namesakes.
"""

from __future__ import annotations

from enum import Enum

from initls.knowledge.activations import ACTIVATIONS, Activation, activation_of


class Trait(Enum):
    """What a thing from elsewhere does to a signal in a forward pass."""

    DROPOUT = "dropout"
    NORM = "norm"
    """With a gain of its own, perhaps."""
    ACTIVATION = "activation"
    SAMPLE = "sample"
    """Reads its first input at places that the others give."""
    ATTENTION = "attention"
    """Query, key and value come first."""
    BOUND_ATTENTION = "bound attention"
    """The same behind the module that asks; gives a pair."""
    PERMUTE = "permute"
    """The same elements in another shape or order, or several times."""
    REDUCE = "reduce"
    MATMUL = "matmul"


PREFIX = "?."
"""What stands before a trait in the name of a thing that has it, as no import can."""


def _each(trait: Trait, names: str) -> dict[str, Trait]:
    return dict.fromkeys(names.split(), trait)


LAYERS: dict[str, Trait] = {
    **_each(Trait.DROPOUT, "DropPath DropBlock2d StochasticDepth VariationalDropout"),
    **_each(
        Trait.NORM,
        "LayerNorm LayerNorm2d RMSNorm RmsNorm FusedRMSNorm FusedLayerNorm FP32LayerNorm LlamaRMSNorm T5LayerNorm "
        "FrozenBatchNorm2d SyncBatchNorm BatchNorm",
    ),
    **_each(
        Trait.SAMPLE,
        "DeformConv2d DeformConv2dPack ModulatedDeformConv2d DeformConv ModulatedDeformConv DCNv2 "
        "MultiScaleDeformableAttention MSDeformAttn",
    ),
    **_each(Trait.PERMUTE, "Rearrange"),
    **_each(Trait.REDUCE, "Reduce"),
}
"""Classes, by the last part of their names."""

FUNCTIONS: dict[str, Trait] = {
    **_each(Trait.DROPOUT, "drop_path stochastic_depth"),
    **_each(
        Trait.ATTENTION,
        "memory_efficient_attention flash_attn_func dispatch_attention_fn scaled_dot_product_attention flex_attention "
        "sageattn",
    ),
    **_each(
        Trait.SAMPLE,
        "deform_conv2d modulated_deform_conv2d modulated_deform_conv multi_scale_deformable_attn_pytorch",
    ),
    **_each(Trait.BOUND_ATTENTION, "eager_attention_forward"),
    **_each(Trait.PERMUTE, "rearrange"),
    "einops.repeat": Trait.PERMUTE,
    "einops.reduce": Trait.REDUCE,
    "einops.einsum": Trait.MATMUL,
}
"""Functions, by the last part of their names; by all of it where the last says too little."""

TABLES: dict[str, Trait] = {
    **_each(Trait.ACTIVATION, "ACT2FN ACT2CLS ACTIVATION_FUNCTIONS"),
    **_each(Trait.BOUND_ATTENTION, "ALL_ATTENTION_FUNCTIONS"),
}
"""Dicts of things to call, by the last part of their names."""

ACTIVATION_MAKERS = frozenset(["get_activation", "create_act_layer", "get_act_fn", "get_activation_fn"])
"""Functions that hand out an activation: by its name, or from its class."""

PASSING = frozenset(["get_norm_layer", "get_act_layer"])
"""Functions that hand a class on as it is, where they are given one and not its name."""

CHECKPOINTS = frozenset(["checkpoint", "_gradient_checkpointing_func"])
"""Functions that call their first argument with the others, and compute it once more for the gradients."""

CHAINS = frozenset(["checkpoint_seq", "checkpoint_sequential"])
"""The same for a sequence of modules, one behind another."""

SPELLINGS = {
    "swish": "silu",
    "gelu_new": "gelu",
    "gelu_fast": "gelu",
    "gelu_tanh": "gelu",
    "gelu_pytorch_tanh": "gelu",
    "gelu_python": "gelu",
    "gelu_approximate": "gelu",
    "quick_gelu": "gelu",
    "hard_swish": "hardswish",
    "hard_sigmoid": "hardsigmoid",
    "leakyrelu": "leaky_relu",
}
"""Names for activations other than torch's."""


def named_activation(name: str) -> Activation | None:
    """The activation that a name for it in a configuration, or a dotted one, stands for."""
    low = name.lower()
    return ACTIVATIONS.get(SPELLINGS.get(low, low)) or activation_of(name)
