"""Notebooks: the cells as one program in their order, and where each of its lines stands.

A notebook runs as one program, so it is analysed as one text: its code cells joined, each on lines of its own. What is
no Python (magics, shell lines, questions for help) is masked by a line that does nothing and can be told from every
other, so that it can be put back wherever an edit takes it. A cell keeps its lines: line 3 of a cell is line 3 behind
the line on which the cell begins.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from msgspec import Struct, field

from initls.pattern import pattern
from initls.syntax.scan import State, advance
from initls.syntax.span import Point, Span
from initls.syntax.text import content, split

PYTHON_CELLS = frozenset({"capture", "prun", "python", "python3", "time", "timeit"})
"""Cell magics behind whose first line there is Python for the notebook's own kernel."""

BARE = frozenset(
    {
        "alias", "autoreload", "bookmark", "cat", "cd", "colors", "conda", "config", "cp", "debug", "echo", "edit",
        "env", "gui", "history", "ldir", "less", "ll", "load", "load_ext", "ls", "macro", "mamba", "man", "matplotlib",
        "micromamba", "mkdir", "more", "mv", "notebook", "page", "pdb", "pdoc", "pfile", "pinfo", "pip", "popd",
        "prun", "psearch", "psource", "pushd", "pycat", "pylab", "reload_ext", "reset", "rm", "rmdir", "run", "save",
        "set_env", "store", "sx", "system", "time", "timeit", "unalias", "unload_ext", "uv", "who", "whos", "xdel",
        "xmode",
    }
)  # fmt: skip
"""Line magics and aliases of IPython, which need no percent sign where they are all that a cell has."""

_CELL_MAGIC = pattern(r"[ \t]*%%(\w*)")
_LINE_MAGIC = pattern(r"[ \t]*(?:%\w|!|\?)")
_ASSIGNED = pattern(r"([ \t]*[A-Za-z_][\w.]*(?:[ \t]*,[ \t]*[A-Za-z_][\w.]*)*[ \t]*=[ \t]*)(?:%[A-Za-z]|!)")
_HELP = pattern(r"[ \t]*%{0,2}[A-Za-z_][\w.*]*\?{1,2}[ \t]*$")
_BARE = pattern(r"[ \t]*(\w+)[ \t]+[^\s!=()<>,+*/%^&|]")
_INDENT = pattern(r"[ \t]+(?=\S)")
_MASK = pattern(r"(?:pass  |None  |)# %[0-9a-f]{16}")


class Cells(Struct, frozen=True):
    """Where the cells of a notebook stand in the one text that they make.

    `starts` are their first lines, and behind them the first line that belongs to none. `masks` are the masks by which
    lines that are no Python are hidden, with what they stand for.
    """

    starts: tuple[int, ...]
    masks: Mapping[str, str] = field(default_factory=dict)
    padded: frozenset[int] = frozenset()
    """The cells that end in a carriage return, which a blank keeps from making one ending with the line feed behind."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    def at(self, line: int) -> int:
        """The cell that a line belongs to; what lies behind the last one counts to that."""
        return min(max(bisect_right(self.starts, line) - 1, 0), len(self) - 1)

    def inner(self, span: Span) -> tuple[int, Span]:
        """The cell in which a span begins, and the span in that cell's own lines."""
        cell = self.at(span.start.line)
        first = self.starts[cell]
        (start, begin), (end, stop) = span.start, span.end
        return cell, Span(Point(start - first, begin), Point(end - first, stop))

    def holds(self, cell: int, span: Span) -> bool:
        """Whether a span lies in one cell altogether."""
        return self.starts[cell] <= span.start.line and span.end.line < self.starts[cell + 1]

    def unmasked(self, text: str) -> str:
        """The text with what was hidden back in its place."""
        return _MASK.sub(lambda mask: self.masks.get(mask[0], mask[0]), text) if self.masks else text

    def hides(self, line: str) -> bool:
        """Whether a line hides something that is no Python."""
        return any(mask in self.masks for mask in _MASK.findall(line))

    def edited(self, span: Span, new: str) -> Cells:
        """Where the cells stand when the characters of `span` have become `new`."""
        grown = len(split(new)) - 1 - (span.end.line - span.start.line)
        cell = self.at(span.start.line)
        starts = [start + grown if number > cell else start for number, start in enumerate(self.starts)]
        return Cells(tuple(starts), self.masks, self.padded)

    def sources(self, text: str) -> list[str]:
        """The cells of a text of which this tells the places, with what was hidden back in its place."""
        lines = split(text)
        found: list[str] = []
        for cell, (first, last) in enumerate(pairwise(self.starts)):
            piece = content("".join(lines[first:last]))
            found.append(self.unmasked(piece[:-1] if cell in self.padded else piece))
        return found


