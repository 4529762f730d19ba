"""The pinned releases of public packages, in the folder that they are unpacked in.

Some are imported, for their classes to be held against what is said of them; the others, which would need more than
PyTorch and a few small libraries, are only read. torchvision names compiled operators at import, of which there is no
build for every torch; its classes need none of them.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import types
import warnings
from pathlib import Path

CORPUS = Path(os.environ.get("INITLS_CORPUS", ".corpus")).resolve()
"""Where the wheels are unpacked."""

IMPORTED = (
    "timm",
    "transformers",
    "diffusers",
    "torchvision",
    "segmentation_models_pytorch",
    "vit_pytorch",
    "monai",
    "torch_geometric",
    "lightning",
)
"""Those that are imported; they lie in the folder itself."""

READ = (
    "allennlp",
    "deepchem",
    "espnet",
    "espnet2",
    "open_clip",
    "peft",
    "pytorch_forecasting",
    "recbole",
    "sentence_transformers",
    "speechbrain",
    "ultralytics",
    "x_transformers",
)
"""Those that are only read; they lie in a folder of their own, where no import meets them."""

PACKAGES = (*IMPORTED, *READ)


def folder_of(package: str) -> Path:
    """The folder in which a package lies."""
    return CORPUS / "reading" if package in READ else CORPUS


def unpacked() -> bool:
    """Whether all of the packages are there."""
    return all((folder_of(package) / package / "__init__.py").is_file() for package in PACKAGES)


def file_of(module: str) -> Path:
    """The file of a module of the packages."""
    path = CORPUS.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def load(module: str) -> types.ModuleType:
    """Import a module of the packages."""
    if str(CORPUS) not in sys.path:
        sys.path.insert(0, str(CORPUS))
    # What torch should know about torchvision's compiled operators, which are not there.
    sys.modules.setdefault("torchvision._meta_registrations", types.ModuleType("torchvision._meta_registrations"))
    for package in IMPORTED:
        logging.getLogger(package).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(module)
