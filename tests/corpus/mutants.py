"""Seeds initialization bugs into real classes, and counts how many of those that PyTorch shows are found.

Run as a program it prints a table, the mutants that were missed, and the findings on mutants without a symptom:

    INITLS_CORPUS=.corpus python -m tests.corpus.mutants [-v] [SHARE] [KIND or CLASS or PACKAGE ...]
"""

from __future__ import annotations

import difflib
import os
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import torch

from initls.check import Checker
from initls.document import Document
from initls.findings import Finding, Severity
from initls.settings import Settings
from initls.workspace.index import Index
from tests.corpus import packages, seeds, seeds_dead, seeds_order, seeds_scheme
from tests.corpus.mutant import Mutant
from tests.corpus.patient import Patient, admitted
from tests.corpus.reality import with_stack
from tests.corpus.reality_classes import CLASSES, Case

KIND = re.compile(r"INI\d{3}|[A-D]\d+")
LASTING = frozenset((*seeds.LASTING, *seeds_order.LASTING, *seeds_scheme.LASTING, *seeds_dead.LASTING))
"""Those whose symptom is what a class leaves behind, which a model around it may undo."""

STRIDE = 7
"""How far apart the turns of two neighbouring classes are. No table of spellings is a multiple of it long."""

KINDS = (*seeds.KINDS, *seeds_order.KINDS, *seeds_scheme.KINDS, *seeds_dead.KINDS)


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant, in words and numbers that can leave the process.

    `within` tells whether the file alone says enough, `shown` whether PyTorch shows the symptom, `found` whether a
    finding of the right kind stands on a right line, `alarm` whether there is no symptom and something is said all the
    same on the lines that were put in.
    """

    kind: str
    spelling: str
    case: Case
    within: bool
    shown: bool
    found: bool
    alarm: bool
    report: str
    """The change, and what was said in the file."""


def mutants(patient: Patient) -> Iterator[Mutant]:
    """All mutants of a class; the spellings take turns."""
    turn = CLASSES.index(patient.case)
    for index, kind in enumerate(KINDS):
        if kind not in LASTING or not patient.visited:
            yield from kind(patient, turn * STRIDE + index)


def outcomes(cases: Sequence[Case] = CLASSES, kinds: frozenset[str] = frozenset(), share: float = 1.0) -> list[Outcome]:
    """Every mutant, of these kinds or of all, run and checked; the classes are shared out among processes.

    With a `share` only so many of them, always the same ones.
    """
    workers = os.cpu_count() or 1
    shares = [(tuple(cases[start::workers]), kinds, share) for start in range(workers)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        found = [outcome for share in pool.map(_share, shares) for outcome in share]
    return sorted(found, key=lambda outcome: CLASSES.index(outcome.case))


def _share(task: tuple[tuple[Case, ...], frozenset[str], float]) -> list[Outcome]:
    cases, kinds, share = task
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")

    def work() -> list[Outcome]:
        checker = Checker(Index((packages.CORPUS,)))
        return [
            outcome
            for patient in admitted(cases)
            for mutant in mutants(patient)
            if mutant.codes and (not kinds or mutant.kind in kinds)
            if patient.rng(f"{mutant.kind}: {mutant.spelling}").random() < share
            for outcome in (_outcome(checker, mutant),)
        ]

    return with_stack(work)


def _outcome(checker: Checker, mutant: Mutant) -> Outcome:
    told = mutant.shown()
    expected = told or ()
    path = str(packages.file_of(mutant.patient.case.module))
    settings = Settings(extend_select=tuple(sorted(mutant.codes)))
    findings = checker.check(Document.of(path, mutant.text.whole), settings).findings
    found = any(finding.code in mutant.codes and _line(finding) in expected for finding in findings)
    loud = Severity.ERROR.rank if mutant.mild else 0
    own = [finding for finding in findings if finding.code in mutant.codes and finding.severity.rank >= loud]
    alarm = told == () and any(_line(finding) in mutant.text.marked for finding in own)
    return Outcome(
        mutant.kind,
        mutant.spelling,
        mutant.patient.case,
        mutant.within,
        bool(expected),
        found,
        alarm,
        _report(mutant, expected, findings),
    )


def _line(finding: Finding) -> int:
    return finding.span.start.line + 1


def _report(mutant: Mutant, expected: Sequence[int], findings: Sequence[Finding]) -> str:
    lines = [f"{mutant}, expected on {', '.join(map(str, expected)) or 'no line'}"]
    lines += [f"    {_line(f)}: {f.severity.value} {f.code} {f.message}" for f in findings]
    changed = mutant.text.whole.splitlines(keepends=True)
    lines += [line.rstrip() for line in difflib.unified_diff(mutant.patient.lines, changed, n=1)][2:]
    return "\n".join(lines)


def table(found: Sequence[Outcome]) -> str:
    """One line a kind: seeded, shown by PyTorch, found; and the same for those that take a look into other files."""
    rows = [f"{'':<8}{'seeded':>8}{'shown':>8}{'found':>8}{'files':>8}{'alarms':>8}{'across files':>16}{'found':>8}"]
    for kind in (*sorted({outcome.kind for outcome in found}), "all"):
        own = [outcome for outcome in found if kind in (outcome.kind, "all")]
        shown, across = counted(own), [outcome for outcome in own if outcome.shown and not outcome.within]
        files = len({outcome.case.module for outcome in shown})
        hits, far, alarms = (
            sum(flags) for flags in ([o.found for o in shown], [o.found for o in across], [o.alarm for o in own])
        )
        rows.append(f"{kind:<8}{len(own):>8}{len(shown):>8}{hits:>8}{files:>8}{alarms:>8}{len(across):>16}{far:>8}")
    return "\n".join(rows)


def counted(found: Sequence[Outcome]) -> list[Outcome]:
    """The mutants that PyTorch shows, and whose layers the file itself makes of torch's."""
    return [outcome for outcome in found if outcome.shown and outcome.within]


def missed(found: Sequence[Outcome]) -> list[Outcome]:
    """The mutants that count and were not found."""
    return [outcome for outcome in counted(found) if not outcome.found]


def main(arguments: list[str]) -> None:
    share = next((float(argument) for argument in arguments if argument.startswith("0.")), 1.0)
    wanted = {argument for argument in arguments if argument != "-v" and not argument.startswith("0.")}
    kinds = frozenset(word for word in wanted if KIND.fullmatch(word))
    cases = [case for case in CLASSES if wanted <= kinds or wanted & {case.name, case.module.partition(".")[0]}]
    found = outcomes(cases, kinds, share)
    for outcome in found:
        word = (
            "MISSED" if outcome in missed(found) else "ALARM" if outcome.alarm else "FOUND" if outcome.found else "NONE"
        )
        if "-v" in arguments or word in ("MISSED", "ALARM"):
            print(word, outcome.report, end="\n\n")
    print(table(found))


if __name__ == "__main__":
    main(sys.argv[1:])
