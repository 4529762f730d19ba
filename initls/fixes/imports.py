"""How a place in a file may name a function of `torch.nn.init`, in the file's own style.

What the file has imported already is used first; only where nothing leads to `torch.nn.init` is an import added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import libcst as cst
from msgspec import Struct

from initls.bounded import remembered
from initls.findings import Edit
from initls.fixes.names import binds, imported, parameters, path
from initls.fixes.source import Source
from initls.knowledge.frameworks import is_initialization
from initls.pattern import pattern
from initls.syntax.segments import Kind
from initls.syntax.span import Point, Span
from initls.syntax.text import Text, key_of

INIT = "torch.nn.init"

HEADS: tuple[tuple[str, str], ...] = ((INIT, ""), ("torch.nn", "init."), ("torch", "nn.init."))
"""The modules through which a function can be named, nearest first, with what stands between them and the function."""

ADDITIONS: dict[str, tuple[str, str]] = {
    "init": ("import torch.nn.init as init", "init."),
    "nn": ("import torch.nn as nn", "nn.init."),
    "torch": ("import torch", "torch.nn.init."),
}
"""The imports that may be added, by the name that they bind, and what they put in front of the function."""


_WITHIN = pattern(r"(\.+)modeling_utils\.")
"""What a file of transformers itself imports its base from: the package, by as many dots as it is above the file."""


class Spelling(Struct, frozen=True):
    """How to name a function, and the edits that make the name known."""

    name: str
    edits: tuple[Edit, ...] = ()


class _Statement(Struct, frozen=True, eq=False):
    """One import of the file."""

    source: Source
    node: cst.Import | cst.ImportFrom
    local: bool
    direct: bool
    """Whether it is a statement of the module itself, not of a block in it."""

    @property
    def line(self) -> int:
        return self.source.span(self.node).end.line


class Imports(Struct, frozen=True, eq=False):
    """What the imports of a file bind, seen from one place."""

    text: Text
    statements: tuple[_Statement, ...]
    names: dict[str, str]
    """Each name that an import binds, with the dotted name of what it stands for."""
    taken: frozenset[str]
    """Names that stand for something else at the place."""
    line: int
    ceiling: int
    """The line in front of which a new import has to stand."""

    @staticmethod
    def seen_from(source: Source, node: cst.CSTNode) -> Imports:
        """The imports of a file, as the code at `node` sees them."""
        outline = source.document.parts[0].outline
        line = source.span(node).start.line
        module_level = source.function(node) is None and not source.kind.indented and source.kind is Kind.RUN
        found: list[_Statement] = []
        taken: set[str] = set()
        ceiling = line
        for index, placed in enumerate(outline.placed):
            if placed.owner is not None:
                continue
            first = outline.line(index)
            if placed.segment.kind is not Kind.RUN:
                ceiling = min(ceiling, first)
                taken.add(placed.segment.name)
            elif "import" in placed.segment.text:
                run = Source.of(source.document, placed.unit)
                if run is not None:
                    found += _imports(run, run.tree.module, local=False)
        if module_level:
            found = [one for one in found if one.line < line]
        for above in source.ancestors(node):
            if isinstance(above, (cst.FunctionDef, cst.Lambda)):
                taken |= parameters(above)
            if isinstance(above, cst.FunctionDef):
                local = list(_imports(source, above.body, local=True))
                found += local
                taken |= binds(above.body) - {name for one in local for name in imported(one.node)}
        names: dict[str, str] = {}
        for one in found:
            bound = imported(one.node)
            # Of the modules that are imported whole, only the one counts whose names are known.
            names.update({name: dotted for name, dotted in bound.items() if name != "*" or dotted == INIT})
        taken |= _assigned(source.document.text)
        return Imports(source.document.text, tuple(found), names, frozenset(taken), line, ceiling)

    def resolve(self, node: cst.CSTNode) -> str | None:
        """The dotted name of what an expression stands for, if imports lead to it."""
        spelled = path(node)
        if spelled is None:
            return None
        head, dot, rest = spelled.partition(".")
        if head in self.taken:
            return None
        if head in self.names:
            return self.names[head] + dot + rest
        return f"{INIT}.{spelled}" if "*" in self.names and not dot else None

    def spell(self, function: str, beside: cst.CSTNode | None = None) -> Spelling | None:
        """How to name `torch.nn.init.<function>` at the place.

        `beside` is a bare name of another function of that module, whose import is then extended.
        """
        bare = self._bound_to(f"{INIT}.{function}")
        if bare is not None:
            return Spelling(bare)
        if "*" in self.names and function not in self.taken:
            return Spelling(function)
        if isinstance(beside, cst.Name) and (extended := self._extended(function, beside.value)) is not None:
            return extended
        for module, between in HEADS:
            head = self._bound_to(module)
            if head is not None:
                return Spelling(f"{head}.{between}{function}")
        return self._extended(function) or self._added(function)

    def spell_guarded(self, function: str) -> Spelling | None:
        """How to name a function of transformers' own module of initializers, which leaves alone what is loaded."""
        for name, dotted in self.names.items():
            module, _, last = dotted.rpartition(".")
            if name in self.taken:
                continue
            if last == function and is_initialization(module):
                return Spelling(name)
            if is_initialization(dotted):
                return Spelling(f"{name}.{function}")
        short = next((name for name in ("init", "initialization") if self._free(name)), None)
        if short is None:
            return None
        within = (_WITHIN.match(dotted) for dotted in self.names.values())
        package = next((found.group(1) for found in within if found is not None), "transformers")
        alias = "" if short == "initialization" else f" as {short}"
        line = self._new_line(f"from {package} import initialization{alias}")
        return Spelling(f"{short}.{function}", (line,))

    def named(self, dotted: str) -> str | None:
        """How to name something of torch at the place by what the file has imported already; None where it can't be."""
        head, _, rest = dotted.rpartition(".")
        bare = self._bound_to(dotted)
        while bare is None and head:
            bound = self._bound_to(head)
            if bound is not None:
                return f"{bound}.{rest}"
            head, _, step = head.rpartition(".")
            rest = f"{step}.{rest}"
        return bare

    def _bound_to(self, dotted: str) -> str | None:
        for name, stands_for in self.names.items():
            if stands_for == dotted and name not in self.taken and name != "*":
                return name
        return None

    def _free(self, name: str) -> bool:
        return name not in self.names and name not in self.taken

    def _extended(self, function: str, beside: str | None = None) -> Spelling | None:
        """The function as a further name of an import from `torch.nn.init`, the one that binds `beside` if given."""
        if not self._free(function):
            return None
        for one in reversed(self.statements):
            bound = imported(one.node)
            if (
                isinstance(one.node, cst.ImportFrom)
                and not isinstance(one.node.names, cst.ImportStar)
                and all(dotted.rpartition(".")[0] == INIT for dotted in bound.values())
                and (beside is None or beside in bound)
                and one.line < self.line
            ):
                return Spelling(function, (_extension(one.source, one.node, one.node.names, function),))
        return None

    def _added(self, function: str) -> Spelling | None:
        style = any(
            isinstance(one.node, cst.ImportFrom) and dotted.startswith("torch.nn.")
            for one in self.statements
            for dotted in imported(one.node).values()
        )
        order = ("init", "nn", "torch") if style else ("nn", "init", "torch")
        for name in order:
            if self._free(name):
                statement, prefix = ADDITIONS[name]
                if style and name != "torch":
                    statement = f"from torch{'.nn' if name == 'init' else ''} import {name}"
                return Spelling(prefix + function, (self._new_line(statement),))
        return None

    def _new_line(self, statement: str) -> Edit:
        """A line of its own for an import, behind the last one that stands at the head of the file."""
        lines = [one.line for one in self.statements if one.direct and not one.local and one.line < self.ceiling]
        behind = max(lines, default=_header(self.text, self.ceiling) - 1)
        point = Point(behind + 1, 0)
        if behind < 0 and self.text.lines[0].startswith("\ufeff"):
            point = Point(0, 1)
        return Edit(Span(point, point), statement + self.text.newline)


