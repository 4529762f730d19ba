"""`initls report`: what the parameters of a model hold when training starts, and how large its signal is."""

from __future__ import annotations

import difflib
import json
from argparse import Namespace
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from initls import questions
from initls.check import Checker, Result
from initls.cli.console import fail, out, warn
from initls.cli.exit import CLEAN, FAILED
from initls.cli.outcome import named
from initls.cli.pool import on_deep_stack
from initls.document import Document
from initls.facts.place import name_of
from initls.model.expected.values import Assumed
from initls.reports import page, told
from initls.reports.page import Target
from initls.reports.report import Report, Spot
from initls.settings import Settings
from initls.syntax.span import Span
from initls.workspace import ipynb
from initls.workspace.config import Configuration
from initls.workspace.discover import Missing, discover
from initls.workspace.index import Index
from initls.workspace.options import ConfigError
from initls.workspace.source import UnreadableError, read


class File(Struct, frozen=True):
    """A file that was read, with its classes of modules."""

    path: Path
    result: Result
    models: tuple[tuple[str, Span], ...]
    cells: tuple[int, ...]
    """The numbers of a notebook's cells, as its user counts them."""

    def label(self, span: Span) -> str:
        """A place in it, for people: `model.py:12`, `model.ipynb:cell 2:3`."""
        cells = self.result.document.cells
        if cells is None:
            return f"{named(self.path)}:{span.start.line + 1}"
        part, inner = cells.inner(span)
        return f"{named(self.path)}:cell {self.cells[part]}:{inner.start.line + 1}"


class Wanted(Struct, frozen=True):
    """One class that is to be reported on."""

    file: File
    unit: str
    span: Span


class Trouble(Exception):
    """Something that the user can mend, in words that say how."""


def run(arguments: Namespace) -> int:
    """Report on what the arguments name; the result is the exit status."""
    assumed = Assumed(arguments.image_size, arguments.tokens)
    try:
        target, name = _split(arguments.target)
        text = on_deep_stack(lambda: _report(target, name, assumed, arguments.format, width=arguments.width))
    except (Trouble, ConfigError, UnreadableError) as error:
        fail(str(error))
        return FAILED
    if arguments.output is None:
        out(text)
        return CLEAN
    try:
        Path(arguments.output).write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{arguments.output}: {error.strerror or error}")
        return FAILED
    return CLEAN


def _split(text: str) -> tuple[Path, str]:
    """A path and the name of a class; what is there under the whole name is a path."""
    whole = Path(text)
    if whole.exists():
        return whole, ""
    path, colon, name = text.rpartition(":")
    if colon and path and Path(path).exists():
        return Path(path), name
    place = path if colon and path and name.isidentifier() else text
    raise Trouble(f"{place}: there is no such file or folder; give a path, or PATH:CLASS for one class of a file")


def _report(path: Path, name: str, assumed: Assumed, form: str, *, width: int | None) -> str:
    checker = Checker(Index())
    files = _files(path, checker)
    wanted = _chosen(path, files, name)
    made: list[tuple[Wanted, Report]] = []
    for one in wanted:
        report = questions.report(checker, one.file.result, one.unit, assumed)
        if report is not None:
            made.append((one, report))
    if form == "json":
        models = [told.told(report, partial(_located, one.file)) for one, report in made]
        return json.dumps({"version": told.VERSION, "models": models}, indent=2, ensure_ascii=False) + "\n"
    if form == "html":
        return page.page([(report, partial(_target, one.file)) for one, report in made])
    from initls.cli.output import model

    return model.render([(report, partial(_label, one.file)) for one, report in made], width)


def _files(path: Path, checker: Checker) -> list[File]:
    """The files under a path that hold models; one that cannot be read is trouble if it is the one that was named."""
    configuration = Configuration((), overrides=None, file=None)
    found: list[File] = []
    for one in discover([path], configuration.resolve, force_exclude=False):
        if isinstance(one, Missing):
            raise Trouble(f"{named(one.path)}: {one.reason}")
        try:
            file = _file(one.path, checker)
        except UnreadableError as error:
            if one.named:
                raise Trouble(f"{named(one.path)}: {error}") from error
            warn(f"{named(one.path)}: {error}")
            continue
        if file is not None:
            found.append(file)
    return found


def _file(path: Path, checker: Checker) -> File | None:
    source = read(path)
    numbers: tuple[int, ...] = ()
    if path.suffix == ipynb.SUFFIX:
        notebook = ipynb.parse(source.text)
        if notebook is None:
            return None
        document, numbers = Document.of_cells(str(path), notebook.sources), notebook.numbers
    else:
        document = Document.of(str(path), source.text)
    result = checker.look(document, Settings())
    return File(path, result, questions.models(checker, result), numbers)


def _chosen(path: Path, files: Sequence[File], name: str) -> list[Wanted]:
    """The classes that are meant; trouble where there is none of that name, or one in each of several files."""
    every = [Wanted(file, unit, span) for file in files for unit, span in file.models]
    if not every:
        what = "folder" if path.is_dir() else "file"
        raise Trouble(
            f"{named(path)}: no class of this {what} is a model: none derives from torch.nn.Module, as far as initls "
            "can follow its bases"
        )
    if not name:
        return every
    found = [one for one in every if name_of(one.unit) == name]
    if not found:
        names = list(dict.fromkeys(name_of(one.unit) for one in every))
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`? There are" if near else "there are"
        shown = ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")
        raise Trouble(f"{named(path)}: no model is called `{name}`; {hint}: {shown}")
    if len({one.file.path for one in found}) > 1:
        places = ", ".join(one.file.label(one.span) for one in found)
        raise Trouble(
            f"{named(path)}: `{name}` is in several files ({places}); name one: "
            f"initls report {named(found[0].file.path)}:{name}"
        )
    return found


MOST_NAMES = 12
"""Names that a message lists."""


def _home(file: File, spot: Spot) -> Path:
    return Path(spot.file) if spot.file else file.path


def _label(file: File, spot: Spot) -> str:
    return f"{named(Path(spot.file))}:{spot.span.start.line + 1}" if spot.file else file.label(spot.span)


def _target(file: File, spot: Spot) -> Target:
    return Target(_label(file, spot), _home(file, spot).absolute().as_uri(), spot.span.start.line)


def _located(file: File, spot: Spot) -> Mapping[str, Any]:
    """A place with the keys that the findings of `initls check` have."""
    start, cell = spot.span.start, None
    cells = file.result.document.cells
    if cells is not None and not spot.file:
        part, inner = cells.inner(spot.span)
        start, cell = inner.start, file.cells[part]
    return {
        "filename": str(_home(file, spot).absolute()),
        "cell": cell,
        "row": start.line + 1,
        "column": start.column + 1,
    }
