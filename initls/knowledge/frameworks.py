"""What frameworks do about initialization: which classes of theirs call which hooks, and how they are told.

A file belongs to a framework by the bases of its classes, and only there does what the framework asks for count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework: the classes that models derive from, and the methods of theirs that it calls to initialize.

    `bases` match the last part of a dotted name. `hooks` are called by the framework, `start` by the constructor of the
    user's class. `misnamed` are names that users give a hook by mistake, with the name that is meant.
    """

    name: str
    package: str
    bases: re.Pattern[str]
    hooks: frozenset[str]
    start: str | None = None
    misnamed: tuple[tuple[str, str], ...] = ()


TRANSFORMERS = Framework(
    "transformers",
    "transformers",
    re.compile(r"(?:\w*[a-z0-9])?PreTrainedModel\Z"),
    frozenset({"_init_weights"}),
    start="post_init",
    misnamed=(
        ("_init_weight", "_init_weights"),
        ("_initialize_weights", "_init_weights"),
        ("init_weight", "_init_weights"),
        ("_weights_init", "_init_weights"),
        ("_init_weigths", "_init_weights"),
        ("__init_weights", "_init_weights"),
    ),
)
"""`PreTrainedModel.post_init`, called last in a constructor, hands every module to `_init_weights`; so does a load, for
what the checkpoint lacks."""

MMENGINE = Framework(
    "mmengine",
    "mmengine",
    re.compile(r"Base(?:Module|Model|Detector|DenseHead|Segmentor|DecodeHead|Backbone|Classifier)\Z|ModuleList\Z"),
    frozenset({"init_weights"}),
    misnamed=(
        ("init_weight", "init_weights"),
        ("_init_weights", "init_weights"),
        ("_init_weight", "init_weights"),
        ("weights_init", "init_weights"),
        ("initialize_weights", "init_weights"),
    ),
)
"""The runner calls `init_weights` of the model, which calls that of every child and applies `init_cfg`."""

FRAMEWORKS = (TRANSFORMERS, MMENGINE)

LIFECYCLE = frozenset(
    {"post_init", "_init_weights", "init_weights", "reset_parameters", "_reset_parameters", "initialize_weights"}
)
"""Methods whose calls are remembered, whatever class they turn out to be of."""


def is_draft(filename: str) -> bool:
    """Whether a file is one of Hugging Face's from which the file that runs is made, with the bases' code put in."""
    return re.search(r"(?:^|[\\/])modular_\w+\.py\Z", filename) is not None


def last(name: str) -> str:
    """The class at the end of a name: of a dotted one of a package, or of a unit of another file."""
    return re.split(r"[.\0]", name)[-1].partition("#")[0]


def is_dotted(name: str) -> bool:
    """Whether a class is known by its dotted name alone, because its file is not read."""
    return "." in name and "\0" not in name


def initialized_elsewhere(classes: tuple[str, ...]) -> bool:
    """Whether an object's class has a base in another file whose hooks may write what it holds.

    `PreTrainedModel` itself writes the layers of torch alone, and no parameter of one's own.
    """
    return any(
        is_dotted(name) and TRANSFORMERS.bases.match(last(name)) and last(name) != "PreTrainedModel" for name in classes
    )


def of_transformers(classes: tuple[str, ...]) -> bool:
    """Whether an object with these classes is a Hugging Face model, or derives from a file of one."""
    return any(
        (is_dotted(name) or "\0" in name) and (TRANSFORMERS.bases.match(last(name)) or ".modeling_" in name)
        for name in classes
    )