def _imports(source: Source, node: cst.CSTNode, *, local: bool) -> Iterable[_Statement]:
    """The imports in `node` in program order, without those of functions inside it and those for type checkers."""
    for child in node.children:
        if isinstance(child, (cst.Import, cst.ImportFrom)):
            line = source.parent(child)
            direct = line is not None and source.parent(line) is source.root
            yield _Statement(source, child, local, direct)
        elif isinstance(child, (cst.FunctionDef, cst.ClassDef, cst.BaseExpression)):
            continue
        elif not (isinstance(child, cst.If) and (path(child.test) or "").endswith("TYPE_CHECKING")):
            yield from _imports(source, child, local=local)


def _extension(source: Source, node: cst.ImportFrom, names: Iterable[cst.ImportAlias], function: str) -> Edit:
    """One more name behind the last of an import, laid out like the names in front of it."""
    aliases = list(names)
    end = source.span(aliases[-1]).end
    before = [source.between(source.span(one).end, source.span(two).start) for one, two in pairwise(aliases)]
    if before:
        separator = before[-1]
    elif node.lpar is not None:
        separator = "," + (source.between(source.span(node.lpar).start, source.span(aliases[0]).start)[1:] or " ")
    else:
        separator = ", "
    if "#" in separator or "," not in separator:
        separator = ", "
    return Edit(Span(end, end), separator + function)


_ASSIGNMENT = pattern(r"^(\w+)[ \t]*(?::[^=\r\n]*)?=(?!=)", re.MULTILINE)


@remembered(16, key=key_of)
def _assigned(text: Text) -> frozenset[str]:
    """The names to which the module itself gives a value."""
    return frozenset(_ASSIGNMENT.findall(text.source))


_DOCSTRING = pattern(r"[rRuU]?(\"\"\"|''')")


def _header(text: Text, ceiling: int) -> int:
    """The first line behind the comments and the docstring at the head of a file."""
    line, closing = 0, ""
    last = 0
    while line < min(ceiling, len(text.lines) - 1):
        content = text.line(line).removeprefix("\ufeff").strip()
        if closing:
            if closing in content:
                closing, last = "", line + 1
        elif opening := _DOCSTRING.match(content):
            if opening.group(1) in content[opening.end() :]:
                last = line + 1
            else:
                closing = opening.group(1)
        elif content.startswith("#"):
            last = line + 1
        elif content:
            break
        elif last:
            # Comments behind a blank line speak of the code, except the one that stands in front of the docstring.
            following = next((text.line(n) for n in range(line, ceiling) if text.line(n).strip()), "")
            if not _DOCSTRING.match(following.strip()):
                break
        line += 1
    return last
