"""A tied parameter is drawn twice, and holds what the message says of the last draw."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from initls.findings import Finding
from tests.proofs.world import World, nn, run, torch
from tests.rules.cases import Case

METHODS = ("normal_", "uniform_", "zero_", "fill_")


@contextmanager
def recorded(drawn: list[tuple[str, int, float]]) -> Iterator[None]:
    """Keep what initializes a tensor from outside of torch: the name, the memory that it writes, the spread there."""
    functions = {name: f for name, f in vars(nn.init).items() if name.endswith("_") and not name.startswith("_")}
    methods = {name: getattr(torch.Tensor, name) for name in METHODS}
    depth = [0]

    def recording(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(tensor: Any, *arguments: Any, **keywords: Any) -> Any:
            frame = inspect.currentframe()
            caller = (
                frame.f_back.f_globals.get("__name__", "") if frame is not None and frame.f_back is not None else ""
            )
            depth[0] += 1
            try:
                return function(tensor, *arguments, **keywords)
            finally:
                depth[0] -= 1
                if not depth[0] and not caller.startswith("torch."):
                    drawn.append((name, tensor.data_ptr(), float(tensor.detach().std())))

        return call

    for name, function in functions.items():
        setattr(nn.init, name, recording(name, function))
    for name, function in methods.items():
        setattr(torch.Tensor, name, recording(name, function))
    try:
        yield
    finally:
        for name, function in functions.items():
            setattr(nn.init, name, function)
        for name in methods:
            delattr(torch.Tensor, name)


def _built(case: Case, text: str | None = None) -> tuple[World, list[tuple[str, int, float]]]:
    drawn: list[tuple[str, int, float]] = []
    with recorded(drawn):
        return run(case, text), drawn


def _parameter(world: World, name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(world.model.get_submodule(module), attribute)


def drawn_twice(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world, drawn = _built(case)
    tied = _parameter(world, match["lost"])
    assert tied is _parameter(world, match["wins"])
    (first, _, before), (last, _, after) = [one for one in drawn if one[1] == tied.data_ptr()]
    assert (first, last) == (match["first"], match["last"])
    for said, measured in ((match["before"], before), (match["after"], after)):
        assert said is None or abs(measured - float(said)) <= 0.1 * measured
    assert max(before, after) > 1.4 * min(before, after)
    assert float(tied.detach().std()) == after


def drawn_alike(case: Case, finding: Finding, text: str) -> None:
    match = re.match(PATTERN, finding.message)
    assert match is not None
    world, drawn = _built(case, text)
    tied = _parameter(world, match["lost"])
    assert tied is _parameter(world, match["wins"])
    spreads = [spread for _, memory, spread in drawn if memory == tied.data_ptr()]
    assert max(spreads) <= 1.2 * min(spreads)


PATTERN = (
    r"`(?P<lost>[\w.]+)` and `(?P<wins>[\w.]+)` are one parameter here, and it is initialized twice: as `(?P=lost)` it "
    r"is drawn by `(?P<first>\w+)`(?: with a deviation of (?P<before>[\d.e-]+))?, then as `(?P=wins)` it is drawn by "
    r"`(?P<last>\w+)`(?: with a deviation of (?P<after>[\d.e-]+))?, and only that remains\.$"
)
CLAIMS = ((PATTERN, drawn_twice),)
CURE = drawn_alike
BUILT = {"builds": "LanguageModel(50, 16)"}
