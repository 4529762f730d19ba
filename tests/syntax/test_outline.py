from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from initls.document import Document
from initls.syntax.outline import Outline, outline
from initls.syntax.segments import Kind
from initls.syntax.span import Span
from initls.syntax.text import Text
from tests.syntax.snippets import news, sources, spans


def units(source: str) -> list[str]:
    return ["run" if p.unit.startswith("<run:") else p.unit for p in outline(Text.of(source)).placed]


def holds(made: Outline, text: Text) -> None:
    """Every line is in one segment, whose text is that of its lines; every unit has a name of its own."""
    assert made.line(len(made.placed)) == len(text.lines)
    for index, (unit, owner, segment) in enumerate(made.placed):
        assert segment.text == "".join(text.lines[made.line(index) : made.line(index + 1)])
        assert made.counts[index] > 0
        assert made.index[unit] == index
        assert made.line_of(unit) == made.line(index)
        assert made.at(made.line(index)) == index
        assert (owner is not None) == segment.kind.indented
        if owner is not None:
            head = made.get(owner)
            assert head is not None
            assert head.segment.kind is Kind.CLASS_HEAD
            assert made.index[owner] < index


@given(st.one_of(sources(), st.text(max_size=60)))
def test_every_line_is_in_one_segment(source: str) -> None:
    text = Text.of(source)
    holds(outline(text), text)


@settings(max_examples=400, deadline=None)
@given(st.data(), sources())
def test_recutting_an_edited_text_gives_what_cutting_it_gives(data: st.DataObject, source: str) -> None:
    document = Document.of("x.py", source)
    for _ in range(data.draw(st.integers(1, 8))):
        document = document.edit(0, data.draw(spans(document.text)), data.draw(news))
        made, fresh = document.parts[0].outline, outline(document.text)
        assert made == fresh
        assert made.joined == fresh.joined
        assert [chunk.lines for chunk in made.chunks] == [chunk.lines for chunk in fresh.chunks]
        assert [group.members for group in made.groups] == [group.members for group in fresh.groups]
        assert made.dirty == fresh.dirty
        assert {name: count for name, count in made.names.items() if count} == dict(fresh.names)
        holds(made, document.text)


LENET = """\
import torch
from torch import nn

BATCH = 4


def conv(a, b):
    return nn.Conv2d(a, b, 3)


# About the class.
@register
class LeNet(nn.Module):
    \"\"\"A docstring.

    @param nothing
    def neither
    \"\"\"

    size = 3

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    # About forward.
    @property
    def forward(self, x):
        return self.fc(x)
    alias = forward

    class Config:
        def get(self):
            pass


model = LeNet()
if model:
    pass

else:
    pass
train(model)

print("done")
"""


def test_a_file_is_cut_by_its_layout() -> None:
    names = units(LENET)
    assert names[:6] == ["run", "run", "conv", "LeNet", "LeNet.__init__", "LeNet.forward"]
    assert names[7:] == ["LeNet.Config", "run", "run"]
    made = outline(Text.of(LENET))
    assert [p.segment.kind for p in made.placed][6] is Kind.CLASS_RUN
    assert names[6].startswith("LeNet.<run:")
    assert made.placed[2].segment.text.endswith("# About the class.\n"), "a comment stays with what stands before it"
    assert made.placed[4].segment.text.endswith("    # About forward.\n")
    assert made.placed[3].segment.text.startswith("@register\n")
    assert made.placed[5].segment.text.startswith("    @property\n")
    assert made.placed[8].segment.text.startswith("model = LeNet()\n")
    assert made.placed[8].segment.text.endswith("train(model)\n\n")


def test_a_second_bearer_of_a_name_gets_a_number() -> None:
    source = (
        "def f(): pass\ndef f(): pass\nclass A:\n    def g(self): 0\n    def g(self): 1\nclass A:\n    def g(self): 2\n"
    )
    assert units(source) == ["f", "f#1", "A", "A.g", "A.g#1", "A#1", "A#1.g"]
    runs = [placed.unit for placed in outline(Text.of("x = 1\n\nx = 1\n\nx = 1\n\ny = 1\n")).placed]
    assert runs[1:3] == [f"{runs[0]}#1", f"{runs[0]}#2"]


