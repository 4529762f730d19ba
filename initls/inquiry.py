"""What the rules say of programs: a part of one is asked about once, for as long as its traces are the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from weakref import ReferenceType, ref

from msgspec import Struct

from initls import cancel
from initls.model.traces.program import Partition, Program, Surroundings
from initls.rules.codes import NEEDS, PACKED, QUIET
from initls.rules.registry import RULES
from initls.rules.rule import Report, Rule
from initls.settings import Settings


class Answers(Struct, frozen=True):
    """What all rules say of one part of a program."""

    reports: tuple[tuple[Rule, Report], ...]
    failures: tuple[str, ...]


class Asked(Struct, frozen=True):
    """The answers of all rules to one program under one set of settings, by the numbers of the traces of its parts.

    The program is not kept: a trace that holds no more is to be gone before the one that takes its place is made.
    """

    program: ReferenceType[Program]
    packs: frozenset[str]
    settings: Settings
    traces: tuple[int, ...]
    """The numbers of the traces."""
    units: tuple[frozenset[str], ...]
    """What each of them has to do with."""
    partition: Partition
    surroundings: Surroundings
    answers: Mapping[tuple[int, ...], Answers]
    reports: tuple[tuple[Rule, Report], ...]
    """What the rules have to say."""
    failures: tuple[str, ...]
    """What went wrong, each thing once."""


USUAL = Settings()
"""The settings of those who say nothing."""


class Inquiry:
    """Asks the rules, and remembers for each file what they said last."""

    def __init__(self) -> None:
        """Start with nothing remembered, and with the rules loaded that are on where nothing is said."""
        self._asked: dict[str, Asked] = {}
        self._on = _On(frozenset(), USUAL)

    def known(self, filename: str) -> Asked | None:
        """What was said of a file last."""
        return self._asked.get(filename)

    def forget(self, filename: str) -> None:
        """Drop what was said of a file."""
        self._asked.pop(filename, None)

    def ask(self, program: Program, settings: Settings, check: cancel.Check, *, trial: bool = False) -> Asked:
        """What the rules say of a program; only parts with a new trace are asked about anew.

        Of a version that is only a `trial` nothing is remembered.
        """
        known = self._asked.get(program.filename)
        if known is not None and known.program() is program and known.settings == settings:
            return known
        packs = program.packs(settings.framework)
        if known is not None and (known.settings, known.packs) != (settings, packs):
            known = None
        traces, units = tuple([trace.number for trace in program.traces]), tuple([t.units for t in program.traces])
        if known is not None and known.traces == traces:
            return known
        around = program.surroundings
        usable = known is not None and known.surroundings == around
        partition = known.partition if known is not None and known.units == units else program.partition()
        if (self._on.packs, self._on.settings) != (packs, settings):
            self._on = _On(packs, settings)
        answers: dict[tuple[int, ...], Answers] = {}
        for indexes in partition:
            key = tuple([traces[index] for index in indexes])
            before = known.answers.get(key) if known is not None and usable else None
            answers[key] = before or _answers(program.part(indexes), self._on.rules, settings, check)
        reports = tuple([report for found in answers.values() for report in found.reports])
        failures = dict.fromkeys([failure for found in answers.values() for failure in found.failures])
        failed = tuple(failures)
        asked = Asked(ref(program), packs, settings, traces, units, partition, around, answers, reports, failed)
        if not trial:
            self._asked[program.filename] = asked
        return asked


class _On:
    """The rules that are on; no others are loaded."""

    def __init__(self, packs: frozenset[str], settings: Settings) -> None:
        self.packs = packs
        self.settings = settings
        selected = [code for code in RULES if settings.selects(code, default=code not in QUIET)]
        self.rules = [RULES[code] for code in selected if code not in PACKED or not packs.isdisjoint(PACKED[code])]


_FIELDS = {need: attrgetter(need) for needs in NEEDS.values() for need in needs if need[0].islower()}
"""The fields of traces among what rules need; the others are kinds of events."""


def shown(program: Program) -> frozenset[str]:
    """What the traces of a program show of all that any rule needs."""
    kinds = {type(event).__name__ for trace in program.traces for event in trace.events}
    fields = {name for name, field in _FIELDS.items() if any(field(trace) for trace in program.traces)}
    return frozenset(kinds | fields)


def _asked(rules: Iterable[Rule], program: Program) -> Iterator[Rule]:
    """The rules among these that may have something to say of a program."""
    there = shown(program)
    return (rule for rule in rules if rule.code not in NEEDS or not there.isdisjoint(NEEDS[rule.code]))


def _answers(program: Program, rules: Iterable[Rule], settings: Settings, check: cancel.Check) -> Answers:
    reports: list[tuple[Rule, Report]] = []
    failures: list[str] = []
    for rule in _asked(rules, program):
        check()
        try:
            reports += [(rule, report) for report in rule.ask(program, settings)]
        except cancel.Cancelled:
            raise
        except Exception as error:  # A rule that fails costs that rule on this file and nothing else.
            failures.append(f"rule {rule.code} failed on {program.filename}: {type(error).__name__}: {error}")
    return Answers(tuple(reports), tuple(failures))
