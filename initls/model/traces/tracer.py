"""Traces the roots of files, and remembers what it has traced."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from initls import cancel
from initls.model.machine.scope import ALONE, Files, Reading
from initls.model.traces import declarations
from initls.model.traces.mentions import token_of
from initls.model.traces.program import Program
from initls.model.traces.roots import DECLARED, Root, Roots, declaring, relevant, still_relevant
from initls.model.traces.source import FileSource
from initls.model.traces.trace import Trace
from initls.model.traces.tracing import is_model, trace_class, trace_function, trace_module

Entries: TypeAlias = Mapping[Root, tuple[Reading, "Trace | None"]]
"""The traces of a file, each with the answers that it rests on."""


MOST_SINCE = 100
"""Roots that are traced anew before all readers are put in order again, which takes as long as the file is."""


class _Order:
    """The roots of a file by what they read."""

    def __init__(self, entries: Entries) -> None:
        self.inside: dict[str, list[Root]] = {}
        """Those that ask about the inside of a unit."""
        self.words: dict[str, list[Root]] = {}
        """Those that ask about words of the whole text, by the tokens of these."""
        for root, (reading, _) in entries.items():
            for unit in reading.units:
                self.inside.setdefault(unit, []).append(root)
            for word in reading.words:
                self.words.setdefault(token_of(word), []).append(root)


class _Readers:
    """Who reads what among the traces of a file: those whom an edit may concern are few."""

    def __init__(self, order: _Order, since: Mapping[Root, Reading]) -> None:
        self._order = order
        self._since = since
        """Those that were traced since the others were put in order, with what they read now."""

    @staticmethod
    def of(entries: Entries) -> _Readers:
        """The readers of a file."""
        return _Readers(_Order(entries), {})

    def after(self, renewed: Entries, entries: Entries) -> _Readers:
        """Those of `entries`, of which all that are not `renewed` are as they were."""
        since = {**self._since, **{root: reading for root, (reading, _) in renewed.items()}}
        return _Readers.of(entries) if len(since) > MOST_SINCE else _Readers(self._order, since)

    def concerned(self, source: FileSource, edited: Collection[str]) -> Iterable[Root]:
        """The roots to which these units may say something else than before; some for which they do not, too."""
        inside, words, since = self._order.inside, self._order.words, self._since
        found = dict.fromkeys(chain.from_iterable([inside.get(unit, ()) for unit in edited]))
        asks = words or any(reading.words for reading in since.values())
        touched = source.touched if asks else frozenset()
        found.update(dict.fromkeys(chain.from_iterable([words[token] for token in touched if token in words])))
        for root, reading in since.items():
            if not reading.units.isdisjoint(edited) or any(token_of(word) in touched for word in reading.words):
                found[root] = None
        return found


class _Known(Struct, frozen=True):
    """What is remembered of a file: the state that it was last seen in, and the traces that hold for it."""

    source: FileSource
    entries: Entries
    readers: _Readers
    epoch: object
    """The state of the other files, for which `elsewhere` holds."""
    elsewhere: dict[str, frozenset[str]]
    roots: Roots
    """Those of PyTorch, which are the same until an edit changes what tells them."""
    program: Program

    def holds(self, roots: Collection[Root]) -> bool:
        """Whether none of `roots` is missing, which are those that there were when this was noted."""
        return len(self.entries) == len(roots)

    def stale(
        self, roots: Iterable[Root], source: FileSource, edited: frozenset[str] | None, files: Files
    ) -> dict[Root, None]:
        """Those of `roots`, in their order, whose traces do not hold for the state that `source` has."""
        known = [(root, self.entries[root][0]) for root in roots if root in self.entries]
        return {root: None for root, reading in known if not reading.still_true(source, edited, files)}

    def without(self, stale: Collection[Root]) -> _Known:
        """The same without the traces of some roots."""
        entries = {root: entry for root, entry in self.entries.items() if root not in stale}
        return replace(self, entries=entries, program=replace(self.program, traces=()))


NO_ROOTS = Roots()
"""Those of a file that does not speak of PyTorch."""


def _roots(
    source: FileSource,
    known: _Known | None,
    edited: frozenset[str] | None,
    files: Files,
    epoch: object,
    elsewhere: dict[str, frozenset[str]],
) -> Roots:
    """The roots of PyTorch; as they were, where the `edited` units leave them so."""
    if (
        known is not None
        and known.roots is not NO_ROOTS
        and edited is not None
        and known.epoch == epoch
        and still_relevant(known.roots, known.source, source, edited, files, elsewhere)
    ):
        return known.roots
    return relevant(source, files, elsewhere)


class Tracer:
    """Traces the roots of files, and remembers each trace with the answers that it rests on."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._known: dict[str, _Known] = {}
        self.traced = 0
        """Roots that were run, for benchmarks that count work."""

    def knows(self, filename: str) -> bool:
        """Whether a file was traced before."""
        return filename in self._known

    def program(
        self,
        source: FileSource,
        check: cancel.Check = cancel.never,
        files: Files = ALONE,
        *,
        torch: bool = True,
        declared: bool = False,
        trial: bool = False,
    ) -> Program:
        """The program of a file, among the other files that it imports.

        `torch` tells that it speaks of PyTorch, `declared` that it speaks of frameworks whose layers are told how to
        initialize themselves. Of a version that is only a `trial` nothing is remembered.
        """
        known = self._known.get(source.filename)
        edited = None if known is None else source.follow(known.source)
        epoch = files.epoch(source.filename)
        elsewhere = known.elsewhere if known is not None and known.epoch == epoch else {}
        roots = _roots(source, known, edited, files, epoch, elsewhere) if torch else NO_ROOTS
        every = (*roots.found, *declaring(source)) if declared else roots.found
        steady = known is not None and edited is not None and known.epoch == epoch and known.roots is roots
        readers = known.readers if known is not None and steady and not declared and known.holds(every) else None
        asked = every if readers is None or edited is None else readers.concerned(source, edited)
        stale = {} if known is None else known.stale(asked, source, edited, files)
        if known is not None and stale and not trial:
            # What holds no more is gone before what takes its place is made: each may be large.
            known = self._known[source.filename] = known.without(stale)
        entries: Entries = {} if known is None else known.entries
        renewed: dict[Root, tuple[Reading, Trace | None]] = {}
        for root in every if readers is None else stale:
            if root in stale or root not in entries:
                check()
                renewed[root] = self._run(source, *root, check, files)
        if readers is None or renewed:
            entries = {root: renewed[root] if root in renewed else entries[root] for root in every}
            readers = _Readers.of(entries) if readers is None else readers.after(renewed, entries)
        if known is not None and known.entries is entries and known.program.imports == source.imports:
            program = known.program
        else:
            others = frozenset(file for reading, _ in entries.values() for file in reading.stamps)
            traces = tuple([trace for _, trace in entries.values() if trace is not None])
            program = Program(source.filename, traces, others | elsewhere.keys(), source.imports)
        # What is remembered must not hold on to the document.
        source.detach()
        if not trial:
            self._known[source.filename] = _Known(source, entries, readers, epoch, elsewhere, roots, program)
        return program

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
