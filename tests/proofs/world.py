"""Examples run on a real torch: built, trained for some steps, and looked at."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType, ModuleType
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch", reason="what the rules claim is shown on a real PyTorch: see `make proofs`")
from torch import nn  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

from tests.proofs.processes import alone  # noqa: E402
from tests.proofs.stand_in import MODULES, standing_in  # noqa: E402
from tests.rules.cases import Case  # noqa: E402

torch.set_num_threads(1)

NAME = "example"
EMPTY: Mapping[str, ModuleType] = MappingProxyType({})
STEPS = 12
TINY = 1e-9
"""Rows that are closer than this in double precision are the same; rounding differs with the place in memory."""

CLEAR = 1e-7
"""Rows that are further apart than this have been pulled apart."""


# --------------------------------------------------------------------------- what a layer holds by torch's own doing

RESET = (
    nn.Linear,
    nn.Bilinear,
    nn.Embedding,
    nn.LayerNorm,
    nn.GroupNorm,
    nn.RNNBase,
    nn.modules.conv._ConvNd,
    nn.modules.batchnorm._NormBase,
)
"""The classes whose `reset_parameters` gives torch's defaults to those that derive from them."""


@contextmanager
def watched(defaults: dict[int, tuple[Any, Any]]) -> Iterator[None]:
    """Keep a copy of what every layer's own `reset_parameters` leaves, by the identity of the parameter."""
    originals = {kind: kind.reset_parameters for kind in RESET}

    def watch(original: Callable[[Any], None]) -> Callable[[Any], None]:
        def reset_parameters(self: Any) -> None:
            original(self)
            for p in self.parameters(recurse=False):
                defaults[id(p)] = (p, p.detach().clone())

        return reset_parameters

    for kind, original in originals.items():
        kind.reset_parameters = watch(original)
    try:
        yield
    finally:
        for kind, original in originals.items():
            kind.reset_parameters = original


# --------------------------------------------------------------------------- poison


class Poison(TorchDispatchMode):  # type: ignore[misc, name-defined]
    """Replaces whatever is written in place inside the block by NaN when the block ends."""

    written = 0

    def __init__(self) -> None:
        super().__init__()
        self.tensors: list[Any] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        for number, argument in enumerate(func._schema.arguments):
            if argument.alias_info is not None and argument.alias_info.is_write:
                value = args[number] if number < len(args) else kwargs.get(argument.name)
                if isinstance(value, torch.Tensor) and value.is_floating_point():
                    self.tensors.append(value)
        return result

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)
        with torch.no_grad():
            for tensor in self.tensors:
                tensor.detach().fill_(float("nan"))
        type(self).written += len(self.tensors)


def poisoned(source: str, lines: Sequence[int]) -> ast.Module:
    """The program with what the statements of some lines write replaced by NaN at once."""
    tree = ast.parse(source)
    met: set[int] = set()

    class Wrap(ast.NodeTransformer):
        def visit_Expr(self, node: ast.Expr) -> ast.AST:
            if node.lineno not in lines:
                return node
            met.add(node.lineno)
            wrapped = ast.parse("with __poison__():\n    pass").body[0]
            assert isinstance(wrapped, ast.With)
            wrapped.body = [node]
            return wrapped

    tree = ast.fix_missing_locations(Wrap().visit(tree))
    assert met == set(lines), f"no statement to poison on lines {set(lines) - met}"
    return tree


# --------------------------------------------------------------------------- building and training


