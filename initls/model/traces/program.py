"""What the rules ask: the traces of one file, and what they say together."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from sys import intern
from typing import TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from initls import cancel
from initls.bounded import remembered
from initls.facts.place import Place, class_of, name_of
from initls.knowledge import frameworks, packs
from initls.model.machine.scope import ALONE, Files, Reading, Source
from initls.model.state.events import Event, LifecycleCall, LoadedInto
from initls.model.state.state import Write
from initls.model.traces import declarations
from initls.model.traces.elsewhere import derives_from_concerned
from initls.model.traces.fillers import RESET
from initls.model.traces.recurring import AGAIN
from initls.model.traces.source import FileSource
from initls.model.traces.trace import Trace
from initls.model.traces.tracing import is_model, trace_class, trace_function, trace_module
from initls.syntax.bare import bare
from initls.syntax.segments import Kind, Segment, key_of

E = TypeVar("E", bound=Event)

CONCERNS = (
    "parameters(", "modules(", "load_state", "_modulation = ", "to_empty(",
    "fully_shard(", "FullyShardedDataParallel(", "FSDP(",
)  # fmt: skip
"""What a text has to hold so that tracing it by itself can find anything: some way to write or read a parameter."""

NAMES = ("requires_grad", "in_proj", "lora", "LoRA", "adaLN", "init_cfg")
"""The same where it may stand in a string as well, as a key or as the name of an attribute."""

MAY_CONCERN = {
    "init": re.compile(r"init(?:(?<=\binit)\.|\w*\s*\()"),
    "_(": re.compile(r"_(?<=\w_)\("),
    # What asks a weight for its shape or the like alone neither reads nor writes what it holds.
    ".weight": re.compile(r"\.weight(?!\.(?:shape|dtype|device|ndim)\b|\.(?:size|dim|numel)\()"),
    ".bias": re.compile(r"\.bias\b"),
    ".data": re.compile(r"\.data\b"),
    "Parameter": re.compile(r"(?<!\w)Parameter\b"),
    "apply(": re.compile(r"(?<!\w)apply\("),
    "Init(": re.compile(r"(?<!\w)Init\("),
}
"""The same where a second look is needed. To search for a plain string is many times faster than for any pattern."""

LISTS = ("ModuleList(", "Sequential(")

REPEATS = re.compile(r"\] ?\* ?[\w(]|[\w)] ?\* ?\[|[\[(]\s*\w+\s+for \w+ in range\(")
"""A list times a number, or a comprehension that gives a mere name in each of its rounds."""

ORDER = re.compile(r"__init__\s*\(")

TEST_FILE = re.compile(r"(^|[\\/])(tests?|testing)[\\/]|(^|[\\/])(test_[^\\/]*|[^\\/]*_test|conftest)\.py$")


Partition: TypeAlias = tuple[tuple[int, ...], ...]
"""Groups of traces, by their numbers in a program."""


class Surroundings(Struct, frozen=True):
    """What is true of a whole file, and bears on what is to be said of any part of it."""

    called: frozenset[str]
    """The units that anything calls."""
    loads: bool
    """Whether anything loads a checkpoint into a model."""
    resets: bool
    """Whether anything calls the `reset_parameters` of it cannot be seen whom."""
    models: frozenset[tuple[str, ...]]
    """The classes of each model of Hugging Face's, its own first."""


