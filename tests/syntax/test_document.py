from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from initls.document import Carried, Document, moved
from initls.syntax.outline import differing
from initls.syntax.span import Point, Span
from initls.syntax.text import Text
from tests.syntax.snippets import news, sources, spans


@given(st.data(), sources())
def test_an_edit_changes_its_part_and_nothing_else(data: st.DataObject, source: str) -> None:
    parts = Document.of("a.py", source).parts + Document.of("b.py", source).parts
    document = Document(parts)
    span, new = data.draw(spans(document.text)), data.draw(news)
    edited = document.edit(1, span, new)
    assert edited.parts[0] is parts[0]
    assert edited.parts[1].text == parts[1].text.replace(span, new)
    assert edited.parts[1].filename == "b.py"
    assert document.source == source, "the document itself is as it was"


@given(st.data(), sources())
def test_edits_are_made_one_after_the_other(data: st.DataObject, source: str) -> None:
    document = Document.of("a.py", source)
    expected, edits = document, []
    for _ in range(3):
        edit = (data.draw(spans(expected.text)), data.draw(news))
        edits.append(edit)
        expected = expected.edit(0, *edit)
    for made in (document.edits(0, edits), document.edits(0, edits, expected.text)):
        assert made.source == expected.source
        assert made.parts[0].outline == expected.parts[0].outline


@given(st.data(), sources())
def test_outlines_differ_where_something_was_edited(data: st.DataObject, source: str) -> None:
    """Whichever of several states is compared with which, and however often."""
    document = Document.of("a.py", source)
    outlines = [document.parts[0].outline]
    for _ in range(3):
        document = document.edit(0, data.draw(spans(document.text)), data.draw(news))
        outlines.append(document.parts[0].outline)
    pairs = st.tuples(st.sampled_from(outlines), st.sampled_from(outlines))
    for before, now in data.draw(st.lists(pairs, min_size=3, max_size=8)):
        first, old_stop, stop = differing(before, now)
        assert 0 <= first <= min(old_stop, stop)
        assert before.placed[:first] == now.placed[:first]
        assert before.placed[old_stop:] == now.placed[stop:]
        if first < min(old_stop, stop):
            assert before.placed[first] is not now.placed[first]
            assert before.placed[old_stop - 1] is not now.placed[stop - 1]


def test_what_is_carried_outlives_edits() -> None:
    document = Document.of("a.py", "def f():\n    pass\n")
    segment = document.parts[0].outline.placed[0].segment
    carried = document.carry({(0, "f"): Carried(segment)})
    assert document.carried == {}
    assert carried.edit(0, Span(Point(1, 4), Point(1, 8)), "(").carried == {(0, "f"): Carried(segment)}


def test_a_span_keeps_its_distance_from_what_did_not_change() -> None:
    old, new = "a = foo(1)\nb = bar(2)\nc = 3\n", "a = foo(1)\nb = bar(\nc = 3\n"
    assert moved(old, new, Span(Point(0, 4), Point(0, 10))) == Span(Point(0, 4), Point(0, 10))
    assert moved(old, new, Span(Point(2, 0), Point(2, 5))) == Span(Point(2, 0), Point(2, 5))
    assert moved(old, new, Span(Point(1, 4), Point(1, 10))) is None
    assert moved(old, new, Span(Point(1, 0), Point(1, 8))) is None, "it ends where the change begins"
    assert moved(old, new, Span(Point(1, 10), Point(2, 0))) is None, "it begins where the change ends"
    assert moved(old, old, Span(Point(1, 4), Point(1, 10))) == Span(Point(1, 4), Point(1, 10))


def test_a_span_behind_new_lines_moves_down() -> None:
    assert moved("a\nbc\n", "a\n\n\nxbc\n", Span(Point(1, 1), Point(1, 2))) == Span(Point(3, 2), Point(3, 3))


@given(st.data(), st.text(alphabet="ab\r\n\U0001f525", max_size=20), st.text(alphabet="ab\r\n", max_size=5))
def test_a_moved_span_has_the_text_that_it_had(data: st.DataObject, source: str, new: str) -> None:
    old = Text.of(source)
    changed = old.replace(data.draw(spans(old)), new)
    span = data.draw(spans(old))
    found = moved(source, changed.source, span)
    if found is not None and "\r" not in source + new:
        assert changed.slice(found) == old.slice(span)
