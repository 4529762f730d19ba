"""All rules that there are: those about models, and those about suppression comments."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from initls.rules.codes import codes
from initls.settings import COMMENT_CODES

if TYPE_CHECKING:
    from initls.rules.rule import Rule


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by its code, in the order of the codes."""
    # The rules bring the whole model with them, which is not needed before the first question.
    from initls.rules.registry import RULES
    from initls.suppress import RULES as COMMENT_RULES

    return dict(sorted({**COMMENT_RULES, **RULES}.items()))


def all_codes() -> tuple[str, ...]:
    """The codes of all rules, in order. Nothing is loaded for that."""
    return tuple(sorted((*COMMENT_CODES, *codes())))


def url_of(code: str) -> str | None:
    """Where the rule is explained on the web, if it is a rule at all."""
    rule = all_rules().get(code)
    return rule.url if rule else None
