"""Promise: a fix is true. Applied, the text parses, the finding is gone, nothing new came, all else is as it was."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from initls.check import Checker
from initls.document import Document
from initls.findings import Edit
from initls.fixes.apply import apply
from initls.settings import Settings
from tests.promises.edits import parses, sources

IMPORTS = [
    ("import torch\nfrom torch import nn\n", "nn.init."),
    ("import torch\nimport torch.nn as nn\nimport torch.nn.init as init\n", "init."),
    ("import torch\nfrom torch import nn\nfrom torch.nn.init import constant_, normal_, zeros_\n", ""),
    ("import torch, torch.nn as nn\nfrom torch.nn import init\n", "init."),
]

WRITES = [
    "{init}zeros_(self.{layer}.weight)",
    "{init}constant_(self.{layer}.weight, 0.25)",
    "{init}constant_(tensor=self.{layer}.weight, val=0.25)",
    "{init}normal_(self.{layer}.weight, std=0)",
    "self.{layer}.weight.data.fill_(0.5)",
    "self.{layer}.weight.data.zero_()",
    "self.{layer}.weight.data[:] = 0.5",
    "self.{layer}.weight.data = torch.ones_like(self.{layer}.weight)",
    "self.{layer}.weight = nn.Parameter(torch.full((8, 8), 0.5))",
    "{init}constant_(self.{layer}.weight, 0.25)  # ein Kommentar mit Ümläuten 😀",
]

ACTIVATIONS = ["torch.relu({})", "torch.tanh({})", "nn.functional.gelu({})", "nn.functional.silu({})", "{}"]

BODIES = [
    "\n        {write}",
    "\n        # Why it is so.\n        {write}\n",
    "\n        with torch.no_grad():\n            {write}",
    "\n        if self.training:\n            {write}",
]

TEMPLATE = '''\
"""A model."""
{imports}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 8)
        self.second = nn.Linear(8, 8)
        nn.init.zeros_(self.first.bias){body}
        self.tail = "é"

    def forward(self, x):
        return self.second({activation})
'''


OTHERS = [
    # Query, key and value in one matrix.
    """\
class Attention(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.first = nn.Linear(dim, 3 * dim)
        self.second = nn.Linear(dim, dim){body}

    def forward(self, x):
        q, k, v = self.first(x).chunk(3, dim=-1)
        return self.second(nn.functional.scaled_dot_product_attention(q, k, v))
""",
    # A low-rank update beside a layer.
    """\
class Update(nn.Module):
    def __init__(self):
        super().__init__()
        self.base = nn.Linear(8, 8)
        self.first = nn.Linear(8, 8, bias=False)
        self.second = nn.Linear(8, 8, bias=False)
        for layer in (self.first, self.second):
            {init}zeros_(layer.weight){body}

    def forward(self, x):
        return self.base(x) + self.second(self.first(x))
""",
    # The last layer of each branch of a transformer.
    """\
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2)
        self.first = nn.Linear(8, 8)
        self.second = nn.Linear(8, 8){body}

    def forward(self, x):
        x = x + self.attention(x, x, x)[0]
        return x + self.second(torch.relu(self.first(x)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block() for _ in range(6)])
        for block in self.blocks:
            {init}constant_(block.attention.out_proj.weight, 0.1)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x
""",
    # New layers beside one that a checkpoint has filled.
    """\
class Loaded(nn.Module):
    def __init__(self, saved):
        super().__init__()
        self.encoder = nn.Linear(8, 8)
        self.encoder.load_state_dict(saved)
        self.first = nn.Linear(8, 8)
        self.second = nn.Linear(8, 8)
        self.apply(self.draw){body}

    def draw(self, module):
        if isinstance(module, nn.Linear):
            {init}normal_(module.weight, std=0.02)

    def forward(self, x):
        return self.second(torch.relu(self.first(self.encoder(x))))