@dataclass(frozen=True)
class Program:
    """One file: its traces, classes first, then functions, then the statements of the module level."""

    filename: str
    traces: tuple[Trace, ...]
    others: frozenset[str] = frozenset()
    """The other files on which the traces rest."""
    imports: frozenset[str] = frozenset()
    """The modules that the file imports by their full names."""
    whole: Surroundings | None = None
    """The surroundings of a program that is a part of one."""

    @property
    def is_test(self) -> bool:
        """Whether the file looks like one of a test suite."""
        return TEST_FILE.search(self.filename) is not None

    def packs(self, named: Collection[str]) -> frozenset[str]:
        """The packs that are on: those `named`, and those that an import or the base of a class gives away."""
        return packs.on(self._packages, named)

    @cached_property
    def _packages(self) -> frozenset[str]:
        """The dotted names that the file imports, and those of the bases of its classes."""
        return self.imports.union(name for classes in self._models for name in classes if frameworks.is_dotted(name))

    @cached_property
    def _models(self) -> list[tuple[str, ...]]:
        """The classes of each model that is traced by itself: its own, and then the bases."""
        return [trace.modules[0].classes for trace in self.traces if trace.kind == "class" and trace.modules]

    def partition(self) -> Partition:
        """The traces in groups that have nothing to do with each other: no unit is in the runs of two of them.

        What is to be said of one group is therefore the same whatever the others are, but for their surroundings.
        """
        group_of: dict[str, int] = {}
        groups: dict[int, list[int]] = {}
        units: dict[int, list[str]] = {}
        for number, trace in enumerate(self.traces):
            met = {group_of[unit] for unit in trace.units if unit in group_of}
            home = max(met, key=lambda group: len(units[group]), default=number)
            members, names = groups.setdefault(home, []), units.setdefault(home, [])
            members.append(number)
            names += trace.units
            for other in met - {home}:
                members += groups.pop(other)
                names += units.pop(other)
            group_of.update(dict.fromkeys(names if len(met) > 1 else trace.units, home))
        return tuple([tuple(sorted(members)) for members in groups.values()])

    def part(self, numbers: tuple[int, ...]) -> Program:
        """The program with some of its traces alone; what it says of the whole file stays."""
        return dataclasses.replace(
            self, traces=tuple([self.traces[number] for number in numbers]), whole=self.surroundings
        )

    @cached_property
    def surroundings(self) -> Surroundings:
        """What is true of the whole file."""
        if self.whole is not None:
            return self.whole
        return Surroundings(
            frozenset[str]().union(*[trace.called for trace in self.traces]),
            any(True for _ in self.events(LoadedInto)),
            any(event.name == RESET and event.module is None for _, event in self.events(LifecycleCall)),
            frozenset([classes for classes in self._models if frameworks.of_transformers(classes)]),
        )

    @cached_property
    def by_place(self) -> dict[Place, list[tuple[Trace, int, Write]]]:
        """Every write of every trace, by the place that makes it."""
        found: dict[Place, list[tuple[Trace, int, Write]]] = {}
        for trace in self.traces:
            for parameter, write in trace.log:
                found.setdefault(write.place, []).append((trace, parameter, write))
        return found

    def in_use(self, trace: Trace, place: Place) -> list[tuple[Trace, int, Write]]:
        """The writes that a place makes in other traces, those that build the class that a trace is about."""
        key = trace.root, place
        found = self._in_use.get(key)
        if found is None:
            found = self._in_use[key] = [
                entry
                for entry in self.by_place.get(place, ())
                if entry[0] is not trace and trace.root in entry[0].built
            ]
        return found

    @cached_property
    def _in_use(self) -> dict[tuple[str, Place], list[tuple[Trace, int, Write]]]:
        return {}

    def explicit_writes(self) -> Iterator[tuple[Place, list[tuple[Trace, int, Write]]]]:
        """The places at which the program spells a write, each with what it writes in which trace."""
        for place, entries in self.by_place.items():
            spelled = [entry for entry in entries if entry[2].explicit]
            if spelled:
                yield place, spelled

    def events(self, kind: type[E]) -> Iterator[tuple[Trace, E]]:
        """What happened of one kind in any trace, with the trace."""
        for trace in self.traces:
            for event in trace.events:
                if isinstance(event, kind):
                    yield trace, event

    def happenings(self, kind: type[E]) -> Iterator[tuple[Place, list[tuple[Trace, E]]]]:
        """The same by the place where it happened, with the place of this file to speak of.

        The two differ for what happens in a function of another file: then it is the call here that leads there. What a
        method of another file does is a matter of that file, and shown where that is looked at.
        """
        found: dict[tuple[Place, Place], list[tuple[Trace, E]]] = {}
        for trace, event in self.events(kind):
            for place in (event.place, *reversed(event.path)):
                if not place.foreign:
                    found.setdefault((place, event.place), []).append((trace, event))
                    break
                if class_of(place.unit) != place.unit:
                    break
        for (here, _), entries in found.items():
            yield here, entries


