"""What a keystroke costs, in work that can be counted: segments parsed and constructions traced.

A clock on a busy machine says little; these numbers are the same everywhere, and they are what keeps an edit cheap.
"""

from __future__ import annotations

import cProfile

import pytest

from initls.check import Checker, Result
from initls.document import Document
from initls.settings import Settings
from initls.syntax.span import Point, Span

CLASS = '''

class Model{n}(nn.Module):
    """A model."""

    def __init__(self, width):
        super().__init__()
        self.inner = nn.Linear(width, width)
        self.outer = nn.Linear(width, 10)
        nn.init.zeros_(self.inner.weight)
        self.reset()

    def reset(self):
        nn.init.xavier_uniform_(self.outer.weight)

    def forward(self, x):
        return self.outer(torch.relu(self.inner(x)))

    def describe(self):
        return "a model"
'''

SOURCE = "import torch\nfrom torch import nn\n" + "".join(CLASS.format(n=n) for n in range(12))


class Session:
    """A file with twelve classes that somebody types into."""

    def __init__(self, source: str = SOURCE) -> None:
        self.checker = Checker()
        self.document = Document.of("models.py", source)
        self.look()

    def look(self) -> Result:
        result = self.checker.check(self.document, Settings())
        self.document = result.document
        return result

    def insert(self, behind: str, new: str) -> tuple[int, int]:
        """Type `new` at the end of the line that ends with `behind`, in the middle of the file: parsed, traced."""
        lines = self.document.source.split("\n")
        row = next(row for row in range(len(lines) // 2, len(lines)) if lines[row].endswith(behind))
        point = Point(row, len(lines[row]))
        return self.replace(Span(point, point), new)

    def replace(self, span: Span, new: str) -> tuple[int, int]:
        before = self.checker.programs.facts.extracted, self.checker.programs.tracer.traced
        self.document = self.document.edit(0, span, new)
        self.look()
        return self.checker.programs.facts.extracted - before[0], self.checker.programs.tracer.traced - before[1]


@pytest.fixture
def session() -> Session:
    return Session()


def test_opening_traces_each_class_once(session: Session) -> None:
    assert session.checker.programs.tracer.traced == 12


def test_looking_again_costs_nothing(session: Session) -> None:
    before = session.checker.programs.facts.extracted, session.checker.programs.tracer.traced
    session.look()
    assert (session.checker.programs.facts.extracted, session.checker.programs.tracer.traced) == before


@pytest.mark.parametrize(
    ("behind", "new", "parsed", "traced"),
    [
        # Another name is imported, and those that were there mean what they meant.
        ("from torch import nn", ", optim", 1, 0),
        ("self.reset()", "\n        self.head = nn.Linear(10, 10)", 1, 1),
        ("nn.init.xavier_uniform_(self.outer.weight)", "\n        nn.init.ones_(self.outer.bias)", 1, 1),
        ("return self.outer(torch.relu(self.inner(x)))", " * 2", 1, 1),
        # Broken for now: it is looked at, and says what it said before.
        ("self.reset()", "\n        self.head = nn.Linear(", 1, 0),
        # Nobody reads this method, as no parameter is written in it and none of the classes calls it.
        ('return "a model"', "\n        # at length", 0, 0),
        ('return "a model"', ".upper()", 0, 0),
        # What is said to people is no code.
        ("self.reset()", "  # as the paper has it", 0, 0),
        ("def reset(self):", '\n        """Draw the weights anew."""', 1, 0),
        # A name alone is the beginning of something.
        ("self.reset()", "\n        nn.init", 1, 0),
        ('return "a model"', "\n\n    def extra", 1, 0),
        ("self.reset()", "\n", 0, 0),
        # Whatever stands below has moved, and that is all.
        ("from torch import nn", "\n", 0, 0),
    ],
)
def test_an_edit_costs_what_it_touches(session: Session, behind: str, new: str, parsed: int, traced: int) -> None:
    if behind == "from torch import nn":
        assert session.replace(Span(Point(1, 20), Point(1, 20)), new) == (parsed, traced)
    else:
        assert session.insert(behind, new) == (parsed, traced)


def test_a_method_that_loses_its_parameters_for_a_moment_is_still_there(session: Session) -> None:
    line = next(number for number, text in enumerate(session.document.text.lines) if "def reset(self):" in text)
    start = session.document.text.lines[line].index("(self):")
    assert session.replace(Span(Point(line, start), Point(line, start + len("(self):"))), "") == (1, 0)


def test_an_undo_parses_nothing(session: Session) -> None:
    line = next(row for row, text in enumerate(session.document.source.split("\n")) if text.endswith("self.reset()"))
    session.replace(Span(Point(line, 0), Point(line, 0)), "        self.head = nn.Linear(10, 10)\n")
    assert session.replace(Span(Point(line, 0), Point(line + 1, 0)), "") == (0, 1)


def test_typing_letter_by_letter_never_costs_more_than_one_segment_and_one_class(session: Session) -> None:
    work: list[tuple[int, int]] = []
    lines = SOURCE.split("\n")
    row = next(row for row in range(len(lines) // 2, len(lines)) if lines[row].endswith("self.reset()"))
    point = Point(row, len(lines[row]))
    text = '\n        """Why: it is so."""\n        nn.init.constant_(self.outer.bias, f"{1}") if {"a": [1]} else None'
    for letter in text:
        work.append(session.replace(Span(point, point), letter))
        point = Point(point.line + 1, 0) if letter == "\n" else Point(point.line, point.column + 1)
    assert max(parsed for parsed, _ in work) == 1
    assert max(traced for _, traced in work) == 1
    # Most of the way the line is broken, or a string: then nothing is traced.
    assert sum(traced for _, traced in work) < len(work) / 3


def test_a_helper_costs_its_readers_and_nobody_else() -> None:
    helper = "\n\ndef reset(layer):\n    nn.init.xavier_uniform_(layer.weight)\n"
    caller = CLASS.format(n=99).replace("self.reset()\n", "reset(self.outer)\n")
    session = Session(SOURCE + caller + helper)
    parsed, traced = session.insert("nn.init.xavier_uniform_(layer.weight)", "\n    nn.init.zeros_(layer.bias)")
    assert parsed == 1
    # The function itself, and the one class that calls it.
    assert traced == 2


def test_what_was_found_elsewhere_stays_the_same_object(session: Session) -> None:
    before = {finding.identity: finding for finding in session.look().findings}
    assert len(before) == 12
    lines = session.document.source.split("\n")
    row = max(row for row, text in enumerate(lines) if text.endswith("self.reset()"))
    session.replace(
        Span(Point(row, len(lines[row])), Point(row, len(lines[row]))), "\n        self.head = nn.Linear(1, 1)"
    )
    after = {finding.identity: finding for finding in session.look().findings}
    assert sum(after[identity] is finding for identity, finding in before.items()) >= 11


def test_twice_the_layers_cost_twice_the_work() -> None:
    def calls(layers: int) -> int:
        made = "".join(f"        self.layer{n} = nn.Linear(width, width)\n" for n in range(layers))
        source = (
            "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self, width):\n"
            f"        super().__init__()\n{made}        for m in self.modules():\n"
            "            if isinstance(m, nn.Linear):\n                nn.init.kaiming_normal_(m.weight)\n\n\n"
            "class Wide(Net):\n    def __init__(self):\n        super().__init__(512)\n\n\n"
            "class Pair(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            "        self.one = Net(8)\n        self.other = Wide()\n"
        )
        checker, profile = Checker(), cProfile.Profile()
        profile.runcall(checker.check, Document.of("models.py", source), Settings())
        return sum(entry.callcount for entry in profile.getstats())

    calls(2)
    assert calls(160) < 2.5 * calls(80)


def test_a_builder_that_initializes_does_not_have_all_its_callers_followed() -> None:
    """Collections of models have hundreds of functions that build one by way of the same helper."""
    makers = "".join(
        f"\n\ndef net{number}(**options):\n    return _create({number}, **options)\n" for number in range(60)
    )
    text = "import torch\nfrom torch import nn\n\n\ndef _create(size, **options):\n    return nn.Linear(size, size)\n"
    plain = Checker()
    plain.check(Document.of("models.py", text + makers), Settings())
    checker = Checker()
    writing = text.replace("    return nn", "    nn.init.zeros_(options['weight'])\n    return nn")
    checker.check(Document.of("models.py", writing + makers), Settings())
    assert checker.programs.tracer.traced == plain.programs.tracer.traced + 1
