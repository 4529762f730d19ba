"""The examples of the rules' documentation on a real torch: they bear the bug, and what to use instead does not."""

from __future__ import annotations

import pytest

from initls.rules.registry import RULES
from tests.proofs.claims import claim_of, told_by
from tests.proofs.test_cures import cure_of
from tests.proofs.world import run
from tests.rules.cases import OF_OTHERS, Case
from tests.rules.test_documentation import code, sections

BUILT: dict[str, dict[str, str]] = {
    "INI101": {"reads": "torch.randn(16, 16)"},
    "INI102": {"builds": "Mix(8)", "units": "1"},
    "INI103": {},
    "INI104": {"builds": "LoRA(8, 2)"},
    "INI201": {"builds": "Encoder(8)"},
    "INI202": {},
    "INI203": {"builds": "Head(8)"},
}
"""How the class of each example is built and read."""


@pytest.mark.parametrize("rule", [code for code in RULES if not code.startswith(OF_OTHERS)])
def test_the_example_bears_the_bug_and_the_repair_does_not(rule: str) -> None:
    parts = sections(RULES[rule])
    source, repaired = code(parts["Example"]), code(parts["Use instead"])
    built = BUILT.get(rule) or told_by(rule, "BUILT") or {}
    case = Case(rule, "documentation", True, source, (), tuple(built.items()))
    findings = case.check().findings
    assert findings
    for finding in findings:
        claim, match = claim_of(finding)
        claim(case, finding, match)
        cure_of(rule)(case, finding, repaired)
    assert run(case, repaired).model is not None
