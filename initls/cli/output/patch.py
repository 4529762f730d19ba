"""What a fix does to the lines of a text, as a small diff and as a unified one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from msgspec import Struct

from initls.cli.console import Paint
from initls.cli.output.frame import Line, edge, number_width

_CONTEXT = 1

Opcode = tuple[str, int, int, int, int]
"""One step of a difference, as `difflib` has them: its kind, and the lines of the old and the new text."""


class Change(Struct, frozen=True):
    """One line of a diff: its sign, its number (zero-based; of the new text where it is added) and its text."""

    sign: str
    row: int
    text: str


def changes(old: Sequence[str], new: Sequence[str], context: int = _CONTEXT) -> list[list[Change]]:
    """The runs of changed lines with `context` lines around each."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    # Only the middle is compared: a fix touches a few lines, and difflib takes its time over a long text.
    first = max(0, start - context)
    old_middle = old[first : min(len(old), len(old) - end + context)]
    new_middle = new[first : min(len(new), len(new) - end + context)]
    matcher = difflib.SequenceMatcher(None, old_middle, new_middle, autojunk=False)
    opcodes = _settled(matcher.get_opcodes(), old_middle, new_middle)
    return [list(_run(group, old_middle, new_middle, first)) for group in _grouped(opcodes, context)]


def _settled(opcodes: Sequence[Opcode], old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """The same difference with each block cut where a person would cut it.

    A block and the empty line behind it can be told as the empty line before it and the block. What goes takes the
    line behind it along, what comes brings the line before it.
    """
    # Empty stretches at both ends spare the question whether a block has a neighbour.
    settled = [("equal", 0, 0, 0, 0), *opcodes, ("equal", len(old), len(old), len(new), len(new))]
    for number, (kind, i1, i2, j1, j2) in enumerate(settled):
        shift = 0
        if kind == "delete" and i2 < len(old) and old[i1] == old[i2] and not old[i1].strip():
            shift = 1
        elif kind == "insert" and j1 > 0 and new[j1 - 1] == new[j2 - 1] and not new[j2 - 1].strip():
            shift = -1
        before, after = settled[number - 1], settled[(number + 1) % len(settled)]
        if shift and before[0] == after[0] == "equal":
            settled[number - 1] = ("equal", before[1], before[2] + shift, before[3], before[4] + shift)
            settled[number] = (kind, i1 + shift, i2 + shift, j1 + shift, j2 + shift)
            settled[number + 1] = ("equal", after[1] + shift, after[2], after[3] + shift, after[4])
    return [opcode for opcode in settled if opcode[0] != "equal" or opcode[1] < opcode[2]]


def _grouped(opcodes: Sequence[Opcode], context: int) -> Iterator[list[Opcode]]:
    """The opcodes in runs, the stretches without a change cut down to `context` lines next to one."""
    group: list[Opcode] = []
    for number, (kind, i1, i2, j1, j2) in enumerate(opcodes):
        if kind != "equal":
            group.append((kind, i1, i2, j1, j2))
            continue
        first, last = number == 0, number + 1 == len(opcodes)
        if first:
            skip = max(0, i2 - i1 - context)
            group.append((kind, i1 + skip, i2, j1 + skip, j2))
        elif last or i2 - i1 > 2 * context:
            keep = min(context, i2 - i1)
            group.append((kind, i1, i1 + keep, j1, j1 + keep))
            if not last:
                yield group
                group = [(kind, i2 - context, i2, j2 - context, j2)]
        else:
            group.append((kind, i1, i2, j1, j2))
    if any(opcode[0] != "equal" for opcode in group):
        yield group


def _run(group: Sequence[Opcode], old: Sequence[str], new: Sequence[str], first: int) -> Iterator[Change]:
    for kind, old_start, old_end, new_start, new_end in group:
        if kind == "equal":
            for offset in range(old_end - old_start):
                yield Change(" ", first + new_start + offset, old[old_start + offset])
            continue
        for row in range(old_start, old_end):
            yield Change("-", first + row, old[row])
        for row in range(new_start, new_end):
            yield Change("+", first + row, new[row])


def small(old: Sequence[str], new: Sequence[str], paint: Paint) -> list[str]:
    """The diff that stands below a finding: the numbers are those of the repaired text."""
    runs = changes(old, new)
    width = number_width([change.row for run in runs for change in run])
    result = [edge(width, paint)]
    for number, run in enumerate(runs):
        if number:
            result.append(paint("frame", "..."))
        for change in _without_blank_edges(run):
            text = Line(change.text).shown
            if change.sign == " ":
                line = f"{paint('frame', f'{change.row + 1:>{width}} |')} {text}"
            else:
                colour = "removed" if change.sign == "-" else "added"
                shown = " " * width if change.sign == "-" else f"{change.row + 1:>{width}}"
                line = f"{paint('frame', shown)} {paint(colour, f'{change.sign} {text}'.rstrip())}"
            result.append(line.rstrip())
    result.append(edge(width, paint))
    return result


def _without_blank_edges(run: Sequence[Change]) -> Sequence[Change]:
    """The run without empty lines of context at its ends: they show nothing."""
    start, end = 0, len(run)
    while start < end and run[start].sign == " " and not run[start].text.strip():
        start += 1
    while end > start and run[end - 1].sign == " " and not run[end - 1].text.strip():
        end -= 1
    return run[start:end]


def unified(old: str, new: str, name: str, paint: Paint) -> str:
    """The unified diff from `old` to `new`, line ends as they are, ready for `patch -p0`."""
    return "".join(_colour(line, paint) for line in _unified(old, new, name))


def _unified(old: str, new: str, name: str) -> Iterator[str]:
    # `patch` and git count lines by LF alone; a CR is part of its line.
    for line in difflib.unified_diff(_lf_lines(old), _lf_lines(new), name, name):
        if line.endswith("\n"):
            yield line
        else:
            yield line + "\n\\ No newline at end of file\n"


def _lf_lines(text: str) -> list[str]:
    pieces = text.split("\n")
    return [piece + "\n" for piece in pieces[:-1]] + pieces[-1:] * bool(pieces[-1])


_SIGNS = {"+++": "bold", "---": "bold", "@@": "frame", "+": "added", "-": "removed"}


def _colour(line: str, paint: Paint) -> str:
    if not paint.on:
        return line
    for sign, kind in _SIGNS.items():
        if line.startswith(sign):
            return paint(kind, line.rstrip("\n")) + "\n"
    return line
