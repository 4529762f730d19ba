"""What transformers, mmengine and Lightning do about initialization, in few lines, for where they are not installed.

Only the documented behaviour that the rules speak of: who calls which hook on what, and when.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from torch import nn
from torch.overrides import TorchFunctionMode

from tests.proofs import partitioning, trainer


class Config:
    """A configuration: whatever it is given, and sizes that suit the examples."""

    hidden_size = 8
    num_labels = 4
    initializer_range = 0.02

    def __init__(self, **settings: Any) -> None:
        self.__dict__.update(settings)


class PreTrainedModel(nn.Module):
    """Hands every module to `_init_weights` in `post_init`, and remembers which."""

    def __init__(self, config: Any = None) -> None:
        super().__init__()
        self.config = config
        self.__dict__["visited"] = []

    def post_init(self) -> None:
        """What a constructor calls last."""
        self.apply(self._visit)

    def _visit(self, module: nn.Module) -> None:
        self.visited.append(module)
        self._init_weights(module)

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding | nn.Conv2d):
            nn.init.normal_(module.weight, std=0.02)
            if getattr(module, "bias", None) is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)


class BaseModule(nn.Module):
    """Its `init_weights`, which the runner calls, calls that of every child."""

    def __init__(self, init_cfg: Any = None) -> None:
        super().__init__()
        self.init_cfg = init_cfg

    def init_weights(self) -> None:
        """What the runner calls before training."""
        for child in self.children():
            if hasattr(child, "init_weights"):
                child.init_weights()


class Skipping(TorchFunctionMode):
    """Keeps the functions of `torch.nn.init` from doing anything, as Lightning's context does."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__module__", "") == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


@contextmanager
def nothing_drawn() -> Iterator[None]:
    """Replaces the functions of `torch.nn.init` by empty ones, as the context of transformers does."""
    functions = {name: f for name, f in vars(nn.init).items() if name.endswith("_") and not name.startswith("_")}
    for name in functions:
        setattr(nn.init, name, lambda *arguments, **keywords: None)
    try:
        yield
    finally:
        for name, function in functions.items():
            setattr(nn.init, name, function)


class Fabric:
    """What the examples need of Lightning's."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings

    @contextmanager
    def init_module(self, empty_init: bool | None = None) -> Iterator[None]:
        """Layers that are made here are left as the memory was, if that is asked for."""
        if not empty_init:
            yield
            return
        with Skipping():
            yield

    def setup(self, model: Any, *optimizers: Any) -> Any:
        """What is to be trained, wrapped."""
        return (model, *optimizers) if optimizers else model


def _modules() -> dict[str, ModuleType]:
    contents: dict[str, dict[str, Any]] = {
        "transformers": {"PreTrainedModel": PreTrainedModel, "PretrainedConfig": Config, "PreTrainedConfig": Config},
        "transformers.modeling_utils": {"PreTrainedModel": PreTrainedModel, "no_init_weights": nothing_drawn},
        "transformers.initialization": {
            name: getattr(nn.init, name) for name in dir(nn.init) if name.endswith("_") and not name.startswith("_")
        },
        "lightning": {},
        "lightning.fabric": {"Fabric": Fabric},
        "mmengine": {},
        "mmengine.model": {"BaseModule": BaseModule},
    }
    modules: dict[str, ModuleType] = {}
    for name, values in contents.items():
        modules[name] = ModuleType(name)
        modules[name].__dict__.update(values)
        parent, _, short = name.rpartition(".")
        if parent:
            setattr(modules[parent], short, modules[name])
    return modules


MODULES = {**_modules(), **partitioning.modules(), **trainer.modules()}


@contextmanager
def standing_in(modules: dict[str, ModuleType]) -> Iterator[None]:
    """Put modules where imports find them, for as long as the block runs: other tests import the real ones."""
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