class _Signs(Struct, frozen=True):
    """What the text of a segment alone says about whether to trace it."""

    concerns: bool
    """Whether it writes or reads parameters."""
    calls: frozenset[str]
    """The names behind which a method opens a bracket."""
    bases: frozenset[str]
    """The words among the bases of a class."""
    normed: bool = False
    """Whether it speaks of a spectral norm, which only a forward pass in training makes one."""
    evaluates: bool = False
    """Whether it puts anything into evaluation mode."""
    again: bool = False
    """Whether it is a method that may make or initialize anything, as no forward pass should."""


MOST_SIGNS = 4_000
"""Segments whose signs are remembered."""


@remembered(MOST_SIGNS, key=key_of)
def _signs(segment: Segment) -> _Signs:
    """The signs of a segment; with a keystroke all segments but one are as they were."""
    text = segment.text
    if segment.kind is Kind.METHOD:
        concerns = _concerns(segment.name, text)
    elif segment.kind is Kind.RUN:
        # What is imported may be called `init`, and touches nothing yet.
        concerns = _touches(_IMPORT.sub("", text))
    else:
        concerns = _touches(text) or (segment.kind is Kind.CLASS_HEAD and "PreTrainedModel" in text)
    bases = _BASES.search(text) if segment.kind is Kind.CLASS_HEAD else None
    called = _called(text) if segment.kind is Kind.METHOD else frozenset()
    return _Signs(
        concerns,
        called,
        frozenset() if bases is None else frozenset(_WORD.findall(bases.group(1))),
        normed="spectral_norm" in text,
        evaluates=".eval(" in text or ".train(False" in text,
        again=segment.name != "__init__" and not AGAIN.isdisjoint(called),
    )


def relevant(
    source: FileSource, files: Files = ALONE, elsewhere: dict[str, frozenset[str]] | None = None
) -> Iterator[tuple[str, str]]:
    """The roots worth tracing: `class`, `function` or `module`, with the unit.

    `elsewhere` remembers, for as long as no other file changes, which classes of other files initialize anything.
    """
    known = {} if elsewhere is None else elsewhere

    def concerned_of(other: Source) -> frozenset[str]:
        if other.filename not in known:
            known[other.filename] = frozenset()  # A file that imports itself in a circle finds nothing new there.
            if isinstance(other, FileSource):
                roots = relevant(other, files, known)
                known[other.filename] = frozenset(name_of(unit) for kind, unit in roots if kind == "class")
        return known[other.filename]

    normed = _is_normed(source)

    def worth_running(unit: str) -> bool:
        signs = _signs(source.segment(unit))
        return signs.concerns or (normed and signs.evaluates)

    functions = [unit for unit in source.functions() if worth_running(unit)]
    # A class that calls such a function may initialize through it. So may a function that builds a model; but of those
    # there may be hundreds, each of which builds a whole one.
    helpers = frozenset(unit.partition("#")[0] for unit in functions)
    concerned: set[str] = set()
    for unit in source.classes():
        head = _signs(source.segment(unit))
        # What a base class writes, it writes in each class that derives from it.
        if (
            head.concerns
            or not concerned.isdisjoint(head.bases)
            or any(
                signs.concerns or (name != "forward" and not helpers.isdisjoint(signs.calls))
                for name, method in source.members(unit).items()
                for signs in (_signs(source.segment(method)),)
            )
            or _makes_again(source, unit)
            or (files is not ALONE and derives_from_concerned(source, head.bases, files, concerned_of))
        ):
            concerned.add(unit.partition("#")[0])
            yield "class", unit
    for unit in functions:
        yield "function", unit
    if any(worth_running(unit) for unit in source.runs()):
        yield "module", ""


