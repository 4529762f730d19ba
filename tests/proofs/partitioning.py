"""What DeepSpeed's ZeRO-3 does to the parameters of one process, in few lines; held to DeepSpeed 0.19 by hand.

With one process a partition is the whole tensor, kept aside, and what the parameter holds is a tensor without elements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch
from torch import nn


def _all_subclasses(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _all_subclasses(one)


def partition(parameter: Any) -> None:
    """Keep the values aside, and leave a placeholder."""
    parameter.ds_tensor = parameter.data
    parameter.data = torch.empty(0, dtype=parameter.dtype)


def gather(parameter: Any) -> None:
    """Bring a copy of the values back."""
    parameter.data = parameter.ds_tensor.clone()


class Init:
    """Partitions what each module holds as soon as its constructor is through, and has `apply` gather it."""

    def __init__(self, module: Any = None, enabled: bool = True, **_: Any) -> None:
        self.enabled = enabled
        self.kept: list[tuple[type, str, Any]] = []
        for parameter in [] if module is None or not enabled else list(module.parameters()):
            partition(parameter)

    def __enter__(self) -> None:
        if self.enabled:
            for kind in {nn.Module, *_all_subclasses(nn.Module)}:
                if "__init__" in kind.__dict__:
                    self._put(kind, "__init__", _partitioning(kind.__dict__["__init__"]))
            self._put(nn.Module, "apply", _gathering(nn.Module.apply))

    def _put(self, kind: type, name: str, function: Any) -> None:
        self.kept.append((kind, name, kind.__dict__[name]))
        setattr(kind, name, function)

    def __exit__(self, *exception: object) -> None:
        for kind, name, function in self.kept:
            setattr(kind, name, function)


def _partitioning(original: Callable[..., None]) -> Callable[..., None]:
    def construct(self: Any, *arguments: Any, **keywords: Any) -> None:
        outermost = "_entered" not in self.__dict__
        self.__dict__["_entered"] = True
        original(self, *arguments, **keywords)
        if outermost:
            del self.__dict__["_entered"]
            for parameter in self.parameters(recurse=False):
                if not hasattr(parameter, "ds_tensor"):
                    partition(parameter)

    return construct


def _gathering(original: Callable[..., Any]) -> Callable[..., Any]:
    def apply(self: Any, function: Callable[[Any], None]) -> Any:
        def with_values(module: Any) -> None:
            own = [one for one in module.parameters(recurse=False) if hasattr(one, "ds_tensor")]
            for one in own:
                gather(one)
            function(module)
            for one in own:
                partition(one)

        return original(self, with_values)

    def once(self: Any, function: Callable[[Any], None]) -> Any:
        """`apply` calls itself for the children, with a function that gathers already."""
        nn.Module.apply = original  # type: ignore[method-assign]
        try:
            return apply(self, function)
        finally:
            nn.Module.apply = once  # type: ignore[method-assign]

    return once


@contextmanager
def gathered_parameters(
    params: Any, modifier_rank: int | None = None, fwd_module: Any = None, enabled: bool = True
) -> Iterator[None]:
    """Brings values back for a block; what is written there stays where `modifier_rank` says whose it is."""
    given: Iterable[Any] = [params] if isinstance(params, torch.Tensor) else list(params)
    ours = [one for one in given if hasattr(one, "ds_tensor")] if enabled else []
    for one in ours:
        gather(one)
    yield
    for one in ours:
        if modifier_rank is not None:
            one.ds_tensor = one.data
        one.data = torch.empty(0, dtype=one.dtype)


def values(parameter: Any) -> Any:
    """What a parameter holds in truth."""
    return getattr(parameter, "ds_tensor", parameter.detach())


def modules() -> dict[str, ModuleType]:
    """The modules that examples import."""
    deepspeed, zero = ModuleType("deepspeed"), ModuleType("deepspeed.zero")
    zero.__dict__.update(Init=Init, GatheredParameters=gathered_parameters)
    deepspeed.__dict__.update(zero=zero)
    return {"deepspeed": deepspeed, "deepspeed.zero": zero}
