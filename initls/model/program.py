"""What the rules ask: the traces of one file, and what they say together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from initls import cancel
from initls.facts.place import Place
from initls.model.scope import Reading
from initls.model.source import FileSource
from initls.model.state import Write
from initls.model.trace import Trace, trace_class, trace_function, trace_module

CONCERNS = re.compile(
    r"\binit\.|init\w*\s*\(|\w_\(|\.weight|\.bias\b|\.data\b|\bParameter\b|\bapply\(|parameters\(|modules\(|"
    r"load_state|requires_grad|in_proj|lora|LoRA"
)
"""What a text has to hold so that tracing it by itself can find anything: some way to write or read a parameter."""

ORDER = re.compile(r"__init__\s*\(")

TEST_FILE = re.compile(r"(^|[\\/])(tests?|testing)[\\/]|(^|[\\/])(test_[^\\/]*|[^\\/]*_test|conftest)\.py$")


@dataclass(frozen=True)
class Program:
    """One file: its traces, classes first, then functions, then the statements of the module level."""

    filename: str
    traces: tuple[Trace, ...]

    @property
    def is_test(self) -> bool:
        """Whether the file looks like one of a test suite."""
        return TEST_FILE.search(self.filename) is not None

    @cached_property
    def by_place(self) -> dict[Place, list[tuple[Trace, int, Write]]]:
        """Every write of every trace, by the place that makes it."""
        found: dict[Place, list[tuple[Trace, int, Write]]] = {}
        for trace in self.traces:
            for parameter, write in trace.log:
                found.setdefault(write.place, []).append((trace, parameter, write))
        return found

    def explicit_writes(self) -> Iterator[tuple[Place, list[tuple[Trace, int, Write]]]]:
        """The places at which the program spells a write, each with what it writes in which trace."""
        for place, entries in self.by_place.items():
            spelled = [entry for entry in entries if entry[2].explicit]
            if spelled:
                yield place, spelled


def relevant(source: FileSource) -> Iterator[tuple[str, str]]:
    """The roots worth tracing: `class`, `function` or `module`, with the unit."""
    concerned: set[str] = set()
    functions = [unit for unit in source.functions() if CONCERNS.search(source.text(unit))]
    helpers = _calls_of(functions)
    for unit in source.classes():
        methods = source.members(unit)
        texts = {name: source.text(method) for name, method in methods.items()}
        own = any(_concerns(name, text) or _helped(name, text, helpers) for name, text in texts.items())
        head = source.text(unit)
        # What a base class writes, it writes in each class that derives from it.
        if own or CONCERNS.search(head) or not concerned.isdisjoint(_base_names(head)):
            concerned.add(unit.partition("#")[0])
            yield "class", unit
    for unit in functions:
        yield "function", unit
    if any(CONCERNS.search(source.text(unit)) for unit in source.runs() if "import " not in source.text(unit)[:7]):
        yield "module", ""


def _calls_of(functions: list[str]) -> re.Pattern[str] | None:
    """What a call of one of these functions looks like: `zero_module(`."""
    names = sorted({unit.partition("#")[0] for unit in functions})
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\s*\(") if names else None


def _helped(name: str, text: str, helpers: re.Pattern[str] | None) -> bool:
    """Whether a method of this text may initialize through a function of the file."""
    return helpers is not None and name != "forward" and helpers.search(text) is not None


_BASES = re.compile(r"(?m)^class\s+\w+\s*\(([^)]*)\)")
_WORD = re.compile(r"\w+")


def _base_names(head: str) -> list[str]:
    found = _BASES.search(head)
    return [] if found is None else _WORD.findall(found.group(1))


_SELF = re.compile(r"self\.\w+\s*(?:\(|(?::[^=\n]+)?=[^=])")


def _concerns(name: str, text: str) -> bool:
    if name != "__init__":
        return name not in ("forward", "extra_repr") and CONCERNS.search(text) is not None
    # In a constructor the word "init" itself says nothing, but an assignment in front of the base call does.
    plain = text.replace("__init__", "")
    if CONCERNS.search(plain):
        return True
    first, call = _SELF.search(text), ORDER.search(text, text.find(":") + 1)
    return first is not None and (call is None or first.start() < call.start())


class Tracer:
    """Traces the roots of files, and remembers each trace with the answers that it rests on."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._traces: dict[tuple[str, str, str], tuple[Reading, Trace | None]] = {}
        self.traced = 0
        """Roots that were run, for benchmarks that count work."""

    def program(self, source: FileSource, check: cancel.Check = cancel.never) -> Program:
        """The program of a file."""
        kept: dict[tuple[str, str, str], tuple[Reading, Trace | None]] = {}
        traces: list[Trace] = []
        for kind, unit in relevant(source):
            key = (source.filename, kind, unit)
            entry = self._traces.get(key)
            if entry is None or not entry[0].still_true(source):
                check()
                entry = self._run(source, kind, unit, check)
            kept[key] = entry
            if entry[1] is not None:
                traces.append(entry[1])
        for key in [key for key in self._traces if key[0] == source.filename and key not in kept]:
            del self._traces[key]
        self._traces.update(kept)
        return Program(source.filename, tuple(traces))

    def forget(self, filename: str) -> None:
        """Drop what is remembered of a file."""
        for key in [key for key in self._traces if key[0] == filename]:
            del self._traces[key]

    def _run(self, source: FileSource, kind: str, unit: str, check: cancel.Check) -> tuple[Reading, Trace | None]:
        self.traced += 1
        reading = Reading(source)
        if kind == "class":
            trace = trace_class(reading, unit, check)
        elif kind == "function":
            trace = trace_function(reading, unit, check)
        else:
            trace = trace_module(reading, check)
        # What is remembered must not hold on to the text of this version.
        reading.detach()
        return reading, trace
