"""A real class that mutants are seeded into: its text, what stands where in it, and how changed text is run."""

from __future__ import annotations

import ast
import contextlib
import gc
import re
import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

import torch
from torch import nn

from tests.corpus import packages, symptoms
from tests.corpus.reality_classes import Case, namespace

HERE = "  #!here"
"""Marks, in text that is put together, the lines on which a finding is expected."""

VISITOR = re.compile(
    r"\bdef (\w*init_?\w*weights|reset_parameters)|\bpost_init\(\)"
    r"|apply\(self\.|\bnamed_apply\(|\.modules\(\)|in self\.\w*parameters\("
)
"""What a text has where it initializes models that are made elsewhere."""


@dataclass(frozen=True)
class Layer:
    """A layer of torch that the constructor assigns to an attribute: `statement` is the assignment."""

    name: str
    statement: ast.stmt
    module: nn.Module

    @property
    def weight(self) -> str:
        return f"self.{self.name}.weight"

    @property
    def bias(self) -> str | None:
        """The bias, where there is one."""
        return f"self.{self.name}.bias" if isinstance(getattr(self.module, "bias", None), nn.Parameter) else None

    @property
    def spelled(self) -> str | None:
        """The layer's kind, where `nn` names it."""
        kind = type(self.module)
        return f"nn.{kind.__name__}" if getattr(nn, kind.__name__, None) is kind else None


MATRICES = (nn.Linear, nn.Embedding, nn.modules.conv._ConvNd)


@dataclass(frozen=True)
class Patient:
    """One class at module level, with its constructor."""

    case: Case
    module: types.ModuleType
    lines: tuple[str, ...]
    """The text of the whole file."""
    node: ast.ClassDef
    constructor: ast.FunctionDef
    tree: ast.Module
    model: nn.Module
    """An instance of the class as it is."""
    ran: frozenset[int]
    """The lines of the constructor that ran when it was made."""

    @property
    def name(self) -> str:
        return f"{self.case.module}.{self.case.name}"

    def rng(self, what: str) -> Random:
        """Always the same choices for the same class and purpose."""
        return Random(f"{self.name}:{what}")

    @cached_property
    def known(self) -> frozenset[str]:
        """The names that the file explains by itself: torch's, its own, and arguments that default to one of these."""
        names = {"nn", "torch", "F", "super", "self", "int", "str", "tuple", "len", "range"}
        names.update(node.name for node in self.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
        for argument, default in _defaults(self.constructor):
            if ast.unparse(default).startswith(("nn.", "torch.")) or ast.unparse(default) in names:
                names.add(argument)
        return frozenset(names)

    @property
    def rooted(self) -> bool:
        """Whether the file tells all bases of the class."""
        return all(ast.unparse(base).partition(".")[0] in self.known for base in self.node.bases)

    def shows(self, statement: ast.stmt) -> bool:
        """Whether the file by itself tells what a statement makes, other files unread."""
        calls = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
        return (
            self.rooted
            and bool(calls)
            and all(ast.unparse(call).partition(".")[0].partition("(")[0] in self.known for call in calls)
        )

    @cached_property
    def visited(self) -> bool:
        """Whether some other definition of the file shows an initialization that may reach the class in use.

        What is constant in the class by itself is then none of it in the models that are built of it.
        """
        inside = range(self.node.lineno, (self.node.end_lineno or 0) + 1)
        return any(VISITOR.search(line) for number, line in enumerate(self.lines, 1) if number not in inside)

    # ------------------------------------------------------------- places

    @cached_property
    def body(self) -> list[ast.stmt]:
        """The statements of the constructor, without its docstring."""
        found = self.constructor.body
        return found[1:] if isinstance(found[0], ast.Expr) and isinstance(found[0].value, ast.Constant) else found

    @cached_property
    def super_call(self) -> ast.stmt | None:
        """The call of the base constructor, where it is a statement of the constructor's own level."""
        for statement in self.body:
            if isinstance(statement, ast.Expr) and ast.unparse(statement.value).startswith("super("):
                return statement if ".__init__(" in ast.unparse(statement.value) else None
        return None

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers with a weight of several units, in the order of their assignment, each name once."""
        return tuple(layer for layer in self.of(MATRICES) if min(layer.module.weight.shape[:2]) > 1)  # type: ignore[union-attr, operator]

    def of(self, kinds: type[nn.Module] | tuple[type[nn.Module], ...]) -> tuple[Layer, ...]:
        """The layers of these kinds with a weight, in the order of their assignment, each name once."""
        found: dict[str, Layer] = {}
        for name, statement in self.assignments:
            module = getattr(self.model, name, None)
            if isinstance(module, kinds) and isinstance(getattr(module, "weight", None), nn.Parameter):
                found[name] = Layer(name, statement, module)
        return tuple(sorted(found.values(), key=lambda layer: layer.statement.lineno))

    @cached_property
    def assignments(self) -> tuple[tuple[str, ast.Assign], ...]:
        """The attributes that the constructor assigns, with the statements that ran: none under other options."""
        found: list[tuple[str, ast.Assign]] = []
        for statement in ast.walk(self.constructor):
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                if self.ran.isdisjoint(range(statement.lineno, (statement.end_lineno or 0) + 1)):
                    continue
                target = statement.targets[0]
                if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                    found.append((target.attr, statement))
        return tuple(found)

    @cached_property
    def init(self) -> str | None:
        """How the file reaches `torch.nn.init`."""
        if self.module.__dict__.get("nn") is nn:
            return "nn.init"
        return "torch.nn.init" if self.module.__dict__.get("torch") is torch else None

    # ------------------------------------------------------------- text

    def indent(self, statement: ast.stmt) -> str:
        line = self.lines[statement.lineno - 1]
        return line[: len(line) - len(line.lstrip())]

    def changed(self, changes: Sequence[Change]) -> Text:
        """The file with changes made; those at one place in the given order."""
        lines: list[str] = []
        for number, line in enumerate(self.lines, 1):
            dropped = any(change.drop and change.first <= number <= change.last for change in changes)
            if not dropped:
                lines.append(line)
            for change in changes:
                if change.last == number:
                    lines += change.lines
        text = "".join(lines)
        marked = tuple(number for number, line in enumerate(lines, 1) if HERE in line)
        first = self.node.lineno
        length = self.node.end_lineno - first + 1 + len(lines) - len(self.lines)  # type: ignore[operator]
        chunk = "".join(lines[first - 1 : first - 1 + length])
        return Text(text.replace(HERE, ""), chunk.replace(HERE, ""), first, marked)

    def make(self, text: Text) -> nn.Module:
        """An instance of the class as the changed text has it."""
        names = dict(vars(self.module))
        tree = ast.increment_lineno(ast.parse(text.chunk), text.first - 1)
        exec(compile(tree, "<mutant>", "exec"), names)
        torch.manual_seed(20)
        arguments = eval(f"dict({self.case.arguments})", namespace(self.module))
        with unwritten_is_nan(), symptoms.defaults_remembered():
            built = names[self.case.name](**arguments)
        assert isinstance(built, nn.Module)
        return built

    def inputs(self) -> tuple[torch.Tensor, ...] | None:
        """What the forward pass takes; None where that is not known."""
        if not self.case.inputs:
            return None
        if self.case.inputs == "ids":
            return (torch.randint(0, 40, (2, 16)),)
        return (torch.randn(tuple(int(size) for size in self.case.inputs.split(","))),)


@dataclass(frozen=True)
class Change:
    """Lines put in behind line `last`; with `drop` the lines from `first` to `last` go."""

    last: int
    lines: tuple[str, ...]
    first: int = 0
    drop: bool = False


@dataclass(frozen=True)
class Text:
    """A changed file: the whole, the class alone with the number of its first line, and the lines that were marked."""

    whole: str = field(repr=False)
    chunk: str = field(repr=False)
    first: int
    marked: tuple[int, ...]


@contextlib.contextmanager
def unwritten_is_nan() -> Iterator[None]:
    """Fill memory that nobody writes with NaN for a while."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = True
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False)


