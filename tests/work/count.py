"""Counts the work that the analysis does, in units that are the same on every machine.

    python -m tests.work.count            what is counted now, beside what is pinned
    python -m tests.work.count --write    pin it: do so with a change that is worth its work, or that saves some

Each scenario runs in a process of its own, as what is remembered from one to the next would be saved work. Python's
profiler counts the calls: those of this program alone, and of named functions alone, as what becomes of a comprehension
differs from one Python to the next.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib.util
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import initls
from initls.check import Checker
from initls.cli.noting import NotingChecker
from initls.cli.outcome import Task
from initls.cli.pool import on_deep_stack
from initls.cli.work import perform
from initls.document import Document
from initls.facts import store
from initls.model.machine.machine import Run
from initls.model.state.state import State
from initls.model.traces.tracer import Tracer
from initls.settings import Settings
from initls.syntax.span import Point, Span

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("counts.toml")
EVERYDAY = ROOT / "tests" / "everyday"

COUNTED = {
    "segments": store.extract,
    "traces": Tracer._run,
    "steps": Run.step,
    "forks": State.fork,
}
"""What is counted by the calls of one function: segments parsed, roots traced, steps and forks of the machine."""

Work = Callable[[], None]
Counts = dict[str, int]


# ------------------------------------------------------------------------------------------------------ scenarios


def _opening() -> Work:
    texts = [(file.name, file.read_text(encoding="utf-8")) for file in sorted(EVERYDAY.glob("*.py"))]

    def work() -> None:
        for name, text in texts:
            Checker().check(Document.of(name, text), Settings())

    return work


def _package() -> Work:
    files = sorted([*EVERYDAY.glob("*.py"), *(ROOT / "examples").glob("*.py")])

    def work() -> None:
        checker = NotingChecker()
        for file in files:
            outcome = perform(Task(file, file.name, Settings()), checker)
            assert outcome.failure is None, outcome.failure

    return work


TYPED = ("a call", "a docstring, quotes closed", "a comment behind a block", "a paste of 50 lines")


def _typing(lines: int) -> Work:
    """The things of `TYPED` are typed into the constructor of a model in the middle of a file, and taken back."""
    sources = [EVERYDAY / f"{name}.py" for name in ("vit", "resnet", "gan")]
    text = _benchmark("model_file").model_file(sources, lines)
    keystrokes = _benchmark("keystrokes")
    models = ["VisionTransformer", *(f"VisionTransformerV{turn}" for turn in range(2, lines))]
    constructor = keystrokes.places(text, frozenset(models))[0]
    by_kind = {keys[0].kind: keys for keys in keystrokes.by_thing(constructor)}
    typed = [by_kind[kind] for kind in TYPED]
    checker = Checker()
    opened = checker.check(Document.of("models.py", text), Settings()).document

    def work() -> None:
        document = opened
        for key in chain.from_iterable(typed):
            start, end = key.edit.start, key.edit.end
            span = Span(Point(start.line, start.column), Point(end.line, end.column))
            document = checker.check(document.edit(0, span, key.edit.text), Settings()).document
        assert document.source == text

    return work


SCENARIOS: dict[str, Callable[[], Work]] = {
    "opening": _opening,
    "package": _package,
    "typing, 200 lines": partial(_typing, 200),
    "typing, 2000 lines": partial(_typing, 2_000),
}
"""Each gets ready, which is not counted, and gives what is."""


def _benchmark(name: str) -> ModuleType:
    """A module of the benchmarks, which are no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


# ------------------------------------------------------------------------------------------------------- counting


def counted(name: str) -> Counts:
    """What a scenario takes."""
    command = [sys.executable, "-m", "tests.work.seen", name]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    counts: Counts = json.loads(ran.stdout)
    return counts


def pinned() -> dict[str, Counts]:
    """The table."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def run(name: str, *, work: bool = True) -> None:
    """Do what a scenario does, or only get ready for it: for who counts something else."""

    def do() -> None:
        ready = SCENARIOS[name]()
        if work:
            ready()

    on_deep_stack(do)


def taken(name: str, making: Callable[..., None]) -> Counts:
    """What a scenario takes; to be asked once in the life of a process. `making` is called where a struct is made."""
    work = SCENARIOS[name]()
    profile = cProfile.Profile()
    profile.runcall(work)
    calls = {id(entry.code): entry.callcount for entry in profile.getstats() if isinstance(entry.code, CodeType)}
    own = [entry for entry in profile.getstats() if _is_named(entry.code)]
    records = {id(making.__code__), *(id(code) for code in _constructors())}
    return {
        **{what: calls.get(id(function.__code__), 0) for what, function in COUNTED.items()},
        "records": sum(times for code, times in calls.items() if code in records),
        "calls": sum(entry.callcount for entry in own),
    }


def _is_named(code: object) -> bool:
    """Whether it is a function of this program, and no comprehension."""
    folder = os.path.dirname(initls.__file__)
    return isinstance(code, CodeType) and code.co_filename.startswith(folder) and code.co_name[0] != "<"


def _constructors() -> Iterable[CodeType]:
    """The constructors that dataclasses have given to the classes of this program."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("initls")]
    for one in {one for module in modules for _, one in inspect.getmembers(module, inspect.isclass)}:
        constructor = one.__dict__.get("__init__")
        if isinstance(constructor, FunctionType) and hasattr(one, "__dataclass_fields__"):
            yield constructor.__code__


def main(arguments: Sequence[str] | None = None) -> None:
    """Count, and tell or pin what was counted."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--write", action="store_true", help="pin what is counted")
    asked = parser.parse_args(arguments)
    now = {name: counted(name) for name in SCENARIOS}
    known = pinned() if TABLE.exists() else {}
    for name, counts in now.items():
        for what, number in counts.items():
            before = known.get(name, {}).get(what)
            change = "" if not before else f"{number / before - 1:+.1%}"
            print(f"{name:20} {what:10} {number:>10,} {'' if before is None else f'{before:,}':>10} {change:>8}")
    if asked.write:
        TABLE.write_text(_written(now), encoding="utf-8")


def _written(table: dict[str, Counts]) -> str:
    head = "# What each scenario takes. Written by `python -m tests.work.count --write`.\n"
    parts = [
        f'["{name}"]\n' + "".join(f"{what} = {number}\n" for what, number in counts.items())
        for name, counts in table.items()
    ]
    return "\n".join([head, *parts])


if __name__ == "__main__":
    main()
