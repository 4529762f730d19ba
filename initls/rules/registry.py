"""All rules, by code."""

from __future__ import annotations

from initls.rules import ini101, ini102, ini103, ini104, ini201, ini202, ini203
from initls.rules.rule import Rule

RULES: dict[str, Rule] = {
    module.RULE.code: module.RULE for module in (ini101, ini102, ini103, ini104, ini201, ini202, ini203)
}
