"""Statements that change places: initialization behind the layers, the base constructor in front of them."""

from __future__ import annotations

from textwrap import indent

import pytest

from initls.document import Document
from initls.findings import Applicability
from initls.fixes.plans import InsertSuper, Move, MoveSuperFirst
from tests.fixes.marks import fixes, place, results

HEAD = "class Net(Base):\n    def __init__(self, f, flag):\n"
FOOT = "\n    def forward(self, x):\n        return x\n"


def net(body: str, foot: str = FOOT) -> str:
    return HEAD + indent(body.lstrip("\n"), "        ") + foot


def moved(source: str, code: str, behind: str) -> list[str]:
    document = Document.of("a.py", source)
    plan = Move(place(document, code), place(document, behind), "Move it")
    found = fixes(document, plan)
    assert [fix.title for fix in found] == ["Move it"] * len(found)
    return list(results(document, plan))


MOVES = {
    "the call alone": (
        """
self.a = 1
self.init()
self.b = 2
self.c = 3
""",
        """
self.a = 1
self.b = 2
self.c = 3
self.init()
""",
    ),
    "with its guard and its comments": (
        """
self.a = 1

# He's initialization
# for all layers
if flag:  # on demand
    self.init()  # now

self.b = 2
self.c = 3  # the last
""",
        """
self.a = 1

self.b = 2
self.c = 3  # the last

# He's initialization
# for all layers
if flag:  # on demand
    self.init()  # now
""",
    ),
    "behind a statement of several lines, in front of the next paragraph": (
        """
self.init()

self.c = 3(
    1,
)

self.d = 4
""",
        """
self.c = 3(
    1,
)

self.init()

self.d = 4
""",
    ),
    "a paragraph stays one where the lines stand close": (
        """
self.a = 1

self.init()

self.c = 3
self.d = 4
""",
        """
self.a = 1

self.c = 3

self.init()

self.d = 4
""",
    ),
    "a comment behind a blank line stays": (
        """
# the layers

self.init()
# b
self.b = 2
self.c = 3
# footer
""",
        """
# the layers

# b
self.b = 2
self.c = 3
self.init()
# footer
""",
    ),
    "nested guards": (
        """
if flag:
    with f():
        if f is not None: self.init()
self.c = 3
""",
        """
self.c = 3
if flag:
    with f():
        if f is not None: self.init()
""",
    ),
    "out of blocks that both stand in": (
        """
if flag:
    self.init()
self.b = 2
if f:
    self.b = 2
    self.c = 3
else:
    self.c = 4
self.d = 4
""",
        """
self.b = 2
if f:
    self.b = 2
    self.c = 3
else:
    self.c = 4
if flag:
    self.init()
self.d = 4
""",
    ),
    "a comment of another depth stays": (
        """
self.a = 1
    # deeper
# its own
self.init()
self.c = 3
""",
        """
self.a = 1
    # deeper
self.c = 3
# its own
self.init()
""",
    ),
    "blank lines with blanks in them": (
        """
self.a = 1
 \t
self.init()

self.c = 3
""",
        """
self.a = 1
 \t
self.c = 3

self.init()
""",
    ),
}


@pytest.mark.parametrize(("before", "after"), MOVES.values(), ids=MOVES)
def test_the_statement_goes_behind(before: str, after: str) -> None:
    code = next(line.partition(" #")[0].strip() for line in before.splitlines() if line.lstrip().startswith("self.c ="))
    assert moved(net(before), "self.init()", code) == [net(after)]


def test_a_loop_is_moved_whole() -> None:
    loop = "for m in self.modules():\n    if m:\n        m.init()\n    m.more()\n"
    other = "for m in self.children(): m.a = m\n"
    assert moved(net(f"{loop}{other}self.c = 3\n"), "for m in self.modules():", "self.c = 3") == [
        net(f"{other}self.c = 3\n{loop}")
    ]


