"""What the construction trace says of each parameter of real classes, held against the tensors that PyTorch makes.

Run as a program it prints one line a class, and each parameter about which the trace is wrong:

    INITLS_CORPUS=.corpus python -m tests.corpus.reality [CLASS ...]
"""

from __future__ import annotations

import math
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import torch
from torch import nn

from initls.facts.store import FactStore
from initls.knowledge import layers
from initls.library import Library
from initls.model.machine.scope import Reading
from initls.model.state.contents import Constant, Content, Default, Garbage, Random, Structured
from initls.model.traces.trace import Trace
from initls.model.traces.tracing import trace_class
from initls.workspace.index import Index
from tests.corpus import packages
from tests.corpus.reality_classes import CLASSES, Case, namespace

MANY = 1000
"""So many elements make a sample whose spread says something."""

T = TypeVar("T")

ANALYSIS_STACK = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Compared:
    """One parameter: what the trace says, None where it does not commit itself, and what is wrong about that."""

    case: Case
    name: str
    said: str | None
    wrong: str | None = None


# --------------------------------------------------------------------------- what the trace says


@cache
def _library() -> Library:
    return Library(Index((packages.CORPUS,)), FactStore())


def trace_of(case: Case) -> Trace | None:
    """The construction trace of a class, as any file that holds it is traced: its arguments unknown."""
    path = str(packages.file_of(case.module))
    shelved = _library().shelved(path)
    assert shelved is not None
    source = shelved.source
    unit = next((unit for unit in reversed(source.classes()) if unit.partition("#")[0] == case.name), None)
    return None if unit is None else trace_class(Reading(source, _library().around(path)), unit)


def _pattern(name: str) -> str:
    return re.sub(r"\b\d+\b", "*", name)


class Said:
    """What a trace allows a parameter to hold, by its name, or by the names of its likes in a list of layers."""

    def __init__(self, trace: Trace) -> None:
        self.exact: dict[str, list[Content]] = {}
        self.alike: dict[str, list[Content]] = {}
        for number, ways in trace.final.items():
            name = trace.names.get(number)
            if name is None or not trace.parameters[number].trainable:
                continue
            contents = [way.content for way in ways if way.likely] or [way.content for way in ways]
            self.exact.setdefault(name, []).extend(contents)
            self.alike.setdefault(_pattern(name), []).extend(contents)

    def of(self, name: str) -> list[Content]:
        return self.exact.get(name) or self.alike.get(_pattern(name), [])


# --------------------------------------------------------------------------- what that means for a tensor


@dataclass(frozen=True, slots=True)
class Claim:
    """A prediction that a tensor can be held against."""

    kind: str
    value: float | None = None
    """The constant."""
    mean: float = 0.0
    std: float | None = None
    low: float | None = None
    high: float | None = None
    zero_row: int | None = None

    def __str__(self) -> str:
        shown = [
            f"{name}={getattr(self, name):.4g}"
            for name in ("value", "std", "low", "high")
            if getattr(self, name) is not None
        ]
        return f"{self.kind}({', '.join(shown)})"


def claim(content: Content, owner: nn.Module, tensor: torch.Tensor) -> Claim | None:
    """What a content says of this tensor of that module; None where it commits itself to nothing."""
    match content:
        case Constant(value=value):
            return Claim("constant", value)
        case Default(layer=name, name=parameter):
            return _default(name, parameter, owner)
        case Random(scheme=scheme, arguments=arguments):
            return _random(scheme, dict(arguments), tensor)
        case Structured(what="eye" | "dirac"):
            return Claim(content.what)
        case Garbage():
            return Claim("unwritten")
        case _:
            return None


def _default(name: str, parameter: str, owner: nn.Module) -> Claim | None:
    layer = layers.layer(name)
    spec = layers.parameter(layer, parameter) if layer is not None else None
    if layer is None or spec is None:
        return None
    arguments = {key: _attribute(owner, key) for key, _ in layer.signature if hasattr(owner, key)}
    default = spec.default
    if default.kind == "constant":
        return Claim("constant", default.constant(arguments))
    bound, std = default.bound(arguments), default.std(arguments)
    row = getattr(owner, default.zero_row, None) if default.zero_row else None
    if default.kind in ("uniform", "xavier_uniform"):
        return Claim("uniform", std=std, low=None if bound is None else -bound, high=bound)
    return Claim("normal", std=std, zero_row=row)


