"""One unit of a document as a syntax tree whose nodes know where they stand in the text of the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from msgspec import Struct

from initls.bounded import remembered
from initls.document import Document
from initls.facts.extract import nodes
from initls.facts.place import Place
from initls.syntax.guards import PREFIX_LINES
from initls.syntax.parse import MOST_PARSED
from initls.syntax.segments import Kind, Segment, key_of, size_of
from initls.syntax.span import Point, Span

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
"""A statement that has its lines for itself, or shares them with others by semicolons."""

Block: TypeAlias = cst.Module | cst.IndentedBlock
"""What holds such statements."""


class _Tree(Struct, frozen=True, eq=False):
    """What all documents that hold a segment share."""

    module: cst.Module
    sites: tuple[cst.CSTNode, ...]
    positions: Mapping[cst.CSTNode, CodeRange]
    parents: Mapping[cst.CSTNode, cst.CSTNode]


@remembered(MOST_PARSED, key=key_of, weight=size_of)
def _tree(segment: Segment) -> _Tree | None:
    found = nodes(segment)
    if found is None:
        return None
    module, sites = found
    positions = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    parents: dict[cst.CSTNode, cst.CSTNode] = {}
    waiting: list[cst.CSTNode] = [module]
    while waiting:
        node = waiting.pop()
        for child in node.children:
            parents[child] = node
            waiting.append(child)
    return _Tree(module, sites, positions, parents)


class Source(Struct, frozen=True, eq=False):
    """The tree of one unit, in the lines and columns of its document."""

    document: Document
    unit: str
    owner: str | None
    kind: Kind
    line: int
    tree: _Tree

    @staticmethod
    def of(document: Document, unit: str) -> Source | None:
        """The unit of that name; None where there is none, or it cannot be read."""
        outline = document.parts[0].outline
        placed = outline.get(unit)
        tree = None if placed is None else _tree(placed.segment)
        if placed is None or tree is None:
            return None
        return Source(document, unit, placed.owner, placed.segment.kind, outline.line_of(unit), tree)

    @staticmethod
    def at(document: Document, place: Place) -> tuple[Source, cst.CSTNode] | None:
        """The unit of a place, and the node of its site."""
        source = Source.of(document, place.unit)
        if source is None or not 0 <= place.site < len(source.tree.sites):
            return None
        return source, source.tree.sites[place.site]

    # ----------------------------------------------------------------- text

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands, the parentheses around it included."""
        found = self.tree.positions[node]
        start, end = found.start, found.end
        if isinstance(node, cst.BaseExpression) and node.lpar:
            start, end = self.tree.positions[node.lpar[0]].start, self.tree.positions[node.rpar[-1]].end
        return Span(self._point(start.line, start.column), self._point(end.line, end.column))

    def text(self, node: cst.CSTNode) -> str:
        """What stands there."""
        return self.document.text.slice(self.span(node))

    def between(self, start: Point, end: Point) -> str:
        """What stands between two points."""
        return self.document.text.slice(Span(start, end))

    def argument_span(self, argument: cst.Arg) -> Span:
        """Where an argument of a call stands, with its keyword or stars and without the comma behind it."""
        first = argument.keyword or argument.value
        start = self.span(first).start
        stars = len(argument.star)
        return Span(Point(start.line, start.column - stars), self.span(argument.value).end)

    def _point(self, line: int, column: int) -> Point:
        number = line - 1 - PREFIX_LINES[self.kind] + self.line
        # The tree does not know of a byte order mark, which takes a column of the first line.
        marked = number == 0 and self.document.text.lines[0].startswith("\ufeff")
        return Point(number, column + marked)

    def first_line(self, statement: cst.CSTNode) -> int:
        """The line on which a statement begins, with its decorators."""
        decorators = getattr(statement, "decorators", ())
        return min(self.span(node).start.line for node in (statement, *decorators))

    def last_line(self, statement: cst.CSTNode) -> int:
        """The line on which a statement ends."""
        return self.span(statement).end.line

    # ----------------------------------------------------------------- structure

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds another."""
        return self.tree.parents.get(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around one, the nearest first."""
        while (above := self.tree.parents.get(node)) is not None:
            yield above
            node = above

    def statement(self, node: cst.CSTNode) -> cst.BaseSmallStatement | cst.BaseCompoundStatement | None:
        """The statement that a node is or is part of, without the others on its line."""
        for found in (node, *self.ancestors(node)):
            if isinstance(found, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
                return found
        return None

    @property
    def root(self) -> cst.Module | cst.IndentedBlock:
        """What holds the statements of the unit: for a member of a class, the block that stands in for the class."""
        stand_in = self.tree.module.body[0] if self.kind.indented else None
        if isinstance(stand_in, cst.If) and isinstance(stand_in.body, cst.IndentedBlock):
            return stand_in.body
        return self.tree.module

    def block(self, node: cst.CSTNode) -> Block | None:
        """The body of the innermost function or class that holds `node`, or the module's; None for a one-line body."""
        for found in self.ancestors(node):
            if found is self.root:
                return self.root
            if isinstance(self.parent(found), (cst.FunctionDef, cst.ClassDef)) and isinstance(found, cst.BaseSuite):
                return found if isinstance(found, cst.IndentedBlock) else None
        return None

    def lifted(self, node: cst.CSTNode, block: cst.CSTNode) -> Statement | None:
        """The statement of `block` that is or holds `node`."""
        for found in (node, *self.ancestors(node)):
            if self.parent(found) is block:
                return found if isinstance(found, (cst.SimpleStatementLine, cst.BaseCompoundStatement)) else None
        return None

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The innermost function around a node."""
        return next((found for found in self.ancestors(node) if isinstance(found, cst.FunctionDef)), None)

    def classname(self, node: cst.CSTNode) -> str | None:
        """The name of the innermost class around a node."""
        for found in self.ancestors(node):
            if isinstance(found, cst.ClassDef):
                return found.name.value
        return None if self.owner is None else self.owner.partition("#")[0]