def join(sources: Sequence[str]) -> tuple[str, Cells]:
    """The text that the cells of a notebook make, and where they stand in it."""
    masks: dict[str, str] = {}
    hidden = [mask(source, masks) for source in sources]
    counts = [len(split(source)) for source in hidden]
    padded = frozenset(cell for cell, source in enumerate(hidden) if source.endswith("\r"))
    text = "".join(f"{source} \n" if cell in padded else f"{source}\n" for cell, source in enumerate(hidden))
    return text, Cells(tuple(accumulate(counts, initial=0)), masks, padded)


def mask(source: str, masks: dict[str, str]) -> str:
    """A cell with everything hidden that is no Python, line by line; `masks` takes up what stands for what."""
    lines = split(source)
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    magic = _CELL_MAGIC.match(lines[first])
    if (magic and magic[1] not in PYTHON_CELLS) or _is_bare(lines):
        # A string would do for all of it, had it not quotes of its own.
        return "".join(_all_hidden(lines, masks))
    begin = 0
    if magic:
        lines[first] = _hidden("pass", lines[first], masks)
    else:
        begin = _end_of_indented(lines, first)
        lines[:begin] = _all_hidden(lines[:begin], masks)
    state, goes_on = State(), False
    for number, line in enumerate(lines[begin:], start=begin):
        if goes_on:
            goes_on = content(line).endswith("\\")
            lines[number] = _hidden("", line, masks)
        elif not state.closed:
            state = advance(line, state)
        elif _LINE_MAGIC.match(line) or _HELP.match(content(line)):
            goes_on = content(line).endswith("\\")
            lines[number] = _hidden("pass", line, masks)
        elif assigned := _ASSIGNED.match(line):
            goes_on = content(line).endswith("\\")
            lines[number] = assigned[1] + _hidden("None", line[assigned.end(1) :], masks)
        else:
            state = advance(line, state)
    return "".join(lines)


def _is_bare(lines: Sequence[str]) -> bool:
    """Whether a cell is one line that is a magic without its sign: `pip install torch`."""
    filled = [line for line in lines if line.strip()]
    begin = _BARE.match(filled[0]) if len(filled) == 1 else None
    return begin is not None and begin[1] in BARE


def _end_of_indented(lines: Sequence[str], first: int) -> int:
    """Where the lines end that begin, from the `first` on, with its indentation; 0 where that has none.

    IPython takes it off before it runs a cell. Here every column stays what it is, so these lines are not looked at.
    """
    indent = _INDENT.match(lines[first])
    if indent is None:
        return 0
    for number, line in enumerate(lines[first:], start=first):
        if line.strip() and not line.startswith(indent[0]):
            return number
    return len(lines)


def _all_hidden(lines: Sequence[str], masks: dict[str, str]) -> list[str]:
    """The lines, each that is not blank hidden with its indentation."""
    return [_hidden("pass", line, masks, whole=True) if line.strip() else line for line in lines]


def _hidden(stand_in: str, line: str, masks: dict[str, str], *, whole: bool = False) -> str:
    """The line with `stand_in`, or a comment alone, for its words; its indentation stays, if not the `whole` is hidden.

    Its ending stays anyway.
    """
    words = content(line)
    indent = "" if whole else words[: len(words) - len(words.lstrip(" \t"))]
    name = hashlib.blake2b(words[len(indent) :].encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    mask = f"{stand_in}  # %{name}" if stand_in else f"# %{name}"
    masks[mask] = words[len(indent) :]
    return indent + mask + line[len(words) :]
