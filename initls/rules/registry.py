"""All rules, by code: every module of this package that is named after a code holds one."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

from initls import rules
from initls.rules.rule import Rule

_NAMED_AFTER_A_CODE = re.compile(r"ini\d{3}\Z")


def _found() -> list[Rule]:
    names = sorted(info.name for info in pkgutil.iter_modules(rules.__path__))
    return [import_module(f"{rules.__name__}.{name}").RULE for name in names if _NAMED_AFTER_A_CODE.match(name)]


RULES: dict[str, Rule] = {rule.code: rule for rule in _found()}