""",
]


@st.composite
def others(draw: st.DrawFn) -> str:
    """The same in models where a constant has more to do with what stands around it."""
    imports, init = draw(st.sampled_from(IMPORTS))
    block = draw(st.sampled_from(["", *BODIES]))
    write, name = draw(st.sampled_from(WRITES)), draw(st.sampled_from(["first", "second"]))
    body = block.format(write=write.format(init=init, layer=name))
    return styled(draw, f"{imports}\n\n" + draw(st.sampled_from(OTHERS)).format(body=body, init=init))


def styled(draw: st.DrawFn, text: str) -> str:
    """A text in some style of file."""
    style = draw(st.sampled_from(["plain", "crlf", "tabs", "bom", "cr"]))
    if style == "tabs":
        text = text.replace("    ", "\t")
    if style == "bom":
        text = "\ufeff" + text
    ends = {"crlf": "\r\n", "cr": "\r"}.get(style, "\n")
    return text.replace("\n", ends)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Small models with a constant written in some spelling, in some style of file."""
    imports, init = draw(st.sampled_from(IMPORTS))
    bodies = draw(st.lists(st.tuples(st.sampled_from(BODIES), st.sampled_from(WRITES)), min_size=1, max_size=3))
    names = draw(st.lists(st.sampled_from(["first", "second"]), min_size=len(bodies), max_size=len(bodies)))
    body = "".join(
        block.format(write=write.format(init=init, layer=name))
        for (block, write), name in zip(bodies, names, strict=True)
    )
    activation = draw(st.sampled_from(ACTIVATIONS)).format("self.first(x)")
    return styled(draw, TEMPLATE.format(imports=imports, body=body, activation=activation))


def outside(text: str, document: Document, edits: tuple[Edit, ...]) -> list[str]:
    """The pieces of a text that no edit touches."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda e: e.span):
        start, end = document.text.offset(edit.span.start), document.text.offset(edit.span.end)
        pieces.append(text[at:start])
        at = end
    return [*pieces, text[at:]]


def hold(text: str) -> None:
    """Try every fix of every finding of a text."""
    checker = Checker()
    result = checker.check(Document.of("model.py", text), Settings())
    before = Counter(finding.code for finding in result.findings)
    for finding in result.findings:
        fixes = result.fixes(finding)
        assert sum(fix.preferred for fix in fixes) <= 1
        assert [fix.title for fix in fixes] == list(dict.fromkeys(fix.title for fix in fixes))
        for number, fix in enumerate(fixes):
            assert not fix.preferred or number == 0
            fixed = apply(result.document, fix.edits)
            assert parses(fixed.source.replace("\r\n", "\n").replace("\r", "\n"))
            rest = fixed.source
            for piece in outside(text, result.document, fix.edits):
                assert piece in rest
                rest = rest[rest.index(piece) + len(piece) :]
            after = Counter(f.code for f in Checker().check(Document.of("model.py", fixed.source), Settings()).findings)
            assert after[finding.code] < before[finding.code]
            assert not after - before
    everything = checker.fix_all(result.document, Settings(), unsafe=True)
    again = Checker().fix_all(Document.of("model.py", everything.source), Settings(), unsafe=True)
    assert again.source == everything.source


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_fixes_are_true(text: str) -> None:
    """In every spelling and every style of file."""
    hold(text)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(others())
def test_fixes_are_true_of_what_stands_around(text: str) -> None:
    """In attention, low-rank updates, transformers, and beside layers that were loaded."""
    hold(text)


@pytest.mark.property
@pytest.mark.timeout(3600)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_many_fixes_are_true(text: str) -> None:
    """The same at length."""
    hold(text)


@pytest.mark.parametrize("text", sources())
def test_fixes_of_the_examples_are_true(text: str) -> None:
    """On larger files with several findings."""
    hold(text)


def test_the_constants_are_found() -> None:
    """The programs above do have something to fix."""
    imports, init = IMPORTS[0]
    for write in WRITES:
        body = BODIES[0].format(write=write.format(init=init, layer="first"))
        text = TEMPLATE.format(imports=imports, body=body, activation=ACTIVATIONS[0].format("self.first(x)"))
        result = Checker().check(Document.of("model.py", text), Settings())
        assert len(result.findings) == 1, write
        assert len(result.fixes(result.findings[0])) >= 2, write
