"""Each example of Keras and Flax shows on the real library what its findings say, and the fixes take it away."""

from __future__ import annotations

import numpy as np
import pytest

from initls.findings import Finding
from initls.fixes.apply import apply
from initls.rules.registry import RULES
from tests.keras.world import CLEAR, World, run, spread
from tests.rules.cases import OF_OTHERS, Case, cases
from tests.rules.test_documentation import code, sections

OURS = [case for case in cases() if case.file.startswith(OF_OTHERS)]
BAD = [case for case in OURS if case.bad and case.directive("builds") != "no"]
GOOD = [case for case in OURS if not case.bad and case.directive("builds") != "no"]
CODES = [code for code in RULES if code.startswith(OF_OTHERS)]


def ids(case: Case) -> str:
    return case.id


def pair(case: Case, name: str) -> tuple[int, int] | None:
    numbers = [int(one) for one in case.directive(name).split(",") if one.strip()]
    return (numbers[0], numbers[1]) if numbers else None


def concerned(world: World, finding: Finding, kernels: dict[int, np.ndarray]) -> list[int]:
    """The layers that a finding speaks of: those made on its line or with an initializer that is made there."""
    line = finding.span.start.line + 1
    found = world.at(line)
    # What a function of JAX has made cannot be told from another of its kind: it is the layer that starts equal.
    return found or [number for number, kernel in kernels.items() if spread(kernel) == 0]


def holds(case: Case, finding: Finding) -> None:
    """What a message says is seen in training."""
    world = run(case)
    start = world.kernels()
    if finding.code == "INI503":
        first, second = pair(case, "alike") or (0, 0)
        assert first != second
        assert np.array_equal(start[first], start[second])
        return
    numbers = concerned(world, finding, start)
    assert numbers
    for number in numbers:
        assert spread(start[number]) == 0
        # A draw without spread may give zeros of either sign.
        assert f" {start[number].flat[0] + 0.0:g} everywhere" in finding.message
    world.train()
    end = world.kernels()
    for number in numbers:
        if "never changes" in finding.message:
            assert np.array_equal(start[number], end[number])
        elif "never differ" in finding.message:
            assert spread(end[number]) < CLEAR
        elif "until what surrounds them" in finding.message:
            assert spread(end[number]) > CLEAR


@pytest.mark.parametrize("case", BAD, ids=ids)
def test_the_message_is_true(case: Case) -> None:
    findings = case.check().findings
    assert findings
    for finding in findings:
        holds(case, finding)


@pytest.mark.parametrize("case", GOOD, ids=ids)
def test_the_look_alike_is_right(case: Case) -> None:
    world = run(case)
    start = world.kernels()
    apart = pair(case, "apart")
    if apart is not None:
        first, second = (start[number] for number in apart)
        assert first.shape != second.shape or not np.array_equal(first, second)
    world.train()
    for number, kernel in world.kernels().items():
        assert not np.array_equal(start[number], kernel), f"layer {number} stays as it is"
        assert kernel.shape[-1] == 1 or spread(kernel) > CLEAR, f"the units of layer {number} are equal"


@pytest.mark.parametrize("case", BAD, ids=ids)
def test_the_fix_cures(case: Case) -> None:
    result = case.check()
    for finding in result.findings:
        for fix in result.fixes(finding):
            cured(case, finding, apply(result.document, fix.edits).source)


def cured(case: Case, finding: Finding, text: str) -> None:
    """In the repaired text the layers of a finding draw their numbers, and learn."""
    world = run(case, text)
    start = world.kernels()
    if finding.code == "INI503":
        first, second = pair(case, "alike") or (0, 0)
        assert not np.array_equal(start[first], start[second])
        return
    before = run(case)
    numbers = concerned(before, finding, before.kernels())
    assert all(spread(start[number]) > CLEAR for number in numbers)
    world.train()
    end = world.kernels()
    assert all(not np.array_equal(start[number], end[number]) for number in numbers)


@pytest.mark.parametrize("rule", CODES)
def test_the_example_of_the_documentation_bears_the_bug(rule: str) -> None:
    parts = sections(RULES[rule])
    told = (("alike", "0, 1"),) if rule == "INI503" else ()
    case = Case(rule, "documentation", True, _alone(code(parts["Example"])), (), told)
    findings = case.check().findings
    assert findings
    for finding in findings:
        holds(case, finding)
        cured(case, finding, _alone(code(parts["Use instead"])))


def _alone(text: str) -> str:
    """A text without the imports of torch, which is not here; its lines stay where they are."""
    return "\n".join("" if "torch" in line else line for line in text.splitlines()) + "\n"


def test_a_scale_that_is_not_positive_raises() -> None:
    case = next(case for case in OURS if case.title == "A scale that raises")
    with pytest.raises(ValueError, match="positive"):
        run(case)