def _attribute(owner: nn.Module, key: str) -> object:
    value = getattr(owner, key)
    return (value is not None) if key == "bias" and not isinstance(value, bool) else value


def _fans(tensor: torch.Tensor) -> tuple[float, float]:
    field = tensor[0][0].numel() if tensor.dim() > 2 else 1
    return tensor.shape[1] * field, tensor.shape[0] * field


def _random(scheme: str, arguments: Mapping[str, object], tensor: torch.Tensor) -> Claim | None:
    def number(key: str, default: float | None) -> float | None:
        value = arguments.get(key, default)
        return float(value) if isinstance(value, int | float) else None

    if arguments.get("scaled"):
        # It was multiplied by something afterwards, so that all that is left is the shape of the distribution.
        return Claim(scheme) if scheme in ("normal", "uniform") else Claim("random")
    match scheme:
        case "normal":
            return Claim("normal", mean=number("mean", 0.0) or 0.0, std=number("std", 1.0))
        case "trunc_normal":
            std, low, high = number("std", 1.0), number("a", -2.0), number("b", 2.0)
            # Only where the cut is far out is the spread what the argument says.
            wide = std is not None and low is not None and high is not None and min(-low, high) >= 4 * std
            return Claim("normal", std=std if wide else None, low=low, high=high)
        case "uniform":
            # The function of `nn.init` and the method of tensors name their bounds differently.
            low = number("from" if "from" in arguments else "a", 0.0)
            high = number("to" if "to" in arguments else "b", 1.0)
            known = low is not None and high is not None
            return Claim(
                "uniform",
                mean=(low + high) / 2 if known else 0.0,
                std=(high - low) / math.sqrt(12) if known else None,
                low=low,
                high=high,
            )
        case "xavier_uniform" | "xavier_normal":
            gain = number("gain", 1.0)
            fan_in, fan_out = _fans(tensor)
            return _drawn(scheme, None if gain is None else gain * math.sqrt(2 / (fan_in + fan_out)))
        case "kaiming_uniform" | "kaiming_normal":
            mode, nonlinearity, slope = arguments.get("mode"), arguments.get("nonlinearity"), number("a", 0.0)
            if not isinstance(mode, str) or not isinstance(nonlinearity, str) or slope is None:
                return _drawn(scheme, None)
            fan = _fans(tensor)[mode == "fan_out"]
            return _drawn(scheme, nn.init.calculate_gain(nonlinearity, slope) / math.sqrt(fan))
        case _:
            return Claim("random")


def _drawn(scheme: str, std: float | None) -> Claim:
    if scheme.endswith("normal"):
        return Claim("normal", std=std)
    bound = None if std is None else std * math.sqrt(3)
    return Claim("uniform", std=std, low=None if bound is None else -bound, high=bound)


# --------------------------------------------------------------------------- holding one against the other


def wrong(said: Claim, tensor: torch.Tensor) -> str | None:
    """What of the claim the tensor does not show; None where it is right."""
    values = tensor.detach().double()
    if said.kind == "unwritten":
        return None if bool(values.isnan().all()) else "somebody wrote it"
    if bool(values.isnan().any()):
        return "nobody wrote it"
    if said.kind == "constant":
        if said.value is None:
            return None if bool((values == values.flatten()[0]).all()) else "it is not constant"
        return (
            None
            if bool((tensor == torch.tensor(said.value, dtype=tensor.dtype)).all())
            else f"it holds {_shown(values)}"
        )
    if said.kind == "eye":
        return None if bool((values == torch.eye(*values.shape, dtype=values.dtype)).all()) else "it is no identity"
    if said.kind == "dirac":
        return None if set(values.unique().tolist()) == {0.0, 1.0} else "it is no Dirac kernel"
    if said.zero_row is not None:
        if bool(values[said.zero_row].any()):
            return "the padding row is not zero"
        values = torch.cat((values[: said.zero_row], values[said.zero_row + 1 :]))
    flat = values.flatten()
    if flat.numel() > 1 and bool((flat == flat[0]).all()):
        return f"it is {flat[0]:.4g} everywhere"
    slack = 1e-6
    if said.low is not None and float(flat.min()) < said.low - slack * max(1.0, abs(said.low)):
        return f"it goes down to {flat.min():.4g}"
    if said.high is not None and float(flat.max()) > said.high + slack * max(1.0, abs(said.high)):
        return f"it goes up to {flat.max():.4g}"
    return _wrong_spread(said, flat) if flat.numel() >= MANY else None


