"""Tests of what a module or a parameter is that ask for something else."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.apply import apply
from initls.fixes.plans import AskForClass, AskForClasses, AskForEnding, Plan
from tests.fixes.marks import fixes, place

HEAD = "import torch.nn as nn\nfrom torch.nn import Conv2d\nfrom torch.nn import Linear as Dense\n\n\n"
TEXT = "def init(m, n, p):\n    if {} and p is not None:  # why\n        pass\n"


def become(code: str, plan: type[Plan], *more: object, head: str = HEAD) -> list[tuple[str, str]]:
    """The title of each fix of a test, and what the test becomes."""
    document = Document.of("a.py", head + TEXT.format(code))
    found = fixes(document, plan(place(document, code), *more))  # type: ignore[arg-type]
    before, behind = TEXT.split("{}")
    shown = []
    for fix in found:
        text = apply(document, fix.edits).source
        assert text.startswith(head + before)
        assert text.endswith(behind)
        shown.append((fix.title, text.removeprefix(head + before).removesuffix(behind)))
    return shown


C1, C2 = "torch.nn.Conv1d", "torch.nn.Conv2d"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("isinstance(m, nn.Conv2d)", "isinstance(m, nn.Conv1d)"),
        ("isinstance(m, (nn.Linear, nn.Conv2d,))", "isinstance(m, (nn.Linear, nn.Conv1d,))"),
        ("type(m) == nn.Conv2d", "type(m) == nn.Conv1d"),
        # The file has the old class by its bare name, and the new one only as a part of its module.
        ("isinstance(m, Conv2d)", "isinstance(m, nn.Conv1d)"),
    ],
)
def test_another_class_is_asked_for(before: str, after: str) -> None:
    assert become(before, AskForClass, C2, C1, False) == [("Ask for `Conv1d`", after)]


def test_no_class_is_asked_for_that_no_import_brings_in() -> None:
    head = "from torch.nn import Conv2d\n\n\n"
    assert become("isinstance(m, Conv2d)", AskForClass, C2, C1, False, head=head) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("type(m) == nn.Linear", "isinstance(m, nn.Linear)"),
        ("type(m) is nn.Linear", "isinstance(m, nn.Linear)"),
        ("type(m.fc) in (nn.Linear, nn.Conv2d)", "isinstance(m.fc, (nn.Linear, nn.Conv2d))"),
        ("type(m) in [nn.Linear, nn.Conv2d]", "isinstance(m, (nn.Linear, nn.Conv2d))"),
        ("type(m) in {nn.Linear}", "isinstance(m, (nn.Linear))"),
        ("m.__class__ == nn.Linear", "isinstance(m, nn.Linear)"),
    ],
)
def test_classes_that_derive_from_it_are_taken_in(before: str, after: str) -> None:
    kind = "torch.nn.Linear"
    assert become(before, AskForClass, kind, kind, True) == [("Take in the classes that derive from it", after)]


@pytest.mark.parametrize(
    "code",
    [
        "type(m) != nn.Linear",
        "type(m) not in (nn.Linear,)",
        "type(m) is not nn.Linear",
        "type(m) == type(p) == nn.Linear",
        "issubclass(type(m), nn.Linear)",
    ],
)
def test_what_asks_in_another_way_stays(code: str) -> None:
    assert become(code, AskForClass, "torch.nn.Linear", "torch.nn.Linear", True) == []


@pytest.mark.parametrize(
    ("before", "classes", "after"),
    [
        ('"Conv" in m.__class__.__name__', (C1, C2), "(nn.Conv1d, Conv2d)"),
        ('m.__class__.__name__.find("Linear") != -1', ("torch.nn.Linear",), "Dense"),
    ],
)
def test_classes_are_asked_for_by_the_names_of_the_file(before: str, classes: tuple[str, ...], after: str) -> None:
    assert become(before, AskForClasses, "m", classes) == [(f"Ask for {after}", f"isinstance(m, {after})")]


def test_no_classes_are_asked_for_without_a_name_for_each() -> None:
    head = "from torch.nn import Conv2d\n\n\n"
    assert become('"Conv" in m.__class__.__name__', AskForClasses, "m", (C1, C2), head=head) == []


@pytest.mark.parametrize(
    ("before", "endings", "after"),
    [
        ('n == "weight"', (".weight",), 'n.endswith(".weight")'),
        ("n == 'weight'", (".weight",), "n.endswith('.weight')"),
        ('m.name in ("a", "b")', (".a", ".b"), 'm.name.endswith((".a", ".b"))'),
    ],
)
def test_the_end_of_a_name_is_looked_at(before: str, endings: tuple[str, ...], after: str) -> None:
    assert become(before, AskForEnding, endings) == [("Look at the end of the name", after)]


@pytest.mark.parametrize("code", ['n != "weight"', 'n not in ("weight",)', '"weight" == n', 'n.startswith("weight")'])
def test_no_end_is_looked_at_where_the_test_asks_for_something_else(code: str) -> None:
    assert become(code, AskForEnding, (".weight",)) == []
