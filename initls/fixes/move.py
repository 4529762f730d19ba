"""Statements that change places within the body that holds them."""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from initls.facts.place import Place
from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.layout import Paragraph
from initls.fixes.names import binds, reads
from initls.fixes.plans import Move, MoveSuperFirst
from initls.fixes.source import Source, Statement


class _Standing(NamedTuple):
    """A statement of a body; the statements of a module may come from several units."""

    source: Source
    statement: Statement

    @property
    def paragraph(self) -> Paragraph | None:
        return Paragraph.of(self.source, self.statement)


def move(plan: Move, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits that put the statement of the place, with its guard, behind another."""
    body = _stretch(source, node, plan.behind, backward=False)
    if len(body) < 2:
        return ()
    moved, *passed = body
    tests = frozenset[str]().union(*(reads(test) for test in _tests(moved.statement)))
    read = frozenset(name for name in reads(moved.statement) if "." not in name) | tests
    if not _alone(source, node, moved.statement) or _hinders(passed, read, binds(moved.statement)):
        return ()
    paragraph, target = moved.paragraph, passed[-1].paragraph
    if paragraph is None or target is None or paragraph.last >= target.first:
        return ()
    text = source.document.text
    newline = layout.newline_at(text, paragraph.last)
    lines = layout.ended(paragraph.lines, newline)
    if paragraph.apart:
        # A paragraph stays one: the blank lines that set it apart go with it.
        lines = (newline, *lines)
        if target.below == 0 and not target.closes:
            lines = (*lines, newline)
    return (Edit(paragraph.removed(), ""), layout.behind(text, target.last, lines))


def move_super_first(plan: MoveSuperFirst, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits that put the call of the base constructor in front of another statement."""
    body = _stretch(source, node, plan.before, backward=True)
    statement = source.statement(node)
    if len(body) < 2 or statement is None:
        return ()
    *passed, moved = body
    if layout.simple_line(source, statement) is not moved.statement or not _constructs(statement):
        return ()
    if _hinders(passed, reads(moved.statement), binds(moved.statement)):
        return ()
    paragraph, target = moved.paragraph, passed[0].paragraph
    if paragraph is None or target is None or target.last >= paragraph.first:
        return ()
    newline = layout.newline_at(source.document.text, paragraph.first - 1)
    lines = layout.ended(paragraph.lines, newline)
    if paragraph.apart and not target.opens:
        lines = (*lines, newline)
    return (layout.ahead(target.top, lines), Edit(paragraph.removed(), ""))


def _stretch(source: Source, node: cst.CSTNode, other: Place, *, backward: bool) -> list[_Standing]:
    """The statements of the body around `node`, from the one that holds it to the one that holds `other`.

    `backward`: from the one that holds `other` to the one that holds `node`. None where they have no body in common,
    or stand the other way round.
    """
    found = Source.at(source.document, other)
    block = source.block(node)
    if found is None or block is None:
        return []
    there, target = found
    standing: list[_Standing] = []
    if there.unit == source.unit:
        one, two = source.lifted(node, block), source.lifted(target, block)
        standing = [_Standing(source, statement) for statement in layout.statements(block)]
    elif isinstance(block, cst.Module) and isinstance(there.block(target), cst.Module):
        one, two = source.lifted(node, block), there.lifted(target, there.root)
        standing = _module(source, there)
    else:
        return []
    if backward:
        one, two = two, one
    order = [statement for _, statement in standing]
    if one is None or two is None or one not in order or two not in order:
        return []
    return standing[order.index(one) : order.index(two) + 1]


def _module(source: Source, other: Source) -> list[_Standing]:
    """The statements of a module, in all its units between two; nothing where one of them can't be read."""
    outline = source.document.parts[0].outline
    low, high = sorted((outline.index[source.unit], outline.index[other.unit]))
    standing: list[_Standing] = []
    for placed in outline.placed[low : high + 1]:
        if placed.owner is None:
            unit = Source.of(source.document, placed.unit)
            if unit is None:
                return []
            standing += [_Standing(unit, statement) for statement in layout.statements(unit.root)]
    return standing


def _alone(source: Source, node: cst.CSTNode, moved: Statement) -> bool:
    """Whether `moved` holds nothing but the statement of `node` and what guards it."""
    inner: cst.CSTNode | None = source.statement(node)
    while inner is not None and inner is not moved:
        holder = source.parent(inner)
        match holder:
            case cst.SimpleStatementLine(body=[_]) | cst.SimpleStatementSuite(body=[_]) | cst.IndentedBlock(body=[_]):
                pass
            case cst.If(orelse=None) | cst.For(orelse=None) | cst.With():
                pass
            case _:
                return False
        inner = holder
    return inner is moved


def _constructs(statement: cst.CSTNode) -> bool:
    """Whether a statement is a call of a constructor, through `super` or through the name of the base."""
    match statement:
        case cst.Expr(value=cst.Call(func=cst.Attribute(attr=cst.Name(value="__init__")))):
            return True
        case _:
            return False


def _tests(statement: cst.CSTNode) -> list[cst.BaseExpression]:
    """The conditions of the guards."""
    found: list[cst.BaseExpression] = []
    while isinstance(statement, cst.If):
        found.append(statement.test)
        statement = statement.body.body[0]
    return found


def _hinders(passed: list[_Standing], read: frozenset[str], bound: frozenset[str]) -> bool:
    """Whether a statement cannot change places with those in `passed`.

    They must not bind what it reads nor read what it binds, and must not leave the function.
    """
    return any(not binds(one).isdisjoint(read) or not reads(one).isdisjoint(bound) or _leaves(one) for _, one in passed)


def _leaves(node: cst.CSTNode) -> bool:
    """Whether control may leave the function in a statement."""
    if isinstance(node, (cst.Return, cst.Yield)):
        return True
    own = not isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda))
    return own and any(_leaves(child) for child in node.children)
