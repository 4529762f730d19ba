"""Notebooks on disk: the code cells of an `.ipynb` file, and the file with some of them changed.

The format is nbformat 4 (https://nbformat.readthedocs.io). Of a changed cell nothing but the value of its `source` is
written anew, and of a list of lines only those that differ: outputs, metadata, the order of keys and the indentation
are the author's, and stay byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from msgspec import Struct

from initls.pattern import pattern
from initls.workspace.source import UnreadableError

SUFFIX = ".ipynb"

LANGUAGES = frozenset({"python", "python3", "ipython", "xpython"})
"""What a notebook of Python calls its language."""

_BLANK = pattern(r"[ \t\r\n]*")
_LITERAL = pattern(r"[-+.\w]+")


class _Source(Struct, frozen=True):
    """The source of one code cell: where its value stands in the file."""

    number: int
    """The cell among all cells, text ones too, counted from 1."""
    text: str
    start: int
    end: int
    items: tuple[tuple[int, int], ...] | None
    """Where the lines stand, when the value is a list of them."""


class Notebook(Struct, frozen=True):
    """The code cells of one notebook."""

    text: str
    cells: tuple[_Source, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """What the code cells say, in their order."""
        return tuple(cell.text for cell in self.cells)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The code cells' numbers among all cells, from 1."""
        return tuple(cell.number for cell in self.cells)

    def with_sources(self, sources: list[str]) -> str:
        """The text of the file when its code cells say this."""
        pieces: list[str] = []
        at = 0
        for cell, source in zip(self.cells, sources, strict=True):
            if source != cell.text:
                pieces += [self.text[at : cell.start], self._value(cell, source)]
                at = cell.end
        return "".join([*pieces, self.text[at:]])

    def _value(self, cell: _Source, source: str) -> str:
        ascii_only = self.text.isascii() and "\\u" in self.text
        if cell.items is None:
            return json.dumps(source, ensure_ascii=ascii_only)
        if not cell.items:
            return json.dumps(_lines(source), ensure_ascii=ascii_only)
        return self._list(cell, cell.items, _lines(source), ascii_only)

    def _list(self, cell: _Source, items: tuple[tuple[int, int], ...], lines: list[str], ascii_only: bool) -> str:
        """A list of lines in which those that were there before stand as they stood."""
        old = [json.loads(self.text[start:end]) for start, end in items]
        most = min(len(old), len(lines))
        front = next((index for index in range(most) if old[index] != lines[index]), most)
        most -= front
        back = next((index for index in range(most) if old[-1 - index] != lines[-1 - index]), most)
        opening, closing = self.text[cell.start : items[0][0]], self.text[items[-1][1] : cell.end]
        usual = self.text[items[0][1] : items[1][0]] if len(items) > 1 else "," + opening[1:]
        pieces = [opening]
        before: int | None = None
        for index, line in enumerate(lines):
            behind = index >= len(lines) - back
            stays = index < front or behind
            kept = index if index < len(old) and not behind else index + len(old) - len(lines)
            if index:
                neighbours = before == kept - 1 and (stays or index == front)
                pieces.append(self.text[items[kept - 1][1] : items[kept][0]] if neighbours else usual)
            pieces.append(self.text[slice(*items[kept])] if stays else json.dumps(line, ensure_ascii=ascii_only))
            before = kept if stays else None
        return "".join([*pieces, closing])


def parse(text: str) -> Notebook | None:
    """The notebook that `text` holds; None where its language is another than Python.

    Raises `UnreadableError`, with the place, where it is no notebook.
    """
    try:
        raw = json.loads(text)
    except RecursionError:
        raise UnreadableError("line 1: the notebook is nested too deeply to be read") from None
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        reason = getattr(error, "msg", str(error))
        raise UnreadableError(f"line {line}: the notebook is not valid JSON: {reason}") from None
    cells = raw.get("cells") if isinstance(raw, dict) else None
    if not isinstance(cells, list):
        old = isinstance(raw, dict) and "worksheets" in raw
        way_out = "; `jupyter nbconvert --to notebook` makes a newer one of it" if old else ""
        raise UnreadableError(f"line 1: the file is no notebook of format 4: it has no list of cells{way_out}")
    if not _is_python(raw):
        return None
    return Notebook(text, tuple(_sources(text, cells)))


def _is_python(raw: Mapping[str, Any]) -> bool:
    """Whether the notebook's language is Python, which is taken for granted where it names none."""
    metadata = raw.get("metadata")
    named: list[object] = []
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        held = metadata.get(part) if isinstance(metadata, dict) else None
        named.append(held.get(key) if isinstance(held, dict) else None)
    found = [name for name in named if isinstance(name, str)]
    return not found or found[0].lower() in LANGUAGES


def _sources(text: str, cells: list[Any]) -> Iterator[_Source]:
    places = dict(_places(text))
    for index, cell in enumerate(cells):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code" or index not in places:
            continue
        metadata = cell.get("metadata")
        editor = metadata.get("vscode") if isinstance(metadata, dict) else None
        language = editor.get("languageId") if isinstance(editor, dict) else None
        if language not in (None, "python"):
            continue
        source = cell.get("source")
        start, end, items = places[index]
        if isinstance(source, str):
            yield _Source(index + 1, source, start, end, None)
        elif isinstance(source, list) and all(isinstance(line, str) for line in source):
            yield _Source(index + 1, "".join(source), start, end, tuple(items))


def _places(text: str) -> Iterator[tuple[int, tuple[int, int, list[tuple[int, int]]]]]:
    """Where the sources of the cells stand, by the number of the cell: the value, and its items if it is a list."""
    for key, start, _ in _members(text, _skip(text, 0)):
        if key != "cells":
            continue
        for index, (cell, _) in enumerate(_elements(text, start)):
            if text[cell] != "{":
                continue
            for name, place, end in _members(text, cell):
                if name == "source":
                    yield index, (place, end, list(_elements(text, place)) if text[place] == "[" else [])


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None
    return found.end()


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """The keys of the object at `at`, with where their values begin and end. The text is known to be valid."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1, False)
        start = _skip(text, _skip(text, at) + 1)
        end = _end(text, start)
        yield key, start, end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _elements(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Where the elements of the array at `at` begin and end."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        end = _end(text, at)
        yield at, end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _end(text: str, at: int) -> int:
    """Where the value ends that begins at `at`."""
    depth = 0
    while True:
        character = text[at]
        if character == '"':
            _, at = scanstring(text, at + 1, False)
        elif character in "[{":
            depth, at = depth + 1, at + 1
        elif character in "]}":
            depth, at = depth - 1, at + 1
        elif literal := _LITERAL.match(text, at):
            at = literal.end()
        else:
            at += 1
        if depth == 0:
            return at


def _lines(source: str) -> list[str]:
    """The lines as notebooks keep them: each with its line feed, and no empty one behind the last."""
    lines = [line + "\n" for line in source.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
