"""What generated texts and edits are made of: lines and pieces at which a cut by layout can go wrong."""

from __future__ import annotations

from hypothesis import strategies as st

from initls.syntax.span import Point, Span
from initls.syntax.text import Text

LINES = (
    "",
    "    ",
    "# a comment",
    "    # an indented comment with a ' in it",
    "import torch",
    "x = 1",
    "y = foo(1, [2, 3])",
    "z = foo(",
    "a, b)",
    ")",
    "    )",
    "@ w)",
    "w = w \\",
    "s = 'it'",
    's = "',
    's = """',
    '"""',
    '    """A docstring."""',
    '    """',
    "    '''",
    "prose in a docstring, isn't it",
    "@param x: what it is",
    "@torch.no_grad()",
    "@register(",
    "    @property",
    "def helper(x):",
    "def helper(x): return x",
    "async def fetch():",
    "def ",
    "class LeNet(nn.Module):",
    "class LeNet(",
    "class One: pass",
    "class Two:  # two",
    "    def __init__(self):",
    "    def forward(self, x):",
    "    async def wait(self): pass",
    "    def",
    "    class Inner:",
    "        def method(self):",
    "    attribute = 3",
    "    if True:",
    "        super().__init__()",
    "        self.fc = nn.Linear(3, 4)",
    "        self.fc = nn.Linear(3,",
    "        4)",
    "        return x",
    "if x:",
    "    pass",
    "else:",
    "except ValueError:",
    "\tdef tabbed(self):",
    "\t\tpass",
    "\fdef paged():",
    "\ufeffdef marked():",
    "f'{x['a']}'",
    "\\",
    "\0",
    "caf\u00e9 = '\u2028'",
    "\ud800",
    "\U0001f525 = 1",
)
PIECES = (
    *('"""', "'''", '"', "'", "(", ")", "[", "}", "\\", "#", "@", ":", " ", "    ", "\t", "\f", "\n", "\r", "\r\n"),
    *("x", "def ", "class ", "async ", "else:", "import x", "\n\n", "\ndef f():\n", "\n    def m(self):\n", "\u2028"),
    *("\ufeff", "\0", "\U0001f525", "class A:\n    def b(self): pass\n"),
)

newlines = st.sampled_from(("\n", "\n", "\n", "\r\n", "\r"))


@st.composite
def sources(draw: st.DrawFn, most: int = 30) -> str:
    """A text of some of the lines, with one kind of line end or with several."""
    lines = draw(st.lists(st.sampled_from(LINES), max_size=most))
    if draw(st.booleans()):
        newline = draw(newlines)
        return newline.join(lines)
    return "".join(line + draw(newlines) for line in lines)


@st.composite
def spans(draw: st.DrawFn, text: Text) -> Span:
    """A span of `text`: as a rule a short one, now and then one over several lines."""
    last = len(text.lines) - 1
    first = draw(st.integers(0, last))
    end = min(last, first + draw(st.sampled_from((0, 0, 0, 1, 2, 5))))
    start_column = draw(st.integers(0, len(text.line(first))))
    end_column = draw(st.integers(0, len(text.line(end))))
    if draw(st.booleans()):
        return Span(Point(first, start_column), Point(first, start_column))
    start, end_point = sorted((Point(first, start_column), Point(end, end_column)))
    return Span(start, end_point)


news = st.one_of(
    st.sampled_from(PIECES),
    st.just(""),
    st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(LINES)), max_size=4).map("".join),
)