@pytest.mark.parametrize(
    ("before", "code", "behind"),
    [
        ("self.c = 3\nself.init()\n", "self.init()", "self.c = 3"),  # already behind
        ("self.init()\n", "self.init()", "self.init()"),
        ("self.init(); self.a = 1\nself.c = 3\n", "self.init()", "self.c = 3"),
        ("if flag: self.init(); self.a = 1\nself.c = 3\n", "self.init()", "self.c = 3"),
        ("if flag:\n    self.a = 1\n    self.init()\nself.c = 3\n", "self.init()", "self.c = 3"),
        ("if flag:\n    self.init()\nelse:\n    self.a = 1\nself.c = 3\n", "self.init()", "self.c = 3"),
        ("try:\n    self.init()\nfinally:\n    pass\nself.c = 3\n", "self.init()", "self.c = 3"),
        ("self.init(f)\nf = 1\nself.c = 3\n", "self.init(f)", "self.c = 3"),
        ("self.init(f)\ndel f\nself.c = 3\n", "self.init(f)", "self.c = 3"),
        ("self.init(f)\nimport f\nself.c = 3\n", "self.init(f)", "self.c = 3"),
        ("self.init(f)\nfor f in self: pass\nself.c = 3\n", "self.init(f)", "self.c = 3"),
        ("self.init(f)\nprint(f := 1)\nself.c = 3\n", "self.init(f)", "self.c = 3"),
        ("self.init(f)\ndef f(): pass\nself.c = 3\n", "self.init(f)", "self.c = 3"),
        ("self.init(f)\nwith self as f: pass\nself.c = 3\n", "self.init(f)", "self.c = 3"),
        ("self.init(f)\nself.c = f = 3\n", "self.init(f)", "self.c = f = 3"),
        ("if self.on:\n    self.init()\nself.on = False\nself.c = 3\n", "self.init()", "self.c = 3"),
        ("x = self.init()\nprint(x)\nself.c = 3\n", "x = self.init()", "self.c = 3"),
        ("self.init()\nif flag: return\nself.c = 3\n", "self.init()", "self.c = 3"),
    ],
)
def test_what_would_mean_something_else_is_not_moved(before: str, code: str, behind: str) -> None:
    assert moved(net(before), code, behind) == []


def test_nothing_is_moved_into_another_function() -> None:
    source = net("self.init()\n", "\n    def g(self):\n        self.c = 3\n")
    assert moved(source, "self.init()", "self.c = 3") == []


def test_a_body_on_the_line_of_its_function_is_left_alone() -> None:
    source = "def f(self): self.init(); self.c = 3\n"
    assert moved(source, "self.init()", "self.c = 3") == []


def test_an_inner_function_is_a_body_of_its_own() -> None:
    before = "def f():\n    def g():\n        init()\n        c = 3\n    b = 1\n"
    after = "def f():\n    def g():\n        c = 3\n        init()\n    b = 1\n"
    assert moved(before, "init()", "c = 3") == [after]
    assert moved(before, "init()", "b = 1") == []


def test_statements_of_a_module_move_across_paragraphs() -> None:
    before = "m = Net()\nm.apply(f)\n\n\ndef g():\n    pass\n\n\nm.c = 3\nm.d = 4\n"
    after = "m = Net()\n\n\ndef g():\n    pass\n\n\nm.c = 3\nm.apply(f)\nm.d = 4\n"
    assert moved(before, "m.apply(f)", "m.c = 3") == [after]
    assert moved(before.replace("def g", "def f"), "m.apply(f)", "m.c = 3") == []


def test_the_end_of_a_text_without_a_last_line_ending() -> None:
    assert moved("def f(a):\n    a.init()\n    a.c = 3", "a.init()", "a.c = 3") == [
        "def f(a):\n    a.c = 3\n    a.init()"
    ]


# --------------------------------------------------------------------------- the base constructor

SUPER = "super().__init__()"


