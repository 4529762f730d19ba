"""What holds for every fix on every text: it parses, it says what it should, and leaves all else as it was."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from initls.document import Document
from initls.findings import Fix
from initls.fixes.apply import apply
from initls.fixes.plans import (
    Argument,
    ChangeArguments,
    DeleteStatement,
    InitializeAlone,
    InitializeParameter,
    InitializeParts,
    InsertSuper,
    Move,
    MoveSuperFirst,
    Plan,
    ReplaceWrite,
    ResetModules,
    Restrict,
    Scheme,
)
from tests.fixes.marks import fixes, place

SCHEME = Scheme("kaiming_normal_", (("nonlinearity", "relu"),))

STATEMENTS = (
    "self.fc = nn.Linear(1, 2)",
    "self.größe = 'ä'",
    "self.fc2 = nn.Linear(\n{margin}    3,  # in\n{margin}    4,\n{margin})",
    "if flag:\n{margin}{step}self.act = nn.ReLU()",
    "for m in self.modules():\n{margin}{step}m.x = 1",
    "text = '''\n# no comment\n  \n'''",
    "a = 1; b = 2",
    "nn.init.ones_(self.fc.bias)",
    "def inner(x):\n{margin}{step}return x",
)
"""Statements that a subject may move over, without that anything it reads is bound."""


@dataclass(frozen=True)
class Subject:
    """A kind of plan on a statement of its own, and what the body should read like afterwards."""

    code: str
    guarded: bool
    plan: Callable[[Document, str], Plan]
    expected: Callable[[list[str], int, int], list[str]]
    """From the statements of the body, each unparsed, where the subject stands and where the other one does."""


def replaced(code: str) -> Callable[[list[str], int, int], list[str]]:
    def expected(body: list[str], own: int, other: int) -> list[str]:
        statement = ast.unparse(ast.parse(code))
        return [*body[:own], *[ast.unparse(one) for one in ast.parse(statement).body], *body[own + 1 :]]

    return expected


def carried(body: list[str], own: int, other: int) -> list[str]:
    rest = body[:own] + body[own + 1 :]
    return [*rest[:other], body[own], *rest[other:]]


SUBJECTS = {
    "replace a call": Subject(
        "nn.init.constant_(self.fc.weight, 0.)",
        False,
        lambda document, other: ReplaceWrite(place(document, "nn.init.constant_(self.fc.weight, 0.)"), (SCHEME,)),
        replaced("nn.init.kaiming_normal_(self.fc.weight, nonlinearity='relu')"),
    ),
    "replace a raw write": Subject(
        "self.fc.weight.data[:] = 0",
        False,
        lambda document, other: ReplaceWrite(place(document, "self.fc.weight.data[:] = 0"), (SCHEME,)),
        replaced("nn.init.kaiming_normal_(self.fc.weight, nonlinearity='relu')"),
    ),
    "initialize a parameter": Subject(
        "self.w = nn.Parameter(torch.zeros(2, 3))",
        False,
        lambda document, other: InitializeParameter(
            place(document, "self.w = nn.Parameter(torch.zeros(2, 3))"), (SCHEME,)
        ),
        replaced("self.w = nn.Parameter(torch.empty(2, 3))\nnn.init.kaiming_normal_(self.w, nonlinearity='relu')"),
    ),
    "move": Subject(
        "self.init_weights()",
        True,
        lambda document, other: Move(place(document, "self.init_weights()"), place(document, other), "Move it"),
        carried,
    ),
    "change an argument": Subject(
        "nn.init.kaiming_normal_(self.fc.weight, mode='fan_in')",
        False,
        lambda document, other: ChangeArguments(
            place(document, "nn.init.kaiming_normal_(self.fc.weight, mode='fan_in')"),
            (Argument("mode", 2, value="fan_out", anyhow=True),),
            "Change it",
        ),
        replaced("nn.init.kaiming_normal_(self.fc.weight, mode='fan_out')"),
    ),
    "initialize part by part": Subject(
        "nn.init.zeros_(self.fc.weight)",
        False,
        lambda document, other: InitializeParts(
            place(document, "nn.init.zeros_(self.fc.weight)"), 3, "part", (SCHEME,)
        ),
        replaced("for part in self.fc.weight.chunk(3):\n    nn.init.kaiming_normal_(part, nonlinearity='relu')"),
    ),
    "initialize one of several": Subject(
        "self.apply(init)",
        False,
        lambda document, other: InitializeAlone(place(document, "self.apply(init)"), ("fc.weight",), (SCHEME,)),
        replaced("self.apply(init)\nnn.init.kaiming_normal_(self.fc.weight, nonlinearity='relu')"),
    ),
    "go over the new layers alone": Subject(
        "self.apply(init)",
        False,
        lambda document, other: Restrict(place(document, "self.apply(init)"), ("neck", "head"), "Go over them"),
        replaced("self.neck.apply(init)\nself.head.apply(init)"),
    ),
    "reset": Subject(
        "self.to_empty(device=init)",
        False,
        lambda document, other: ResetModules(place(document, "self.to_empty(device=init)")),
        replaced(
            "self.to_empty(device=init)\nfor module in self.modules():\n"
            "    if hasattr(module, 'reset_parameters'):\n        module.reset_parameters()"
        ),
    ),
    "delete": Subject(
        "nn.init.zeros_(self.fc.weight)",
        False,
        lambda document, other: DeleteStatement(place(document, "nn.init.zeros_(self.fc.weight)"), "Delete it"),
        lambda body, own, other: body[:own] + body[own + 1 :],
    ),
    "move the base constructor": Subject(
        "super().__init__(flag)",
        False,
        lambda document, other: MoveSuperFirst(place(document, "super().__init__(flag)"), place(document, other)),
        carried,
    ),
    "insert the base constructor": Subject(
        "self.first = nn.Linear(1, 1)",
        False,
        lambda document, other: InsertSuper(place(document, "self.first = nn.Linear(1, 1)")),
        lambda body, own, other: [*body[:own], "super().__init__()", *body[own:]],
    ),
}

CONSUMED = frozenset(
    {"delete", "change an argument", "initialize part by part", "go over the new layers alone", "reset"}
)
"""Those whose plan has no place any more in the result, or is no plan for it."""

ENDING = re.compile(r"\r\n|\r|\n")

OTHER = "self.other = nn.Conv2d(1, 2, 3)"


@dataclass(frozen=True)
class Case:
    source: str
    own: int
    other: int


@st.composite
def cases(draw: st.DrawFn, subject: Subject) -> Case:
    """A class with the subject in its constructor, in any layout that Python allows."""
    step = draw(st.sampled_from(("    ", "  ", "\t")))
    newline = draw(st.sampled_from(("\n", "\r\n", "\r")))
    margin = step * 2
    before = draw(st.lists(st.sampled_from(STATEMENTS), max_size=3))
    between = draw(st.lists(st.sampled_from(STATEMENTS), max_size=3))
    behind = draw(st.lists(st.sampled_from(STATEMENTS), max_size=2))
    code = subject.code
    if subject.guarded and draw(st.booleans()):
        code = "if flag:  # on demand\n{margin}{step}" + code
    ahead = isinstance(subject.plan(Document.of("a.py", f"{subject.code}\n{OTHER}\n"), OTHER), MoveSuperFirst)
    pair = [OTHER, code] if ahead else [code, OTHER]
    body = [*before, pair[0], *between, pair[1], *behind]
    lines: list[str] = []
    blanks = st.sampled_from(("", "", "", "\n", "\n", "\n\n", "  \n"))
    comments = st.sampled_from(("", "", "{margin}# größer\n", "{margin}# a\n{margin}# b\n", "{margin}# c\n\n"))
    for statement in body:
        tail = draw(st.sampled_from(("", "", "  # 名前", "\t# b")))
        lines.append(draw(blanks) + draw(comments) + "{margin}" + statement + tail + "\n")
    text = "".join(lines)
    footer = draw(
        st.sampled_from(("", "\n{step}def forward(self, x):\n{margin}return x\n", "{margin}# footer\n", "\n\nx = 1\n"))
    )
    head = draw(st.sampled_from(("", "\ufeff", "# é\n", '"""Doc."""\n\n')))
    head += "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n{step}def __init__(self, flag, init):\n"
    source = (head + text + footer).replace("{margin}", margin).replace("{step}", step)
    if draw(st.booleans()):
        source = source.rstrip("\n")
    own = len(before) + (1 + len(between) if ahead else 0)
    other = len(before) + (0 if ahead else 1 + len(between))
    # Two statements of one line are two of the body.
    double = [index for index, statement in enumerate(body) if statement == "a = 1; b = 2"]
    own += sum(index < own for index in double)
    other += sum(index < other for index in double)
    return Case(source.replace("\n", newline), own, other)


def constructor(source: str) -> tuple[list[str], str]:
    """The statements of `__init__`, and what the file says around it, free of layout."""
    tree = ast.parse(source.encode("utf-8"))
    function = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    body = [ast.unparse(statement) for statement in function.body]
    function.body = [ast.Pass()]
    return body, ast.unparse(tree)


def untouched(source: str, fix: Fix) -> list[str]:
    """The pieces of a text that no edit of a fix covers."""
    text = Document.of("a.py", source).text
    pieces, at = [], 0
    for edit in fix.edits:
        start, end = text.offset(edit.span.start), text.offset(edit.span.end)
        pieces.append(source[at:start])
        at = end
    return [*pieces, source[at:]]


@pytest.mark.parametrize("name", SUBJECTS)
@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_fix_is_true(name: str, data: st.DataObject) -> None:
    subject = SUBJECTS[name]
    case = data.draw(cases(subject))
    document = Document.of("a.py", case.source)
    found = fixes(document, subject.plan(document, OTHER))
    assert len(found) == 1
    (fix,) = found
    result = apply(document, fix.edits).source

    # It says what it should, and nothing else says anything new.
    body, around = constructor(case.source)
    assert constructor(result) == (subject.expected(body, case.own, case.other), around)

    # What stands outside of the edits is there still, in order.
    at = 0
    for piece, edit in zip(untouched(case.source, fix), [*fix.edits, None], strict=True):
        assert result.startswith(piece, at)
        at += len(piece) + (0 if edit is None else len(edit.content))
    assert at == len(result)

    # The page keeps its manners: one kind of line ending, no new blanks at the ends of lines, no comment lost but
    # with a statement that is deleted, and no more blank lines in a row than before.
    (newline,) = set(ENDING.findall(case.source))
    assert set(ENDING.findall(result)) == {newline}
    assert runs(result, newline) <= max(runs(case.source, newline), 1)
    if name != "delete":
        assert sorted(comments(result, newline)) == sorted(comments(case.source, newline))

    # Applied twice it changes nothing, where what the plan speaks of is still there.
    if name not in CONSUMED:
        again = Document.of("a.py", result)
        code = {"replace a call": "nn.init.kaiming_normal_(self.fc.weight, nonlinearity={0}relu{0})"}
        code["replace a raw write"] = code["replace a call"]
        if name in code:
            mark = '"' if code[name].format('"') in result else "'"
            plan: Plan = ReplaceWrite(place(again, code[name].format(mark)), (SCHEME,))
        elif name == "initialize a parameter":
            plan = InitializeParameter(place(again, "self.w = nn.Parameter(torch.empty(2, 3))"), (SCHEME,))
        else:
            plan = subject.plan(again, OTHER)
        assert fixes(again, plan) == ()


def runs(source: str, newline: str) -> int:
    """The longest run of blank lines."""
    longest = run = 0
    for line in source.split(newline):
        run = 0 if line.strip() else run + 1
        longest = max(longest, run)
    return longest


def comments(source: str, newline: str) -> list[str]:
    return [line.partition("#")[2] for line in source.split(newline) if "#" in line]
