"""How deep a text is nested, measured before libcst sees it.

libcst's native parser calls itself for every level of nesting and ends the process when the stack is used up; it
cannot be asked beforehand, and no exception comes. So the nesting is measured here, lexically, in time proportional to
the text. What libcst builds as a chain of nodes within nodes counts as nesting too.
"""

from __future__ import annotations

import re

from initls.pattern import pattern
from initls.syntax.scan import string_end

LIMIT = 150
"""The nesting that is read. Real code stays far below it, and the parser survives it on a `deep_thread`."""

USUAL = 40
"""The nesting of all but a few texts. What goes beyond is tried out in another process first."""

# What each construct adds to the depth of what it stands in. Operators nest to the left; conditions, lambdas and the
# clauses of a comprehension to the right; neighbouring strings are joined two by two; each further branch of an `if`
# is the `else` of the branch in front of it.
_OPERATOR = 1
_LINK = 1
_PIECE = 1
_LAMBDA = 1
_BRACKET = 1
_COSTLY_BRACKET = 20
"""What a bracket counts in a pattern or behind `del`: there every further one doubles the parser's time, or worse."""
_BLOCK = 1
_ELIF = 1

_WORDS = r"\b(?:and|or|not|in|is|if|for|await|yield|lambda)\b"
_SIGNS = r"\*\*=?|//=?|<<=?|>>=?|[=!<>]=|->|:=|[-+*/%@&|^<>~]"
# Every alternative begins with a character of the leading set, which lets the regex engine skip all else quickly; and
# it does not take long to see that a letter begins none of the words.
_TOKEN = pattern(
    r"""[acdfilnoy\#"'.()\[\]{},;\r\n\\:*/<>=!\-+%@&|^~](?:
        (?<=[acdfilnoy])(?<!\w.)(?:
            (?P<operator>(?:(?<=a)nd|(?<=a)wait|(?<=f)or|(?<=i)[nsf]|(?<=n)ot|(?<=o)r|(?<=y)ield)\b)
          | (?P<lambda>(?<=l)ambda\b)
          | (?P<costly>(?<!\..)(?:(?<=c)ase|(?<=d)el)\b)
        )
      | (?<![acdfilnoy])(?:
            (?P<comma>(?<=[,;]))
          | (?P<newline>(?<=\r)\n|(?<=[\r\n]))
          | (?P<string>(?<=")(?:"")?|(?<=')(?:'')?)
          | (?P<link>(?<=\.))
          | (?P<open>(?<=[(\[{]))
          | (?P<close>(?<=[)\]}]))
          | (?P<comment>(?<=\#)[^\r\n]*)
          | (?P<join>(?<=\\)(?:\r\n|\r|\n)?)
          | (?P<colon>(?<=:)(?!=))
          | (?P<sign>(?<=\*)\*?=?|(?<=/)/?=?|(?<=<)<?=?|(?<=>)>?=?|(?<==)=|(?<=!)=|(?<=-)>?|(?<=:)=|(?<=[+%@&|^~]))
        )
    )""",
    re.VERBOSE,
)
_NESTS = pattern(rf"""{_WORDS}|{_SIGNS}|[.(\[{{]|["'](?=\s*[A-Za-z]{{0,2}}["'])""")
"""All that can nest inside an f-string."""
_READ = frozenset("fFtT")
"""The letters in front of a string by which something is to be read inside."""
_NEWLINE = pattern(r"\r\n|\r|\n")
_LINE = pattern(r"\ufeff?([ \t\f]*)(?:(elif\b)|(else|except|finally|case)\b|(?=[^\s#]))")


