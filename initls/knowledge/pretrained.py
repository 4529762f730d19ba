"""Functions that build a model with the weights of a checkpoint in it, and what such a model surely holds."""

from __future__ import annotations

import re

from msgspec import Struct

from initls.pattern import pattern, rare

_CONV, _LINEAR = "torch.nn.Conv2d", "torch.nn.Linear"


class Pretrained(Struct, frozen=True):
    """One family of such functions.

    `pattern` fits their dotted names. `asked` are the arguments, by place and name, that ask for the weights; where
    there are none, they always come. `layers` are layers that every such model holds.
    """

    pattern: re.Pattern[str]
    layers: tuple[str, ...]
    asked: tuple[tuple[int | None, str], ...] = ()


_TORCHVISION = r"torchvision\.models\.(?:\w+\.)*"
_NO_MODELS = r"(?!\w*(?:Tokenizer|Config|Processor|Extractor|Pipeline|Scheduler|Streamer))"

PRETRAINED: tuple[Pretrained, ...] = (
    Pretrained(
        rare("torchvision", _TORCHVISION + r"(?:vit|swin|convnext|maxvit)\w*"),
        (_CONV, _LINEAR),
        ((0, "pretrained"), (None, "weights")),
    ),
    Pretrained(rare("torchvision", _TORCHVISION + r"[a-z]\w*"), (_CONV,), ((0, "pretrained"), (None, "weights"))),
    Pretrained(rare("timm", r"timm\.(?:\w+\.)*create_model"), (_CONV,), ((1, "pretrained"),)),
    Pretrained(
        rare(
            "transformers",
            r"transformers\.(?:\w+\.)*"
            + _NO_MODELS
            + r"(?:Auto|Bert|Roberta|XLMRoberta|DistilBert|Electra|Albert|Deberta|"
            r"ViT|Deit|Beit|Dinov2|CLIP|Siglip|T5|MT5|Bart|Wav2Vec2|Hubert|Whisper|Llama|Mistral|Qwen\d?|Swin)\w*"
            r"\.from_pretrained",
        ),
        (_LINEAR,),
    ),
    Pretrained(rare("diffusers", r"diffusers\.(?:\w+\.)*UNet2D\w*\.from_pretrained"), (_CONV, _LINEAR)),
)
"""The families, the narrower ones first."""

HUB = "torch.hub.load"
"""Loads a model of a repository that it is told: `torch.hub.load("pytorch/vision", "resnet18", pretrained=True)`."""

_HUB_REPOSITORIES = (
    Pretrained(pattern(r"pytorch/vision(:.*)?"), (_CONV,), ((None, "pretrained"), (None, "weights"))),
    Pretrained(pattern(r"facebookresearch/dino(v2)?(:.*)?"), (_CONV,)),
)


class Adapting(Struct, frozen=True):
    """Functions that put adapters into a model, freeze the rest and hand it back; the model is argument `model`."""

    pattern: re.Pattern[str]
    position: int


ADAPTING: tuple[Adapting, ...] = (
    Adapting(rare("peft", r"peft\.(?:\w+\.)*(?:get_peft_model|prepare_model_for_kbit_training)"), 0),
    Adapting(rare("peft", r"peft\.(?:\w+\.)*inject_adapter_in_model"), 1),
)
"""What PEFT does to a model: its weights stay where they are, frozen, beside low-rank ones that are trained."""


def adapting(dotted: str) -> Adapting | None:
    """The row of a function that puts adapters into a model."""
    return next((row for row in ADAPTING if row.pattern.fullmatch(dotted)), None)


def pretrained(dotted: str) -> Pretrained | None:
    """The family of a function."""
    return next((row for row in PRETRAINED if row.pattern.fullmatch(dotted)), None)


def in_hub(repository: str) -> Pretrained | None:
    """The family of the models of a repository."""
    return next((row for row in _HUB_REPOSITORIES if row.pattern.fullmatch(repository)), None)