@contextlib.contextmanager
def lines_that_run(file: str, within: range) -> Iterator[set[int]]:
    """Gather which of these lines of a file run inside the block."""
    found: set[int] = set()

    def line(frame: types.FrameType, event: str, argument: object) -> Any:
        found.add(frame.f_lineno)
        return line

    def enter(frame: types.FrameType, event: str, argument: object) -> Any:
        inside = frame.f_code.co_firstlineno in within and frame.f_code.co_filename == file
        return line if inside else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield found
    finally:
        sys.settrace(before)


def _defaults(function: ast.FunctionDef) -> list[tuple[str, ast.expr]]:
    positional = [*function.args.posonlyargs, *function.args.args]
    given = function.args.defaults
    found = list(zip((a.arg for a in positional[len(positional) - len(given) :]), given, strict=True))
    named = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return found + [(argument.arg, default) for argument, default in named if default is not None]


def behind(patient: Patient, statement: ast.stmt, *snippet: str) -> Change:
    """Put a snippet behind a statement, as deep as that stands."""
    depth = patient.indent(statement)
    return Change(statement.end_lineno or 0, tuple(f"{depth}{line}\n" for line in snippet))


def at_end(patient: Patient, *snippet: str) -> Change:
    """Put a snippet at the end of the constructor."""
    return Change(patient.constructor.end_lineno or 0, behind(patient, patient.body[0], *snippet).lines)


def method(patient: Patient, *snippet: str) -> Change:
    """Put a method behind the constructor."""
    depth = patient.indent(patient.constructor)
    lines = ("\n", *(f"{depth}{line}\n" for line in snippet))
    return Change(patient.constructor.end_lineno or 0, lines)


def without(patient: Patient, statement: ast.stmt, *snippet: str) -> Change:
    """Put a snippet in the place of a statement."""
    return Change(
        statement.end_lineno or 0, behind(patient, statement, *snippet).lines, first=statement.lineno, drop=True
    )


def admit(case: Case) -> Patient | None:
    """The class with its text; None where it has no constructor of its own at module level."""
    module = packages.load(case.module)
    with packages.file_of(case.module).open(encoding="utf-8", newline="") as stream:
        source = stream.read()
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == case.name:
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name == "__init__":
                    torch.manual_seed(20)
                    arguments = eval(f"dict({case.arguments})", namespace(module))
                    # What a decorator stands on is where Python says that a function begins.
                    first = min(one.lineno for one in (member, *member.decorator_list))
                    lines = range(first, (member.end_lineno or 0) + 1)
                    with lines_that_run(str(packages.file_of(case.module)), lines) as ran:
                        model = getattr(module, case.name)(**arguments)
                    text = tuple(source.splitlines(keepends=True))
                    return Patient(case, module, text, node, member, tree, model, frozenset(ran))
    return None


def admitted(cases: Sequence[Case]) -> Iterator[Patient]:
    """All classes that can be operated on."""
    for case in cases:
        patient = admit(case)
        # The imported packages stay, and are too many objects to be looked through at every collection.
        gc.freeze()
        if patient is not None and patient.init is not None:
            yield patient
