"""Edits put into effect, alone and together."""

from __future__ import annotations

from initls.document import Document, Part
from initls.findings import Applicability, Edit, Fix
from initls.fixes.apply import apply, disjoint
from initls.fixes.verify import sound
from initls.syntax.span import Point, Span


def edit(line: int, start: int, end: int, content: str, part: int = 0) -> Edit:
    return Edit(Span(Point(line, start), Point(line, end)), content, part)


def fix(title: str, *edits: Edit) -> Fix:
    return Fix(title, Applicability.SAFE, edits)


def titles(*fixes: Fix) -> list[str]:
    return [one.title for one in disjoint(fixes)]


def test_edits_are_in_terms_of_the_text_as_it_was() -> None:
    document = Document.of("a.py", "abc\ndef\n")
    edits = [edit(0, 0, 1, "xyz\n"), edit(1, 1, 2, ""), edit(0, 2, 2, "!")]
    assert apply(document, edits).source == "xyz\nb!c\ndf\n"
    assert apply(document, reversed(edits)).source == "xyz\nb!c\ndf\n"
    assert document.source == "abc\ndef\n"


def test_an_insertion_in_front_of_a_replacement() -> None:
    document = Document.of("a.py", "abc")
    assert apply(document, [edit(0, 1, 2, "B"), edit(0, 1, 1, "+"), edit(0, 2, 2, "-")]).source == "a+B-c"


def test_the_same_insertion_twice_is_one() -> None:
    document = Document.of("a.py", "x\n")
    assert apply(document, [edit(0, 0, 0, "import a\n"), edit(0, 0, 0, "import a\n")]).source == "import a\nx\n"


def test_each_part_has_its_own_edits() -> None:
    document = Document((Part.of("a", "x\n"), Part.of("b", "x\n")))
    after = apply(document, [edit(0, 0, 1, "y", part=1), edit(0, 1, 1, "z", part=0)])
    assert [part.text.source for part in after.parts] == ["xz\n", "y\n"]


def test_the_first_of_two_that_overlap_is_chosen() -> None:
    first, second, third = fix("1", edit(1, 0, 4, "a")), fix("2", edit(1, 3, 6, "b")), fix("3", edit(2, 0, 1, "c"))
    assert titles(third, second, first) == ["1", "3"]


def test_edits_that_touch_wait_for_the_next_round() -> None:
    assert titles(fix("1", edit(0, 0, 2, "")), fix("2", edit(0, 2, 3, ""))) == ["1"]


def test_an_import_that_two_need_is_no_reason_to_wait() -> None:
    shared = edit(0, 0, 0, "import torch.nn as nn\n")
    one, two = fix("1", shared, edit(5, 0, 1, "a")), fix("2", shared, edit(6, 0, 1, "b"))
    assert titles(two, one) == ["1", "2"]
    document = Document.of("a.py", "\n" * 5 + "x\ny\n")
    edits = [each for chosen in disjoint((one, two)) for each in chosen.edits]
    assert apply(document, edits).source == "import torch.nn as nn\n" + "\n" * 5 + "a\nb\n"


def test_two_imports_at_one_place_do_not_both_go_there() -> None:
    one = fix("1", edit(0, 5, 5, ", a_"), edit(5, 0, 1, "a"))
    two = fix("2", edit(0, 5, 5, ", b_"), edit(6, 0, 1, "b"))
    assert titles(one, two) == ["1"]


def test_fixes_of_different_parts_do_not_meet() -> None:
    assert titles(fix("1", edit(0, 0, 2, "")), fix("2", edit(0, 0, 2, "", part=1))) == ["1", "2"]


def test_a_fix_without_edits_is_not_chosen() -> None:
    assert titles(fix("1")) == []


def test_what_breaks_the_text_or_leaves_it_is_not_sound() -> None:
    document = Document.of("a.py", "def f():\n    x = 1\n\ndef g(:\n    pass\n")
    assert sound(document, (edit(1, 8, 9, "2"),))  # another function is broken already
    assert not sound(document, (edit(1, 8, 9, "("),))
    assert not sound(document, (edit(1, 0, 9, ""),))
    assert not sound(document, (edit(1, 8, 9, "1"),))
    assert not sound(document, ())
    assert not sound(document, (edit(1, 4, 7, "y"), edit(1, 6, 9, "z")))
