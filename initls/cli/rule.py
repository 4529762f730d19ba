"""`initls rule`: what a rule looks for, why, and how it is repaired."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Sequence

from initls.cli.console import fail, out
from initls.cli.exit import CLEAN, FAILED
from initls.rulebook import all_rules
from initls.rules.rule import Rule

LOOK_ALIKE = str.maketrans("OIL", "011")
"""Letters that are taken for digits."""


def run(code: str | None, *, every: bool, output: str) -> int:
    """Print the rule `code`, or `every` one, as text, json or markdown."""
    rules = all_rules()
    if every:
        chosen = list(rules.values())
    else:
        wanted = (code or "").upper()
        if wanted not in rules:
            named = [rule.code for rule in rules.values() if rule.name == code]
            if not named:
                meant = wanted[:3] + wanted[3:].translate(LOOK_ALIKE)
                near = [meant] if meant in rules else difflib.get_close_matches(wanted, rules, n=1, cutoff=0.5)
                hint = f"; did you mean `{near[0]}`?" if near else f"; there are {', '.join(rules)}"
                fail(f"no rule has the code `{code}`{hint}")
                return FAILED
            wanted = named[0]
        chosen = [rules[wanted]]
    if output == "json":
        objects = [_object(rule) for rule in chosen]
        out(json.dumps(objects if every else objects[0], indent=2, ensure_ascii=False) + "\n")
    elif output == "text" and sys.stdout.isatty():
        _pretty(chosen)
    else:
        out("\n\n".join(markdown(rule) for rule in chosen) + "\n")
    return CLEAN


def markdown(rule: Rule) -> str:
    """The whole page of a rule."""
    fixing = "It has a fix for most of what it finds." if rule.fixable else "It has no fix."
    return f"# {rule.name} ({rule.code})\n\n{rule.summary.strip()}\n\n{fixing}\n\n{rule.documentation.strip()}"


def _object(rule: Rule) -> dict[str, object]:
    return {
        "name": rule.name,
        "code": rule.code,
        "summary": rule.summary,
        "fixable": rule.fixable,
        "explanation": rule.documentation.strip(),
        "url": rule.url,
    }


def _pretty(rules: Sequence[Rule]) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    for rule in rules:
        console.print(Markdown(markdown(rule)))
        console.print()
