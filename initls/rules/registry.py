"""All rules, by code: every module of this package that is named after a code holds one."""

from __future__ import annotations

from importlib import import_module

from initls import rules
from initls.rules.codes import codes
from initls.rules.rule import Rule

RULES: dict[str, Rule] = {code: import_module(f"{rules.__name__}.{code.lower()}").RULE for code in codes()}
"""All rules that there are, in the order of their codes."""
