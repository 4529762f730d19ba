"""What stands below the findings: how many there are, and what to do about them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from initls.cli.console import Paint
from initls.cli.outcome import Outcome, Shown, applicable
from initls.findings import Applicability, Fix


def closing(outcomes: Sequence[Outcome], paint: Paint, *, fixing: bool, unsafe: bool) -> Iterator[str]:
    """The last lines of a run that checked or fixed."""
    shown = [one for outcome in outcomes for one in outcome.shown]
    fixed = sum(outcome.fixed for outcome in outcomes)
    if not shown and not fixed:
        if any(outcome.failure is None for outcome in outcomes):
            yield "All checks passed!"
        return
    if fixed:
        yield f"Found {plural(len(shown) + fixed, 'problem')} ({fixed} fixed, {len(shown)} remaining)."
    else:
        yield f"Found {plural(len(shown), 'problem')} ({_levels(shown)})."
    yield from _hints(shown, paint, fixing=fixing, unsafe=unsafe)


def _levels(shown: Iterable[Shown]) -> str:
    counts = Counter(one.finding.severity for one in shown)
    ranked = sorted(counts.items(), key=lambda pair: -pair[0].rank)
    uncountable = ("information",)
    return ", ".join(
        f"{number} {severity.value}" if severity.value in uncountable else plural(number, severity.value)
        for severity, number in ranked
    )


def _hints(shown: Iterable[Shown], paint: Paint, *, fixing: bool, unsafe: bool) -> Iterator[str]:
    preferred = [one.fixes[0] for one in shown if one.fixes]
    now = sum(applicable(fix, unsafe=unsafe) for fix in preferred)
    hidden = 0 if unsafe else sum(fix.applicability is Applicability.UNSAFE for fix in preferred)
    star = f"[{paint('safe', '*')}]"
    flags = "--fix --unsafe-fixes" if unsafe else "--fix"
    more = f"{plural(hidden, 'unsafe fix', 'unsafe fixes')} available with `--fix --unsafe-fixes`"
    if now and not fixing:
        yield f"{star} {now} fixable with `{flags}`" + (f" ({more})." if hidden else ".")
    elif hidden:
        yield f"{more[0].upper()}{more[1:]}."


def would_fix(outcomes: Sequence[Outcome], *, unsafe: bool) -> str:
    """The last line of a run with `--diff`."""
    fixed = sum(outcome.fixed for outcome in outcomes)
    hidden = 0
    if not unsafe:
        left = [one.fixes[0] for outcome in outcomes for one in outcome.shown if one.fixes]
        hidden = sum(fix.applicability is Applicability.UNSAFE for fix in left)
    if not fixed and not hidden:
        return "No fixes available."
    if not fixed:
        return f"No safe fixes available ({plural(hidden, 'fix', 'fixes')} available with `--unsafe-fixes`)."
    more = (
        f" ({plural(hidden, 'additional fix', 'additional fixes')} available with `--unsafe-fixes`)" if hidden else ""
    )
    return f"Would fix {plural(fixed, 'problem')}{more}."


def silenced(outcomes: Sequence[Outcome], *, wanted: bool = False) -> str:
    """The last line of a run that silences what it finds; `wanted` says that it only shows how."""
    done = sum(outcome.fixed for outcome in outcomes)
    left = sum(len(outcome.shown) for outcome in outcomes)
    if not done:
        return "There is nothing to silence." if not left else "Nothing that was found can be silenced."
    more = f" ({left} cannot be silenced)" if left else ""
    return f"{'Would silence' if wanted else 'Silenced'} {plural(done, 'problem')}{more}."


def statistics(outcomes: Iterable[Outcome], paint: Paint, *, unsafe: bool) -> Iterator[str]:
    """A line for each rule that was broken, the most frequent first."""
    rows = _tally(outcomes)
    widest = max((len(str(count)) for _, count, _ in rows), default=0)
    code_width = max((len(one.finding.code) for one, _, _ in rows), default=0)
    for one, count, fixes in rows:
        fixable = any(applicable(fix, unsafe=unsafe) for fix in fixes)
        star = f"[{paint('safe', '*') if fixable else ' '}]"
        code = paint(one.finding.severity.value, f"{one.finding.code:<{code_width}}")
        yield f"{count:>{widest}}\t{code}\t{star} {one.finding.name}"


def statistics_json(outcomes: Iterable[Outcome], *, unsafe: bool) -> str:
    """The same for programs."""
    rows = [
        {
            "code": one.finding.code,
            "name": one.finding.name,
            "count": count,
            "fixable": any(applicable(fix, unsafe=unsafe) for fix in fixes),
        }
        for one, count, fixes in _tally(outcomes)
    ]
    return json.dumps(rows, indent=2) + "\n"


def _tally(outcomes: Iterable[Outcome]) -> list[tuple[Shown, int, list[Fix]]]:
    """For each code one of its findings, their number, and the preferred fixes of all."""
    groups: dict[str, list[Shown]] = {}
    for outcome in outcomes:
        for one in outcome.shown:
            groups.setdefault(one.finding.code, []).append(one)
    rows = [(group[0], len(group), [one.fixes[0] for one in group if one.fixes]) for group in groups.values()]
    return sorted(rows, key=lambda row: (-row[1], row[0].finding.code))


def plural(number: int, noun: str, several: str = "") -> str:
    """The number with its noun."""
    return f"{number} {noun if number == 1 else several or noun + 's'}"