@dataclass
class World:
    """What running an example has given."""

    case: Case
    names: dict[str, Any]
    model: Any
    defaults: dict[int, tuple[Any, Any]] = field(default_factory=dict)

    def inputs(self) -> tuple[Any, ...]:
        """One batch of random data."""
        value = eval(self.case.directive("reads", "torch.randn(16, 8)"), self.names)
        return value if isinstance(value, tuple) else (value,)

    def outputs(self) -> list[Any]:
        """The floating-point tensors that the forward pass gives."""
        return list(_tensors(self.model(*self.inputs())))

    def parameters(self, name: str) -> list[Any]:
        """The parameters that a message calls by this name, as seen from the model or from a part of it."""
        named = dict(self.model.named_parameters())
        found = [p for full, p in named.items() if full == name] or [
            p for full, p in named.items() if full.endswith(f".{name}") or name.endswith(f".{full}")
        ]
        assert found, f"the model has no parameter `{name}`, but {sorted(named)}"
        return found

    def below(self, name: str) -> list[Any]:
        """The parameters of the layers that a message calls by this name."""
        found = [p for full, p in self.model.named_parameters() if f".{full}".find(f".{name}.") >= 0 or full == name]
        assert found, f"the model has nothing below `{name}`"
        return found

    def untouched(self, parameter: Any) -> bool:
        """Whether the parameter holds what torch's constructor of its layer has drawn."""
        kept = self.defaults.get(id(parameter))
        return kept is not None and torch.equal(kept[1], parameter.detach())

    def axis(self, parameter: Any) -> int:
        """The axis of a weight on which its units lie."""
        told = self.case.directive("units")
        if told:
            return int(told)
        for module in self.model.modules():
            if any(p is parameter for p in module.parameters(recurse=False)):
                return int(isinstance(module, nn.Embedding | nn.modules.conv._ConvTransposeNd))
        return 0

    def spread(self, parameter: Any) -> float:
        """How far apart the units of a weight are."""
        return spread(parameter, self.axis(parameter))

    def train(self, optimizer: str, steps: int = STEPS, each: Callable[[], None] | None = None) -> None:
        """Some steps on random data; `each` is called while the gradients of a step are there."""
        trainable = [p for p in self.model.parameters() if p.requires_grad]
        make = {"SGD": lambda: torch.optim.SGD(trainable, 0.05), "Adam": lambda: torch.optim.Adam(trainable, 0.01)}
        chosen = make[optimizer]()
        self.model.train()
        for _ in range(steps):
            chosen.zero_grad()
            loss = sum(((out - torch.randn_like(out)) ** 2).mean() for out in self.outputs())
            loss.backward()
            if each is not None:
                each()
            # Keeps rows that are equal equal, and weights of one from running away.
            nn.utils.clip_grad_norm_([p for p in trainable if p.grad is not None], 1.0)
            chosen.step()


def spread(parameter: Any, axis: int = 0) -> float:
    """The largest difference between the first unit and another."""
    rows = parameter.detach().transpose(0, axis).flatten(1) if parameter.dim() > 1 else parameter.detach()
    return float((rows - rows[:1]).abs().max())


def _tensors(value: Any) -> Iterator[Any]:
    if isinstance(value, torch.Tensor):
        if value.is_floating_point() and value.requires_grad:
            yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(_tensors, value.values()))
    elif isinstance(value, list | tuple):
        yield from itertools.chain.from_iterable(map(_tensors, value))


def run(
    case: Case,
    source: str | None = None,
    *,
    poison: Sequence[int] = (),
    seed: int = 0,
    libraries: Mapping[str, ModuleType] = EMPTY,
) -> World:
    """Run an example in double precision, and build its model; `libraries` stand in for those that it imports."""
    text = case.source if source is None else source
    module = ModuleType(NAME)
    names = module.__dict__
    names["__poison__"] = Poison
    Poison.written = 0
    tree = poisoned(text, poison) if poison else ast.parse(text)
    torch.manual_seed(seed)
    defaults: dict[int, tuple[Any, Any]] = {}
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with watched(defaults), standing_in({**MODULES, **libraries}), alone(text):
            exec(compile(tree, case.filename, "exec"), names)
            told = case.directive("builds")
            model = eval(told, names) if told else _last_class(names)()
    finally:
        torch.set_default_dtype(before)
    names.setdefault("torch", torch)
    return World(case, names, model, defaults)


@contextmanager
def doubled() -> Iterator[None]:
    """Make random data in double precision."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def _last_class(names: dict[str, Any]) -> Any:
    own = [value for value in names.values() if isinstance(value, type) and value.__module__ == NAME]
    assert own, "the example defines no class, and does not say what to build"
    return own[-1]


def quoted(message: str) -> list[str]:
    """The names in a message."""
    return re.findall(r"`([^`]+)`", message)
