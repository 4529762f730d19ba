"""Bugs that are seeded into real classes, and that a real PyTorch shows, are found."""

from __future__ import annotations

import os

import pytest

pytest.importorskip("torch")

from tests.corpus import packages
from tests.corpus.mutants import counted, missed, outcomes, table

pytestmark = [pytest.mark.torch, pytest.mark.corpus, pytest.mark.timeout(1800)]

SHARE = 0.4
"""What is drawn of all mutants, always the same ones: the whole lot takes an hour."""

FEWEST = 10
"""Of a kind with fewer mutants than these nothing is asked by itself."""


@pytest.mark.skipif(
    not packages.unpacked() and not os.environ.get("CI"), reason="needs the releases that `make corpus-files` unpacks"
)
def test_seeded_bugs_are_found() -> None:
    found = outcomes(share=SHARE)
    print(table(found))
    shown = counted(found)
    silent = [outcome for outcome in found if not outcome.shown]
    lost = missed(found)
    reports = "\n\n".join(outcome.report for outcome in lost)
    assert len(shown) >= 1000
    assert len({outcome.case.module for outcome in shown}) >= 60
    assert len(lost) <= 0.1 * len(shown), f"{len(lost)} of {len(shown)} missed:\n\n{reports}"
    for kind in {outcome.kind for outcome in shown}:
        own = [outcome for outcome in shown if outcome.kind == kind]
        if len(own) >= FEWEST:
            assert sum(outcome.found for outcome in own) >= 0.6 * len(own), f"{kind}:\n\n{reports}"
    alarms = [outcome.report for outcome in silent if outcome.alarm]
    assert len(alarms) <= 0.05 * len(found), "\n\n".join(alarms)