def _is_normed(source: FileSource) -> bool:
    """Whether a file puts layers under a spectral norm, so that it matters which pass is the first one."""
    members = (method for unit in source.classes() for method in source.members(unit).values())
    return any(_signs(source.segment(unit)).normed for unit in (*source.runs(), *source.functions(), *members))


def _makes_again(source: FileSource, unit: str) -> bool:
    """Whether the forward pass of a class, or a method that it calls, may make or initialize anything."""
    members = source.members(unit)
    if "forward" not in members:
        return False
    signs = _signs(source.segment(members["forward"]))
    return signs.again or any(
        name in members and _signs(source.segment(members[name])).again for name in signs.calls if name != "forward"
    )


_IMPORT = re.compile(r"^(?:import|from)\b[^\r\n(]*(?:\([^)]*\))?[^\r\n]*", re.MULTILINE)

_BASES = re.compile(r"(?m)^class\s+\w+\s*\(([^)]*)\)")
_DELLAC = re.compile(r"\(\s*(\w+)")
_WORD = re.compile(r"\w+")


def _called(text: str) -> frozenset[str]:
    """The names behind which a bracket opens. Backwards, where the bracket comes first, they are found much faster."""
    # One string for each name, however many states of a method there have been that all call the same.
    return frozenset([intern(name[::-1]) for name in _DELLAC.findall(text[::-1])])


_SELF = re.compile(r"self\.\w+\s*(?:\(|(?::[^=\n]+)?=[^=])")


def _touches(text: str) -> bool:
    """Whether a text holds any way to write or read a parameter, or a list of layers that repeats one."""
    # To take comments and strings away takes longer than to find that there is nothing even with them.
    return any(word in text for word in NAMES) or (_speaks(text) and _speaks(bare(text)))


def _speaks(text: str) -> bool:
    return (
        any(word in text for word in CONCERNS)
        or any(word in text and pattern.search(text) for word, pattern in MAY_CONCERN.items())
        or (any(word in text for word in LISTS) and REPEATS.search(text) is not None)
    )


_LAYER = r"(?:nn\.)?[A-Z]\w*\("
_KEPT = (
    ("= [", re.compile(rf"self\.\w+(?:\s*:[^=\n]+)?\s*= \[(?:[\[(\s]|#[^\n]*\n)*{_LAYER}")),
    ("= (", re.compile(rf"self\.\w+(?:\s*:[^=\n]+)?\s*= \(\s*{_LAYER}[^\n]*\)\s*,")),
    ("= {", re.compile(rf"self\.\w+(?:\s*:[^=\n]+)?\s*= \{{[^}}\n]*\n?[^}}\n]*:\s*{_LAYER}")),
    ("= []", re.compile(rf"self\.(\w+)(?:\s*:[^=\n]+)?\s*= \[\][\s\S]*?self\.\1\.append\(\s*{_LAYER}")),
    ("= []", re.compile(rf"\s(\w+) = \[\][\s\S]*?\s\1\.append\(\s*{_LAYER}[\s\S]*?self\.\w+ = \1\s")),
    ("= {}", re.compile(rf"self\.(\w+)(?:\s*:[^=\n]+)?\s*= \{{\}}[\s\S]*?self\.\1\[[^\]\n]*\]\s*= {_LAYER}")),
)
"""How a constructor may keep layers in a plain container, with a plain string that each of these has in it."""


def _keeps(text: str) -> bool:
    """Whether a constructor may keep layers in a list, a tuple or a dict of its own."""
    return any(word in text and pattern.search(text) for word, pattern in _KEPT)


def _concerns(name: str, text: str) -> bool:
    if name != "__init__":
        return name not in ("forward", "extra_repr") and _touches(text)
    # In a constructor the word "init" itself says nothing, but an assignment in front of the base call does.
    if _touches(text.replace("__init__", "")) or _keeps(text):
        return True
    first, call = _SELF.search(text), ORDER.search(text, text.find(":") + 1)
    return first is not None and (call is None or first.start() < call.start())


Root: TypeAlias = tuple[str, str]
"""The kind and the unit of what is traced by itself."""