def _wrong_spread(said: Claim, flat: torch.Tensor) -> str | None:
    std, mean, count = float(flat.std()), float(flat.mean()), flat.numel()
    if said.std is not None and abs(std / said.std - 1) > max(0.03, 5 / math.sqrt(2 * count)):
        return f"its standard deviation is {std:.4g}"
    if said.std is not None and abs(mean - said.mean) > 6 * std / math.sqrt(count):
        return f"its mean is {mean:.4g}"
    reach = float((flat - mean).abs().max()) / std
    # A thousand draws of a normal distribution reach past 2.5 deviations but once in 280,000 times.
    if said.kind == "normal" and said.low is None and reach < 2.5:
        return "it is not normal"
    if said.kind == "uniform" and reach > 1.9:
        return "it is not uniform"
    return None


def _shown(values: torch.Tensor) -> str:
    flat = values.flatten()
    if bool((flat == flat[0]).all()):
        return f"{flat[0]:.4g}"
    return f"values from {flat.min():.4g} to {flat.max():.4g}"


# --------------------------------------------------------------------------- the classes


def build(case: Case) -> nn.Module:
    """An instance of the class; memory that nobody writes is filled with NaN."""
    module = packages.load(case.module)
    torch.manual_seed(20)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = True
    try:
        arguments = eval(f"dict({case.arguments})", namespace(module))
        built = getattr(module, case.name)(**arguments)
    finally:
        torch.use_deterministic_algorithms(False)
    assert isinstance(built, nn.Module)
    return built


def compare(case: Case) -> Iterator[Compared]:
    """Every parameter of an instance of the class against the trace."""
    trace = trace_of(case)
    model = build(case)
    said = None if trace is None else Said(trace)
    for name, tensor in model.named_parameters():
        owner = model.get_submodule(name.rpartition(".")[0])
        contents = [] if said is None else said.of(name)
        claims = {claim(content, owner, tensor) for content in contents}
        found = claims.pop() if len(claims) == 1 else None
        if found is None:
            yield Compared(case, name, None)
        else:
            yield Compared(case, name, str(found), wrong(found, tensor))


def compare_all(cases: tuple[Case, ...] = CLASSES) -> list[Compared]:
    """Every parameter of all of the classes."""
    return with_stack(lambda: [entry for case in cases for entry in compare(case)])


def with_stack(work: Callable[[], T]) -> T:
    """Run the analysis on a thread with the stack that it asks for."""
    before = threading.stack_size(ANALYSIS_STACK)
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(work).result()
    finally:
        threading.stack_size(before)


def table(compared: list[Compared]) -> str:
    """One line a class: its parameters, those of which the trace says something, and those where that is wrong."""
    rows = [f"{'class':<86}{'parameters':>11}{'said':>6}{'wrong':>6}"]
    for case in dict.fromkeys(entry.case for entry in compared):
        own = [entry for entry in compared if entry.case == case]
        said, bad = sum(e.said is not None for e in own), sum(e.wrong is not None for e in own)
        rows.append(f"{case.module}.{case.name:<{max(1, 85 - len(case.module))}}{len(own):>11}{said:>6}{bad:>6}")
    said, bad = sum(e.said is not None for e in compared), sum(e.wrong is not None for e in compared)
    classes = len({entry.case for entry in compared})
    rows.append(f"{f'{classes} classes':<86}{len(compared):>11}{said:>6}{bad:>6}")
    return "\n".join(rows)


def main(wanted: list[str]) -> None:
    compared = compare_all(tuple(case for case in CLASSES if not wanted or case.name in wanted))
    for entry in compared:
        if entry.wrong is not None or wanted:
            print(f"{entry.case.module}.{entry.case.name} {entry.name}: said {entry.said}, {entry.wrong or 'right'}")
    print(table(compared))


if __name__ == "__main__":
    main(sys.argv[1:])