@pytest.mark.parametrize(
    "source",
    [
        '"""Docs.\n\ndef example():\n    pass\n"""\nimport torch\n\n\ndef f():\n    pass\n',
        "'''Docs.\n\n@author somebody\n\nclass of its own\n'''\n\n\ndef f():\n    '''Docs.'''\n",
        'x = f("""\ndef g():\n    "it"\n""")\n\n\ndef f():\n    """Docs."""\n',
    ],
)
def test_a_definition_in_a_string_is_none(source: str) -> None:
    assert [unit for unit in units(source) if unit != "run"] == ["f"]


def test_an_at_sign_inside_brackets_decorates_nothing() -> None:
    assert units("y = (a\n@ b)\n\ndef f():\n    pass\n") == ["run", "f"]
    assert units("y = (a\n@ b\n@ c\n)\ndef f():\n    pass\n") == ["run", "f"]
    assert units("y = a \\\n@ b\n\ndef f():\n    pass\n") == ["run", "f"]


TWO = 'def f(x):\n    """Docs of f."""\n    return x\n\n\ndef g(x):\n    """Docs of g."""\n    return x\n\n\nx = 1\n'


@pytest.mark.parametrize("half", ['    """Docs\n', "    y = foo(\n", "    '''\n", "    y = [\n", '    y = "a\n'])
def test_a_half_typed_line_breaks_its_own_definition_alone(half: str) -> None:
    broken = "def e(x):\n" + half + "\n\n" + TWO
    assert outline(Text.of(broken)).placed[1:] == tuple(outline(Text.of(TWO)).placed)
    klass = "class A:\n    def a(self):\n    " + half + "\n    def b(self):\n        pass\n\n\n"
    assert units(klass + TWO) == ["A", "A.a", "A.b", "f", "g", "run"]


@pytest.mark.parametrize("half", ["x = foo(", 'x = """', "x = ["])
def test_a_half_typed_statement_leaves_the_ones_behind_it(half: str) -> None:
    assert units(f"{half}\n\nmodel = LeNet()\n\ntrain(model)\n") == ["run"] * 3
    assert units(f"class A:\n    def b(self):\n        {half}\n\n\nmodel = LeNet()\n") == ["A", "A.b", "run"]


def test_a_decorator_being_typed_stays_with_its_definition() -> None:
    assert units("x = 1\n@foo(\ndef f():\n    pass\n") == ["run", "f"]
    assert units("class A:\n    @\n    def f(self):\n        pass\n") == ["A", "A.f"]


def test_a_class_header_being_typed_leaves_the_methods() -> None:
    assert units("class A(nn.Module\n    def f(self):\n        pass\n\n    def g(self):\n        pass\n") == [
        *("A", "A.f", "A.g")
    ]


def test_tabs_and_form_feeds_indent_as_in_python() -> None:
    assert units(
        "class A:\n\tdef f(self):\n\t\tpass\n        def g(self):\n                pass\n\f\nclass B: pass\n"
    ) == [*("A", "A.f", "A.g", "B")]
    assert units("\fdef f():\n    pass\n\fclass B:\n    pass\n") == ["f", "B"]


def test_an_edit_leaves_the_other_segments_the_same_objects() -> None:
    document = Document.of("x.py", LENET)
    start = document.text.point(LENET.index("nn.Linear"))
    edited = document.edit(0, Span(start, start), "# ")
    before, after = document.parts[0].outline.placed, edited.parts[0].outline.placed
    assert [old is new for old, new in zip(before, after, strict=True)] == [
        placed.unit != "LeNet.__init__" for placed in before
    ]
    assert edited.parts[0].outline.counts == document.parts[0].outline.counts