class _Level:
    """What is open between one pair of brackets, or in one line outside all of them."""

    __slots__ = ("chain", "finished", "lambdas", "operand", "operands", "string")

    def __init__(self) -> None:
        self.chain = 0
        """The operators of the expression that is being read."""
        self.operand = 0
        """The depth of its last operand."""
        self.operands = 0
        """The depth of its deepest operand but the last."""
        self.finished = 0
        """The depth of the deepest expression in front of it."""
        self.lambdas = 0
        """The lambdas whose parameters are being read; a comma between these ends no expression."""
        self.string = False
        """Whether a string stands in front, so that another would be a piece of it."""

    @property
    def current(self) -> int:
        """The depth of the expression that is being read."""
        return self.chain + max(self.operand, self.operands)

    @property
    def depth(self) -> int:
        """The depth of all that has been read."""
        return max(self.finished, self.current)

    def operate(self, weight: int) -> None:
        """An operator, behind which a new operand begins."""
        self.chain += weight
        self.operands = max(self.operands, self.operand)
        self.operand = 0

    def separate(self) -> None:
        """A comma, behind which a new expression begins."""
        self.finished = self.depth
        self.chain = self.operand = self.operands = 0


class _Blocks:
    """The blocks that the line being read stands in."""

    __slots__ = ("branches", "columns", "depth")

    def __init__(self) -> None:
        self.columns: list[int] = []
        self.branches: list[int] = []
        self.depth = 0

    def read(self, text: str, offset: int) -> None:
        """Go on to the line that begins at `offset`, unless it is blank or a comment."""
        line = _LINE.match(text, offset)
        if line is None:
            return
        indent, branch, clause = line.groups()
        column = len(indent.rpartition("\f")[2].expandtabs(8))
        while self.columns and self.columns[-1] > column:
            self.columns.pop()
            self.depth -= _BLOCK + _ELIF * self.branches.pop()
        if not self.columns or self.columns[-1] < column:
            self.columns.append(column)
            self.branches.append(0)
            self.depth += _BLOCK
        if branch:
            self.branches[-1] += 1
            self.depth += _ELIF
        elif not clause:
            self.depth -= _ELIF * self.branches[-1]
            self.branches[-1] = 0


def too_deep(text: str, limit: int = LIMIT) -> int | None:
    """The line, from 0, on which the nesting of `text` goes beyond `limit`; None where it never does."""
    blocks = _Blocks()
    blocks.read(text, 0)
    level = _Level()
    around: list[_Level] = []
    enclosing = blocks.depth
    bracket = _BRACKET
    at = 0
    while True:
        resume = -1
        for token in _TOKEN.finditer(text, at):
            kind = token.lastgroup
            if kind == "comment" or kind == "join":
                continue
            if kind == "newline":
                if around:
                    continue
                level = _Level()
                blocks.read(text, token.end())
                enclosing = blocks.depth
                bracket = _BRACKET
            elif kind == "string":
                start = token.start()
                resume = string_end(text, token.end(), token.group())
                level.operand += _PIECE if level.string else 0
                level.string = True
                raw = text[start - 1 : start] in ("r", "R")
                if text[start - 1 - raw : start - raw] in _READ:
                    level.operand = max(level.operand, len(_NESTS.findall(text, token.end(), resume)))
                    opened = text.count("{", token.end(), resume)
                    if opened != text.count("}", token.end(), resume):
                        # What looks like the end of the string is the beginning of one within it.
                        level.chain += 2 * opened
            else:
                level.string = False
                if kind == "open":
                    # What is called or indexed may be deep itself; what stands between the brackets is deep again.
                    level.operand += _LINK
                    around.append(level)
                    enclosing += level.chain + bracket
                    level = _Level()
                elif kind == "close":
                    if around:
                        inside, level = level, around.pop()
                        enclosing -= level.chain + bracket
                        level.operand = max(level.operand, inside.depth + bracket)
                elif kind == "link":
                    level.operand += _LINK
                elif kind == "operator" or kind == "sign":
                    level.operate(_OPERATOR)
                elif kind == "lambda":
                    level.operate(_LAMBDA)
                    level.lambdas += 1
                elif kind == "colon":
                    level.lambdas = max(0, level.lambdas - 1)
                elif kind == "costly":
                    if not around:
                        bracket = _COSTLY_BRACKET
                elif not level.lambdas:
                    level.separate()
            # What is finished was within the limit when it was read.
            deepest = level.operand if level.operand > level.operands else level.operands
            if enclosing + level.chain + deepest > limit:
                return len(_NEWLINE.findall(text, 0, token.start()))
            if resume >= 0:
                break
        if resume < 0:
            return None
        at = resume
