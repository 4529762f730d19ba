"""Expressions that are compiled when they are first used."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from initls.pattern import pattern, rare

ALL = """
import gc, importlib, pkgutil, re
import initls
from initls.pattern import _Pattern
for module in pkgutil.walk_packages(initls.__path__, "initls."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
expressions = [found for found in gc.get_objects() if isinstance(found, _Pattern)]
for expression in expressions:
    expression.search
print(len(expressions))
"""


def test_behaves_as_what_is_compiled_at_once() -> None:
    late, early = pattern(r"(?P<name>\w+)=(\d+)", re.ASCII), re.compile(r"(?P<name>\w+)=(\d+)", re.ASCII)
    for _ in range(2):
        found = late.search("a b=12")
        assert found is not None
        assert found.groupdict() == {"name": "b"}
        assert late.findall("a=1 b=2") == early.findall("a=1 b=2")
        assert (late.pattern, late.flags, late.groups) == (early.pattern, early.flags, early.groups)


def test_what_is_rare_is_found_where_it_is() -> None:
    late, early = rare("torch", r"\btorch\b"), re.compile(r"\btorch\b")
    for text in ("import torch", "import torchvision", "torch", "", "a torch.b"):
        for _ in range(2):
            assert bool(late.search(text)) == bool(early.search(text))
            assert bool(late.match(text)) == bool(early.match(text))
            assert bool(late.fullmatch(text)) == bool(early.fullmatch(text))
        assert bool(late.search(text, 1)) == bool(early.search(text, 1))
        assert late.findall(text) == early.findall(text)


def test_a_mistake_is_raised_where_it_is_first_used() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error, match="unterminated subpattern"):
        wrong.search("")


def test_no_expression_of_ours_has_a_mistake() -> None:
    ran = subprocess.run([sys.executable, "-c", ALL], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 100
