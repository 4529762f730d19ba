"""What transformers, mmengine and Lightning do about initialization, in few lines, for where they are not installed.

Only the documented behaviour that the rules speak of: who calls which hook on what, and when.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from tests.proofs import partitioning, trainer

MARK = "_is_hf_initialized"
"""What a parameter or buffer carries that has been loaded."""

FUNCTIONS = {name: getattr(nn.init, name) for name in dir(nn.init) if name.endswith("_") and not name.startswith("_")}


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, but for tensors that have been loaded."""

    def initialize(tensor: Any, *arguments: Any, **named: Any) -> Any:
        return tensor if getattr(tensor, MARK, False) else function(tensor, *arguments, **named)

    return initialize


GUARDED = {name: _guarded(function) for name, function in FUNCTIONS.items()}


def _copy(tensor: Any, other: Any) -> Any:
    with torch.no_grad():
        return tensor if getattr(tensor, MARK, False) else tensor.copy_(other)


@contextmanager
def replaced() -> Iterator[None]:
    """Put the functions that look at the mark in the place of torch's, as attributes of their module."""
    vars(nn.init).update(GUARDED)
    try:
        yield
    finally:
        vars(nn.init).update(FUNCTIONS)


class Config:
    """A configuration: whatever it is given, and sizes that suit the examples."""

    hidden_size = 8
    num_labels = 4
    initializer_range = 0.02

    def __init__(self, **settings: Any) -> None:
        self.__dict__.update(settings)


class PreTrainedModel(nn.Module):
    """Hands every module to `_init_weights` in `post_init`, and remembers which."""

    _tied_weights_keys: Any = None

    def __init__(self, config: Any = None) -> None:
        super().__init__()
        self.config = config
        self.__dict__["visited"] = []

    def post_init(self) -> None:
        """What a constructor calls last."""
        self.__dict__["constructed"] = {name: p.detach().clone() for name, p in self.named_parameters()}
        self.apply(self._visit)
        self.tie_weights(recompute_mapping=False)

    def init_weights(self) -> None:
        """The greater part of it, and all of it once."""
        self.apply(self._visit)
        self.tie_weights(recompute_mapping=False)

    def tie_weights(self, missing_keys: Any = None, recompute_mapping: bool = True) -> None:
        """Make each tied weight its source, where the configuration asks for it."""
        tied = self._tied_weights_keys
        for name, source in tied.items() if tied is not None and getattr(self.config, "tie_word_embeddings", 0) else ():
            owner, _, last = name.rpartition(".")
            setattr(self.get_submodule(owner), last, self.get_parameter(source))

    def can_be_saved(self) -> bool:
        """What is done about tied weights when the model is saved; it raises where that can't be."""
        return all(isinstance(name, str) for name, _ in (self._tied_weights_keys or {}).items())

    def load(self) -> None:
        """What is done about tied weights behind a checkpoint."""
        self.tie_weights(missing_keys=set(), recompute_mapping=False)

    def _visit(self, module: nn.Module) -> None:
        self.visited.append(module)
        self._init_weights(module)

    def written_over(self, missing: frozenset[str] = frozenset(), *, library: bool = False) -> set[str]:
        """The parameters that a load writes over although its checkpoint, which holds all but `missing`, has them."""
        kept = {name: p for name, p in self.named_parameters() if name not in missing}
        with torch.no_grad():
            for parameter in kept.values():
                parameter.fill_(7.0)
        for name in self.state_dict():
            owner, _, last = name.rpartition(".")
            setattr(getattr(self.get_submodule(owner), last), MARK, name not in missing)
        with torch.no_grad(), replaced():
            for module in self.modules():
                own = [*module.parameters(recurse=False), *module.buffers(recurse=False)]
                if library or not all(getattr(tensor, MARK, False) for tensor in own):
                    self._init_weights(module)
        now = dict(self.named_parameters())
        return {name for name, p in kept.items() if now[name] is not p or not bool((p == 7).all())}

    def unfilled(self, name: str) -> bool:
        """Whether a parameter that a checkpoint lacks still holds what its memory did when the hooks have run."""
        parameter = self.get_parameter(name)
        with torch.no_grad():
            parameter.fill_(float("nan"))
            for module in self.modules():
                self._init_weights(module)
        return bool(parameter.isnan().all())

    def keeps_in_a_load(self, name: str) -> bool:
        """Whether a parameter stands as it was loaded, whatever else the checkpoint lacks."""
        others = frozenset(self.state_dict()) - {name}
        return not self.written_over() and name not in self.written_over(others)

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding | nn.Conv2d):
            nn.init.normal_(module.weight, std=0.02)
            if getattr(module, "bias", None) is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)


def fill(module: nn.Module, value: Callable[[Any], Any], bias: float) -> None:
    """Give the weight of a module what a function gives, and the bias a number."""
    if getattr(module, "weight", None) is not None:
        value(module.weight)
    if getattr(module, "bias", None) is not None:
        nn.init.constant_(module.bias, bias)


def _constant(*, val: float) -> Callable[[Any], Any]:
    return lambda weight: nn.init.constant_(weight, val)


def _normal(*, mean: float = 0, std: float = 1) -> Callable[[Any], Any]:
    return lambda weight: nn.init.normal_(weight, mean, std)


def _xavier(*, gain: float = 1, distribution: str = "normal") -> Callable[[Any], Any]:
    function = {"normal": nn.init.xavier_normal_, "uniform": nn.init.xavier_uniform_}[distribution]
    return lambda weight: function(weight, gain)


def _kaiming(
    *, a: float = 0, mode: str = "fan_out", nonlinearity: str = "relu", distribution: str = "normal"
) -> Callable[[Any], Any]:
    function = {"normal": nn.init.kaiming_normal_, "uniform": nn.init.kaiming_uniform_}[distribution]
    return lambda weight: function(weight, a, mode, nonlinearity)


KINDS: dict[str, Callable[..., Callable[[Any], Any]]] = {
    "Constant": _constant,
    "Normal": _normal,
    "Xavier": _xavier,
    "Kaiming": _kaiming,
}


def configure(
    module: nn.Module, kind: str, *, layer: Any = (), override: Any = None, bias: float = 0, **settings: Any
) -> None:
    """Fill the layers below a module that are asked for, and then what `override` names, as a whole."""
    value = KINDS[kind](**settings)
    names = {layer} if isinstance(layer, str) else set(layer)
    for one in module.modules():
        if names & {kind.__name__ for kind in (type(one), *type(one).__bases__)}:
            fill(one, value, bias)
    for other in [override] if isinstance(override, dict) else override or []:
        given = dict(other)
        if "name" not in given:
            raise ValueError("an override has no name")
        name = given.pop("name")
        if given and "type" not in given:
            raise ValueError("an override has no type")
        if not hasattr(module, name):
            raise RuntimeError(f"there is no attribute {name}")
        inner = KINDS[given.pop("type")](**{k: v for k, v in given.items() if k != "bias"}) if given else value
        for one in getattr(module, name).modules():
            fill(one, inner, other.get("bias", bias))


class BaseModule(nn.Module):
    """Its `init_weights`, which the runner calls, calls that of every child."""

    def __init__(self, init_cfg: Any = None) -> None:
        super().__init__()
        self.init_cfg = init_cfg

    def init_weights(self) -> None:
        """What the runner calls before training."""
        for config in self.init_cfg if isinstance(self.init_cfg, list) else [self.init_cfg] if self.init_cfg else []:
            given = dict(config)
            configure(self, given.pop("type"), **given)
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
        "transformers.initialization": {**GUARDED, "copy_": _copy},
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