Entries: TypeAlias = Mapping[Root, tuple[Reading, "Trace | None"]]
"""The traces of a file, each with the answers that it rests on."""


class _Readers:
    """Who reads what among the traces of a file: those whom an edit may concern are few."""

    def __init__(self, entries: Entries) -> None:
        self._inside: dict[str, list[Root]] = {}
        self._whole: list[Root] = []
        for root, (reading, _) in entries.items():
            for unit in reading.units:
                self._inside.setdefault(unit, []).append(root)
            if reading.asks_of_whole:
                self._whole.append(root)

    def of(self, edited: Collection[str]) -> Iterable[Root]:
        """The roots that ask about the inside of these units, or about all of the text."""
        return dict.fromkeys(chain(self._whole, *(self._inside.get(unit, ()) for unit in edited)))


class _Known(Struct, frozen=True):
    """What is remembered of a file: the state that it was last seen in, and the traces that hold for it."""

    source: FileSource
    entries: Entries
    readers: _Readers
    epoch: object
    """The state of the other files, for which `elsewhere` holds."""
    elsewhere: dict[str, frozenset[str]]
    roots: tuple[Root, ...]
    """Those of PyTorch, which are the same until an edit changes what tells them."""
    program: Program


def _roots(
    source: FileSource,
    known: _Known | None,
    edited: frozenset[str] | None,
    files: Files,
    epoch: object,
    elsewhere: dict[str, frozenset[str]],
) -> tuple[Root, ...]:
    """The roots of PyTorch; as they were, where the `edited` units say the same about them as before."""
    if (
        known is not None
        and known.roots
        and edited is not None
        and known.epoch == epoch
        and all(_tells_the_same(known.source, source, unit) for unit in edited)
    ):
        return known.roots
    return tuple(relevant(source, files, elsewhere))


def _tells_the_same(before: FileSource, now: FileSource, unit: str) -> bool:
    """Whether a unit tells of its class, of itself and of those who call it what it told before its inside changed."""
    old, new = _signs(before.segment(unit)), _signs(now.segment(unit))
    owner = now.outline.placed[now.outline.index[unit]].owner
    called = old.calls ^ new.calls
    return (
        replace(old, calls=new.calls) == new
        and called.isdisjoint(now.function_names)
        and (owner is None or called.isdisjoint(now.members(owner)))
    )


def declaring(source: FileSource) -> Iterator[tuple[str, str]]:
    """The roots worth tracing for layers that are told how to initialize themselves, where anything tells them so."""
    if not any(_declares(placed.segment) for placed in source.outline.placed):
        return
    for unit in source.classes():
        yield f"{DECLARED} class", unit
        for method in source.members(unit).values():
            if _declares(source.segment(method)):
                yield f"{DECLARED} method", method
    for unit in source.functions():
        yield f"{DECLARED} function", unit
    yield f"{DECLARED} module", ""


DECLARED = "declared"
"""What the kind of such a root begins with."""


@remembered(MOST_SIGNS, key=key_of)
def _declares(segment: Segment) -> bool:
    return declarations.DECLARES.search(segment.text) is not None