def super_moved(body: str, call: str = SUPER) -> list[str]:
    document = Document.of("a.py", net(body))
    return list(results(document, MoveSuperFirst(place(document, call), place(document, "self.a = 1"))))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"self.a = 1\n{SUPER}\n", f"{SUPER}\nself.a = 1\n"),
        (
            f'"""Doc."""\nself.a = 1\nself.b = 2\n{SUPER}  # base\nself.c = 3\n',
            f'"""Doc."""\n{SUPER}  # base\nself.a = 1\nself.b = 2\nself.c = 3\n',
        ),
        (
            f"x = 1\n# a\nself.a = 1\n\n# base\n{SUPER}\n\nself.c = 3\n",
            f"x = 1\n# base\n{SUPER}\n\n# a\nself.a = 1\n\nself.c = 3\n",
        ),
        (f"if f:\n    self.a = 1\n\n{SUPER}\n", f"{SUPER}\nif f:\n    self.a = 1\n"),
    ],
)
def test_the_base_constructor_goes_in_front(before: str, after: str) -> None:
    assert super_moved(before) == [net(after)]


@pytest.mark.parametrize(
    ("body", "call"),
    [
        (f"{SUPER}\nself.a = 1\n", SUPER),
        ("self.a = 1\nf = 2\nsuper().__init__(f)\n", "super().__init__(f)"),
        ("self.a = 1\nself.d = 2\nsuper().__init__(self.d)\n", "super().__init__(self.d)"),
        (f"self.a = 1\nif f:\n    {SUPER}\n", SUPER),
        (f"self.a = 1\nreturn\n{SUPER}\n", SUPER),
        (f"self.a = 1; {SUPER}\n", SUPER),
        ("self.a = 1\nprint(f)\n", "print(f)"),
    ],
)
def test_the_base_constructor_stays_where_it_cannot_go(body: str, call: str) -> None:
    assert super_moved(body, call) == []


@pytest.mark.parametrize(
    ("rest", "call"),
    [
        ("", "super().__init__()"),
        ("class B:\n    def __init__(self):\n        super(B, self).__init__()\n", "super(Net, self).__init__()"),
        (
            "class B:\n    def __init__(self):\n        super(B, self).__init__()\n        super().__init__()\n",
            "super().__init__()",
        ),
    ],
)
def test_a_missing_base_constructor_is_called_in_the_style_of_the_file(rest: str, call: str) -> None:
    before = net('"""Doc."""\nx = 1\n# the layer\nself.a = 1\n') + rest
    document = Document.of("a.py", before)
    found = fixes(document, InsertSuper(place(document, "self.a = 1"), Applicability.DISPLAY))
    assert [(fix.title, fix.applicability, fix.preferred) for fix in found] == [
        ("Insert super().__init__()", Applicability.DISPLAY, False)
    ]
    after = net(f'"""Doc."""\nx = 1\n{call}\n# the layer\nself.a = 1\n') + rest
    assert results(document, InsertSuper(place(document, "self.a = 1"))) == [after]


def test_a_base_constructor_that_is_called_is_not_called_again() -> None:
    document = Document.of("a.py", net(f"{SUPER}\nself.a = 1\n"))
    assert fixes(document, InsertSuper(place(document, "self.a = 1"))) == ()


def test_a_body_on_the_line_of_its_function_gets_no_base_constructor() -> None:
    document = Document.of("a.py", "class A:\n    def __init__(self): self.a = 1\n")
    assert fixes(document, InsertSuper(place(document, "self.a = 1"))) == ()


def test_a_decorated_statement_is_not_cut_from_its_decorator() -> None:
    before = "class A:\n    def __init__(self):\n        # made\n        @wrap\n        def g(): pass\n"
    document = Document.of("a.py", before)
    after = before.replace("        # made", "        super().__init__()\n        # made")
    assert results(document, InsertSuper(place(document, "def g(): pass"))) == [after]
