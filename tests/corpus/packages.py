"""The pinned releases of timm, transformers and diffusers, imported from the folder that they are unpacked in.

timm names torchvision at import, of which there is no build for every torch; what the classes under test need of it
is nothing, so names without substance stand in for it while timm is imported.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sys
import types
import warnings
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path

CORPUS = Path(os.environ.get("INITLS_CORPUS", ".corpus")).resolve()
"""Where the wheels are unpacked."""

PACKAGES = ("timm", "transformers", "diffusers")


def unpacked() -> bool:
    """Whether all of the packages are there."""
    return all((CORPUS / package / "__init__.py").is_file() for package in PACKAGES)


def file_of(module: str) -> Path:
    """The file of a module of the packages."""
    path = CORPUS.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def load(module: str) -> types.ModuleType:
    """Import a module of the packages."""
    if str(CORPUS) not in sys.path:
        sys.path.insert(0, str(CORPUS))
    for package in PACKAGES:
        logging.getLogger(package).setLevel(logging.ERROR)
    stand_in = _stand_in() if module.startswith("timm") else contextlib.nullcontext()
    with warnings.catch_warnings(), stand_in:
        warnings.simplefilter("ignore")
        return importlib.import_module(module)


# --------------------------------------------------------------------------- what stands in for torchvision


class _Nameless(type):
    """A class any attribute of which is its name: enough for tables keyed by members of an enumeration."""

    def __getattr__(cls, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return f"{cls.__name__}.{name}"


class _Hollow(types.ModuleType):
    """A module that has every name."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nameless(name, (), {})


class _Finder:
    """Finds torchvision and everything below it."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] == "torchvision" else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _Hollow(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing is in it."""


@contextlib.contextmanager
def _stand_in() -> Iterator[None]:
    """Let imports of torchvision succeed for a while: the other packages ask for it too, and should not be told yes."""
    finder = _Finder()
    sys.meta_path.append(finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            if isinstance(sys.modules[name], _Hollow):
                del sys.modules[name]