class Tracer:
    """Traces the roots of files, and remembers each trace with the answers that it rests on."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._known: dict[str, _Known] = {}
        self.traced = 0
        """Roots that were run, for benchmarks that count work."""

    def program(
        self,
        source: FileSource,
        check: cancel.Check = cancel.never,
        files: Files = ALONE,
        *,
        torch: bool = True,
        declared: bool = False,
    ) -> Program:
        """The program of a file, among the other files that it imports.

        `torch` tells that it speaks of PyTorch, `declared` that it speaks of frameworks whose layers are told how to
        initialize themselves.
        """
        known = self._known.get(source.filename)
        edited = None if known is None else source.follow(known.source)
        epoch = files.epoch(source.filename)
        elsewhere = known.elsewhere if known is not None and known.epoch == epoch else {}
        roots = _roots(source, known, edited, files, epoch, elsewhere) if torch else ()
        steady = known is not None and known.epoch == epoch and known.roots is roots and not declared
        if known is not None and edited is not None and steady and len(known.entries) == len(roots):
            entries = self._renewed(known, source, edited, check, files)
        else:
            every = chain(roots, declaring(source) if declared else ())
            entries = self._entries(None if known is None else known.entries, every, source, edited, check, files)
        if known is not None and known.entries is entries and known.program.imports == source.imports:
            readers, program = known.readers, known.program
        else:
            readers = _Readers(entries)
            others = frozenset(file for reading, _ in entries.values() for file in reading.stamps)
            traces = tuple([trace for _, trace in entries.values() if trace is not None])
            program = Program(source.filename, traces, others | elsewhere.keys(), source.imports)
        # What is remembered must not hold on to the document.
        source.detach()
        self._known[source.filename] = _Known(source, entries, readers, epoch, elsewhere, roots, program)
        return program

    def _entries(
        self,
        known: Entries | None,
        roots: Iterable[Root],
        source: FileSource,
        edited: frozenset[str] | None,
        check: cancel.Check,
        files: Files,
    ) -> Entries:
        """The traces of all roots; those that are known and still true are kept."""
        entries: dict[Root, tuple[Reading, Trace | None]] = {}
        for root in roots:
            entry = None if known is None else known.get(root)
            if entry is None or not entry[0].still_true(source, edited, files):
                check()
                entry = self._run(source, *root, check, files)
            entries[root] = entry
        return entries

    def _renewed(
        self, known: _Known, source: FileSource, edited: frozenset[str], check: cancel.Check, files: Files
    ) -> Entries:
        """The same where nothing has changed but the inside of some units: then most traces need not be asked."""
        renewed: dict[Root, tuple[Reading, Trace | None]] = {}
        for root in known.readers.of(edited):
            if not known.entries[root][0].still_true(source, edited, files):
                check()
                renewed[root] = self._run(source, *root, check, files)
        return {**known.entries, **renewed} if renewed else known.entries

    def trial(
        self,
        source: FileSource,
        check: cancel.Check = cancel.never,
        files: Files = ALONE,
        *,
        torch: bool = True,
        declared: bool = False,
    ) -> Program:
        """The program of a version of a file that is only tried: what is remembered stays that of the real one."""
        known = self._known.get(source.filename)
        try:
            return self.program(source, check, files, torch=torch, declared=declared)
        finally:
            self.forget(source.filename)
            if known is not None:
                self._known[source.filename] = known

    def followed(
        self, source: FileSource, known: Trace, check: cancel.Check = cancel.never, files: Files = ALONE
    ) -> Trace | None:
        """A trace once more, with every forward pass followed. It is not remembered."""
        return self._run(source, known.kind, known.root, check, files, whole=True)[1]

    def models(self, source: FileSource, files: Files = ALONE) -> tuple[str, ...]:
        """The classes of a file that are modules, in text order."""
        reading = Reading(source, files)
        return tuple(unit for unit in source.classes() if is_model(reading, unit))

    def model(
        self, source: FileSource, unit: str, check: cancel.Check = cancel.never, files: Files = ALONE
    ) -> Trace | None:
        """The trace of a class with its forward pass followed, whatever its text concerns. It is not remembered."""
        return self._run(source, "class", unit, check, files, whole=True)[1]

    @property
    def remembers(self) -> bool:
        """Whether anything is remembered of any file."""
        return bool(self._known)

    def forget(self, filename: str) -> None:
        """Drop what is remembered of a file."""
        self._known.pop(filename, None)

    def _run(
        self, source: FileSource, kind: str, unit: str, check: cancel.Check, files: Files, *, whole: bool = False
    ) -> tuple[Reading, Trace | None]:
        self.traced += 1
        reading = Reading(source, files)
        if kind.startswith(DECLARED):
            trace = declarations.trace(reading, kind.rpartition(" ")[2], unit, check)
        elif kind == "class":
            trace = trace_class(reading, unit, check, whole=whole)
        elif kind == "function":
            trace = trace_function(reading, unit, check, whole=whole)
        else:
            trace = trace_module(reading, check, whole=whole)
        reading.detach()
        return reading, trace
