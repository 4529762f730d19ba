"""What frameworks do about initialization: which classes of theirs call which hooks, and how they are told.

A class belongs to a framework by its bases, and only there does what the framework asks for count. Bases are known by
their dotted names where their files are not read, else by file and name with a NUL between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework: the classes that its users derive from, and the hook of theirs that it calls to initialize.

    `bases` match the last part of a class's name, `packages` the beginning of its dotted name. `misnamed` are names
    that are mistaken for that of the hook.
    """

    name: str
    packages: re.Pattern[str]
    bases: re.Pattern[str]
    hook: str
    misnamed: tuple[str, ...] = ()

    def derives(self, classes: tuple[str, ...]) -> bool:
        """Whether an object with these classes, its own first, derives from one of the framework's."""
        return any(
            self.bases.match(last(name)) and self.packages.search(name) and (is_dotted(name) or "\0" in name)
            for name in classes[1:]
        )


TRANSFORMERS = Framework(
    "transformers",
    re.compile(r"\A(?:transformers|\.)|[\\/]transformers[\\/]|modeling_"),
    re.compile(r"\w*PreTrainedModel\Z"),
    "_init_weights",
    misnamed=("_init_weight", "init_weight", "_weights_init", "_initialize_weight", "_init_weigths"),
)
"""`PreTrainedModel.post_init`, called last in a constructor, hands every module to `_init_weights`; so does a load, for
what the checkpoint lacks."""

HOOK_OF_BASE = "transformers.PreTrainedModel._init_weights"
"""Writes the module that it is handed, and nothing of the model whose method it is."""

MMENGINE = Framework(
    "mmengine",
    re.compile(r"\A(?:mm(?:engine|cv|det|det3d|seg|pose|pretrain|cls|action|rotate|ocr|agic|edit|yolo|selfsup))\."),
    re.compile(r"Base\w+\Z|\w+(?:Head|Detector|Backbone|Neck)\Z"),
    "init_weights",
    misnamed=("init_weight", "_init_weights", "_init_weight", "weights_init", "initialize_weights", "init_params"),
)
"""The runner calls `init_weights` of the model, which calls that of every child and applies `init_cfg`."""

FRAMEWORKS = (TRANSFORMERS, MMENGINE)

INITIALIZED_BY_BASE = frozenset(
    f"torch.nn.{name}"
    for name in (
        "Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "Embedding", "LSTM",
        "MultiheadAttention", "LayerNorm", "GroupNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d",
    )
)  # fmt: skip
"""The layers that `PreTrainedModel._init_weights` initializes."""

LIFECYCLE = frozenset(
    {"post_init", "_init_weights", "init_weights", "reset_parameters", "_reset_parameters", "initialize_weights"}
)
"""Methods whose calls are remembered, whatever class they turn out to be of."""


def last(name: str) -> str:
    """The class at the end of a name: of a dotted one of a package, or of a unit of another file."""
    return re.split(r"[.\0]", name)[-1].partition("#")[0]


def is_dotted(name: str) -> bool:
    """Whether a class is known by its dotted name alone, because its file is not read."""
    return "." in name and "\0" not in name


def is_draft(filename: str) -> bool:
    """Whether a file is one of Hugging Face's from which the file that runs is made, with the bases' code put in."""
    return re.search(r"(?:^|[\\/])modular_\w+\.py\Z", filename) is not None


def initialized_elsewhere(classes: tuple[str, ...]) -> bool:
    """Whether an object's class has a base in another file whose hooks may write what it holds.

    `PreTrainedModel` itself writes the layers of torch alone, and no parameter of one's own.
    """
    return any(
        is_dotted(name) and TRANSFORMERS.bases.match(last(name)) and last(name) != "PreTrainedModel" for name in classes
    )


def of_transformers(classes: tuple[str, ...]) -> bool:
    """Whether an object with these classes is a Hugging Face model, or derives from a file of one."""
    return TRANSFORMERS.derives(classes) or any(is_dotted(name) and ".modeling_" in name for name in classes)


def starts_itself(classes: tuple[str, ...]) -> bool:
    """Whether a Hugging Face model has to call `post_init`, because no base that is not read may have done so.

    Bases named after `PreTrainedModel` leave that to those that derive from them; mixins have nothing to do with it.
    """
    others = [last(name) for name in classes[1:] if is_dotted(name) and not name.startswith(("torch.", "typing."))]
    return TRANSFORMERS.derives(classes) and all(
        TRANSFORMERS.bases.match(name) or name.endswith("Mixin") or name in ("ABC", "object") for name in others
    )
