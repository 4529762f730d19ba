"""The rules that an editor may hear of: those about models, and those about suppression comments."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from initls.rules.rule import Rule


@cache
def rules() -> dict[str, Rule]:
    """All rules by their codes."""
    from initls.rules.registry import RULES
    from initls.suppress import RULES as COMMENT_RULES

    return {**COMMENT_RULES, **RULES}
