"""What frameworks do about initialization: which classes of theirs call which hooks, and how they are told.

A class belongs to a framework by its bases, and only there does what the framework asks for count. Bases are known by
their dotted names where their files are not read, else by file and name with a NUL between.
"""

from __future__ import annotations

import re

from msgspec import Struct

from initls.pattern import pattern, rare


class Framework(Struct, frozen=True):
    """One framework: the classes that its users derive from, and the hook of theirs that it calls to initialize.

    `bases` match the last part of a class's name, `packages` the beginning of its dotted name. `misnamed` are names
    that are mistaken for that of the hook.
    """

    name: str
    packages: re.Pattern[str]
    bases: re.Pattern[str]
    hook: str
    misnamed: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    """Names that are mistaken for those of further hooks, each with the hook that is meant."""

    @property
    def slips(self) -> tuple[tuple[str, str], ...]:
        """All names that are mistaken for a hook's, with the hook."""
        return (*((name, self.hook) for name in self.misnamed), *self.others)

    def derives(self, classes: tuple[str, ...]) -> bool:
        """Whether an object with these classes, its own first, derives from one of the framework's."""
        return any(
            self.bases.match(last(name)) and self.packages.search(name) and (is_dotted(name) or "\0" in name)
            for name in classes[1:]
        )


TRANSFORMERS = Framework(
    "transformers",
    pattern(r"\A(?:transformers|\.)|[\\/]transformers[\\/]|modeling_"),
    rare("PreTrainedModel", r"\w*PreTrainedModel\Z"),
    "_init_weights",
    misnamed=("_init_weight", "init_weight", "_weights_init", "_initialize_weight", "_init_weigths"),
)
"""`PreTrainedModel.post_init`, called last in a constructor, hands every module to `_init_weights`; so does a load, for
what the checkpoint lacks."""

HOOK_OF_BASE = "transformers.PreTrainedModel._init_weights"
"""Writes the module that it is handed, and nothing of the model whose method it is."""

MMENGINE = Framework(
    "mmengine",
    pattern(r"\A(?:mm(?:engine|cv|det|det3d|seg|pose|pretrain|cls|action|rotate|ocr|agic|edit|yolo|selfsup))\."),
    pattern(r"Base\w+\Z|\w+(?:Head|Detector|Backbone|Neck)\Z"),
    "init_weights",
    misnamed=("init_weight", "_init_weights", "_init_weight", "weights_init", "initialize_weights", "init_params"),
)
"""The runner calls `init_weights` of the model, which calls that of every child and applies `init_cfg`."""

LIGHTNING = Framework(
    "Lightning",
    pattern(r"\A(?:lightning|pytorch_lightning)\."),
    rare("LightningModule", r"LightningModule\Z"),
    "configure_model",
    misnamed=("configure_models", "config_model", "configure_module"),
    others=(
        ("on_fit_begin", "on_fit_start"),
        ("on_fit_started", "on_fit_start"),
        ("on_train_begin", "on_train_start"),
        ("on_training_start", "on_train_start"),
        ("on_train_started", "on_train_start"),
        ("setUp", "setup"),
        ("set_up", "setup"),
        ("on_setup", "setup"),
    ),
)
"""The trainer calls `setup`, `configure_model`, `on_fit_start` and `on_train_start`, in this order, before the first
batch; the second one under the contexts in which sharded models are built."""

BEFORE_TRAINING = ("setup", "configure_model", "configure_sharded_model", "on_fit_start", "on_train_start")
"""Hooks of Lightning's in which a model may be built and initialized."""

FRAMEWORKS = (TRANSFORMERS, MMENGINE, LIGHTNING)

INITIALIZED_BY_BASE = frozenset(
    f"torch.nn.{name}"
    for name in (
        "Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "Embedding", "LSTM",
        "MultiheadAttention", "LayerNorm", "GroupNorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d",
    )
)  # fmt: skip
"""The layers that `PreTrainedModel._init_weights` initializes."""

INITIALIZATION = "transformers.initialization"
"""The module of transformers, since release 5, whose functions do what torch's do and leave alone what is loaded."""

GUARDED = frozenset(
    {
        "uniform_", "normal_", "constant_", "ones_", "zeros_", "eye_", "dirac_", "xavier_uniform_", "xavier_normal_",
        "kaiming_uniform_", "kaiming_normal_", "trunc_normal_", "orthogonal_", "sparse_",
    }
)  # fmt: skip
"""The functions of `torch.nn.init` that are put in place of, as attributes of their module, while hooks run."""

LOADED = "_is_hf_initialized"
"""The mark on a parameter or buffer whose values are there. What is cut from the tensor does not carry it."""

TIED = "_tied_weights_keys"
"""The class attribute of a Hugging Face model that names its tied weights: a dict since release 5, from each weight to
its source."""

TYING = ("recompute_mapping", "missing_keys")
"""What `tie_weights` is called with since then: the first by `post_init` and by loads, the second by loads alone."""

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


def in_transformers(filename: str) -> bool:
    """Whether a file is one of transformers itself, whose models are taken to look at the marks of what is loaded."""
    return re.search(r"(?:^|[\\/])transformers[\\/]models[\\/]", filename) is not None


def is_initialization(dotted: str) -> bool:
    """Whether a dotted name, perhaps a relative one, is that of transformers' module of initializers."""
    return dotted == INITIALIZATION or (dotted.startswith(".") and dotted.lstrip(".") == "initialization")


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
