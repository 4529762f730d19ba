"""What the rules say of themselves: the headings are there, and the examples are what they are said to be."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from initls.rulebook import all_rules, url_of
from initls.rules.catalogue import CLASSES, OTHER_FRAMEWORKS, WITHOUT_A_RULE
from initls.rules.registry import RULES
from initls.rules.rule import Rule
from tests.rules.cases import PREAMBLE, check

ROOT = Path(__file__).parents[2]
HEADINGS = (
    "What it does", "Why it hurts", "Example", "Use instead", "When it is right", "Fix safety", "References",
)  # fmt: skip

OF_NO_CLASS = {"INI321"}
"""Rules about what works and is out of use."""


def sections(rule: Rule) -> dict[str, str]:
    """The parts of a documentation by their headings, in order."""
    parts = re.split(r"^(\S[^\n]*)\n-{3,}\n", "\n" + rule.documentation, flags=re.MULTILINE)
    return {heading: text.strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


def code(text: str) -> str:
    """The one block of Python in a part."""
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    return PREAMBLE + str(blocks[0])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_headings_stand_in_their_order(rule: Rule) -> None:
    found = [heading for heading in sections(rule) if heading != "Severity"]
    assert found == list(HEADINGS)
    assert all(sections(rule).values())


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_example_has_exactly_its_finding(rule: Rule) -> None:
    findings = check(code(sections(rule)["Example"]), selected=(rule.code,)).findings
    assert {finding.code for finding in findings} == {rule.code}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_to_use_instead_is_clean(rule: Rule) -> None:
    assert check(code(sections(rule)["Use instead"]), selected=(rule.code,)).findings == ()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_example_differs_from_its_repair(rule: Rule) -> None:
    assert code(sections(rule)["Example"]) != code(sections(rule)["Use instead"])


@pytest.mark.parametrize("rule", all_rules().values(), ids=all_rules())
def test_names_and_summaries(rule: Rule) -> None:
    assert re.fullmatch(r"INI\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert re.fullmatch(r"[A-Z][^\n]*\.", rule.summary)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_which_classes_of_bugs_it_finds(rule: Rule) -> None:
    assert rule.classes or rule.code in OF_NO_CLASS or rule.code in OTHER_FRAMEWORKS
    assert set(rule.classes) <= CLASSES.keys()


def test_what_is_found_in_other_frameworks_has_its_rules() -> None:
    assert OTHER_FRAMEWORKS.keys() == {code for code in RULES if code.startswith("INI5")}


def test_a_class_of_bugs_has_a_rule_or_a_reason_and_not_both() -> None:
    found = {id for rule in RULES.values() for id in rule.classes}
    assert found.isdisjoint(WITHOUT_A_RULE)
    assert WITHOUT_A_RULE.keys() <= CLASSES.keys()


@pytest.mark.parametrize("rule", all_rules().values(), ids=all_rules())
def test_the_address_of_a_rule_is_a_page_of_the_project(rule: Rule) -> None:
    url = url_of(rule.code)
    assert url is not None
    assert (ROOT / url.partition("/blob/main/")[2]).is_file()


def test_pages_are_current() -> None:
    ran = subprocess.run(
        [sys.executable, "tools/write_rule_docs.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_page_that_is_not_current_is_noticed() -> None:
    program = (
        "import sys; sys.path.insert(0, '.'); sys.argv[1:] = ['--check']\n"
        "import tools.write_rule_docs as docs\n"
        "kept = docs.page\n"
        "docs.page = lambda rule: kept(rule) + 'more'\n"
        "sys.exit(docs.main())"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "docs/rules/INI101.md is not current" in ran.stdout.replace("\\", "/")
