"""All rules, by code: every module of this package that is named after a code holds one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from initls import rules
from initls.rules.codes import codes
from initls.rules.rule import Rule


class _Rules(Mapping[str, Rule]):
    """The rules; each is loaded when it is asked for, as one that is off never is."""

    def __init__(self) -> None:
        self._codes = dict.fromkeys(codes())
        self._loaded: dict[str, Rule] = {}

    def __getitem__(self, code: str) -> Rule:
        if code not in self._codes:
            raise KeyError(code)
        if code not in self._loaded:
            self._loaded[code] = import_module(f"{rules.__name__}.{code.lower()}").RULE
        return self._loaded[code]

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)


RULES: Mapping[str, Rule] = _Rules()
"""All rules that there are, in the order of their codes."""
