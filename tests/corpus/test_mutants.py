"""Bugs that are seeded into real classes, and that a real PyTorch shows, are found."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytest.importorskip("torch")

from tests.corpus import packages
from tests.corpus.mutants import Outcome, counted, missed, outcomes, table

pytestmark = [pytest.mark.torch, pytest.mark.corpus, pytest.mark.timeout(1800)]

SHARE = 0.4
"""What is drawn of all mutants, always the same ones, for a look at every submission."""

FEWEST = 1000
"""Mutants of the share that a real PyTorch must show to be bugs."""

MOST_LOST = 0.02
"""Of these so many may be missed, those with a reason in the list included."""

MISSES = tomllib.loads(Path(__file__).with_name("misses.toml").read_text(encoding="utf-8"))["misses"]
"""Those that are known to be missed; the reasons stand in the file."""


def is_listed(outcome: Outcome) -> bool:
    """Whether a mutant is known to be missed: an entry may be about one class, or one spelling, or all of a kind."""
    own = {
        "kind": outcome.kind,
        "class": f"{outcome.case.module}.{outcome.case.name}",
        "spelling": outcome.spelling,
    }
    return any(all(entry[key] == own[key] for key in own if key in entry) for entry in MISSES)


@pytest.mark.skipif(
    not packages.unpacked() and not os.environ.get("CI"), reason="needs the releases that `make corpus-files` unpacks"
)
def test_seeded_bugs_are_found() -> None:
    found = outcomes(share=SHARE)
    print(table(found))
    shown = counted(found)
    silent = [outcome for outcome in found if not outcome.shown]
    lost = missed(found)
    unlisted = [outcome.report for outcome in lost if not is_listed(outcome)]
    reports = "\n\n".join(unlisted)
    assert len(shown) >= FEWEST
    assert len({outcome.case.module for outcome in shown}) >= 30
    assert len(lost) <= MOST_LOST * len(shown), f"{len(lost)} of {len(shown)} missed:\n\n{reports}"
    assert not unlisted, f"missed, and no reason is listed:\n\n{reports}"
    alarms = [outcome.report for outcome in silent if outcome.alarm]
    assert len(alarms) <= 0.005 * len(found), "\n\n".join(alarms)
