"""The modules that composite layers make for themselves, with the arguments that they make them with."""

from __future__ import annotations

from collections.abc import Callable

from initls.knowledge.parameters import MOST_LEVELS, Args, constant, integer, product, sizes
from initls.knowledge.rows import LAYERS, Build, Child, bind


def _pass(args: Args, **renamed: str) -> dict[str, object]:
    """The arguments of a child: each name that it takes with the name that the composite has for it."""
    return {name: args[source] for name, source in renamed.items() if source in args}


def _made(name: str, args: Args, **renamed: str) -> Args:
    """A child's arguments: the composite's under other names, the child's own defaults for the rest."""
    found = bind(LAYERS[name], (), _pass(args, **renamed))
    for own, source in renamed.items():
        if source not in args:
            found.pop(own, None)
    return found


def attention_children(args: Args) -> tuple[Child, ...]:
    """The output projection, whose bias the attention's constructor sets to zero."""
    name = "torch.nn.modules.linear.NonDynamicallyQuantizableLinear"
    made = _made(name, args, in_features="embed_dim", out_features="embed_dim", bias="bias")
    return (Child("out_proj", name, made, written=(("bias", constant(0.0)),)),)


def _attention_block(attribute: str, args: Args) -> Child:
    name = "torch.nn.MultiheadAttention"
    made = _made(
        name, args, embed_dim="d_model", num_heads="nhead", dropout="dropout", bias="bias", batch_first="batch_first"
    )
    return Child(attribute, name, made)


def block_children(attentions: tuple[str, ...]) -> Callable[[Args], tuple[Child, ...]]:
    """A transformer block: its attentions, the two linear layers, a norm and a dropout for each sublayer."""

    def children(args: Args) -> tuple[Child, ...]:
        linear, norm, dropout = ("torch.nn.Linear", "torch.nn.LayerNorm", "torch.nn.Dropout")
        up = _made(linear, args, in_features="d_model", out_features="dim_feedforward", bias="bias")
        down = _made(linear, args, in_features="dim_feedforward", out_features="d_model", bias="bias")
        normed = _made(norm, args, normalized_shape="d_model", eps="layer_norm_eps", bias="bias")
        dropped = _made(dropout, args, p="dropout")
        numbers = range(1, len(attentions) + 2)
        return (
            *(_attention_block(attribute, args) for attribute in attentions),
            Child("linear1", linear, up),
            Child("dropout", dropout, dropped),
            Child("linear2", linear, down),
            *(Child(f"norm{number}", norm, normed) for number in numbers),
            *(Child(f"dropout{number}", dropout, dropped) for number in numbers),
        )

    return children


_BLOCK_ARGUMENTS = (
    "d_model",
    "nhead",
    "dim_feedforward",
    "dropout",
    "activation",
    "layer_norm_eps",
    "batch_first",
    "norm_first",
    "bias",
)


def transformer_children(args: Args) -> tuple[Child, ...]:
    """Encoder and decoder, unless modules of the user's own are given for them."""

    def stack(side: str) -> Child:
        block = f"torch.nn.Transformer{side}Layer"
        own = f"custom_{side.lower()}"
        norm = _made("torch.nn.LayerNorm", args, normalized_shape="d_model", eps="layer_norm_eps", bias="bias")
        given: dict[str, object] = {
            f"{side.lower()}_layer": Build(block, _made(block, args, **{name: name for name in _BLOCK_ARGUMENTS})),
            "norm": Build("torch.nn.LayerNorm", norm),
        }
        given.update(_pass(args, num_layers=f"num_{side.lower()}_layers"))
        name = f"torch.nn.Transformer{side}"
        made = bind(LAYERS[name], (), given)
        if "num_layers" not in given:
            made.pop("num_layers", None)
        present = None if own not in args else args[own] is None
        return Child(side.lower(), name, made, present)

    return stack("Encoder"), stack("Decoder")


def stack_children(argument: str) -> Callable[[Args], tuple[Child, ...]]:
    """The copies of a block, where the block is one that torch's own constructor made, and the norm behind them."""

    def children(args: Args) -> tuple[Child, ...]:
        found: list[Child] = []
        block, norm, count = args.get(argument), args.get("norm"), integer(args, "num_layers")
        if isinstance(block, Build) and count is not None:
            copies = range(min(count, MOST_LEVELS))
            found += [Child(f"layers.{i}", block.layer, block.args, twins="layers") for i in copies]
        if isinstance(norm, Build):
            found.append(Child("norm", norm.layer, norm.args))
        return tuple(found)

    return children


_MOST_SHRINKING = 1e4
"""The largest factor between clusters that is followed; its powers still fit a float."""


def adaptive_softmax_children(args: Args) -> tuple[Child, ...]:
    """A head over the frequent classes, and for each cluster of the others a narrow pair of layers."""
    linear = "torch.nn.Linear"
    width, classes = integer(args, "in_features"), integer(args, "n_classes")
    cutoffs = sizes(args, "cutoffs", None) if isinstance(args.get("cutoffs"), list | tuple) else None
    head: dict[str, object] = {
        **_pass(args, in_features="in_features", bias="head_bias"),
        "device": None,
        "dtype": None,
    }
    if not cutoffs:
        return (Child("head", linear, head),)
    ends = (*cutoffs, classes)
    shortlist, shrink = cutoffs[0], args.get("div_value")
    if shortlist is not None:
        head["out_features"] = shortlist + len(cutoffs)
    found = [Child("head", linear, head)]
    for number in range(len(cutoffs)):
        start, end = ends[number], ends[number + 1]
        narrow: dict[str, object] = {"bias": False, "device": None, "dtype": None}
        wide = dict(narrow)
        narrow.update(_pass(args, in_features="in_features"))
        if width is not None and isinstance(shrink, int | float) and 1 <= shrink <= _MOST_SHRINKING:
            hidden = int(width // (shrink ** (number + 1)))
            narrow["out_features"] = wide["in_features"] = hidden
        if start is not None and end is not None:
            wide["out_features"] = end - start
        found += [Child(f"tail.{number}.0", linear, narrow), Child(f"tail.{number}.1", linear, wide)]
    return tuple(found)


def linear_loss_children(args: Args) -> tuple[Child, ...]:
    """The linear layer in front of the loss, its outputs for all positions in one matrix."""
    made = dict(_made("torch.nn.Linear", args, in_features="in_features", bias="bias"))
    classes, extra = integer(args, "num_classes"), sizes(args, "out_features", None)
    total = product(classes, *(extra if extra is not None else (None,)))
    if total is not None:
        made["out_features"] = total
    return (Child("linear", "torch.nn.Linear", made),)
