"""Statements that change places within the body that holds them."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.layout import Paragraph
from initls.fixes.names import binds, reads
from initls.fixes.plans import Move, MoveSuperFirst
from initls.fixes.source import Source, Statement


def move(plan: Move, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits that put the statement of the place, with its guard, behind another."""
    found = _pair(source, node, plan.behind.unit, plan.behind.site)
    if found is None:
        return ()
    body, moved, behind = found
    start, end = body.index(moved), body.index(behind)
    if start >= end or not _alone(source, node, moved):
        return ()
    passed = body[start + 1 : end + 1]
    guards = frozenset(one for test in _tests(moved) for one in reads(test))
    if _hinders(passed, frozenset(name for name in reads(moved) if "." not in name) | guards, binds(moved)):
        return ()
    paragraph = Paragraph.of(source, moved)
    target = Paragraph.of(source, behind)
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
    found = _pair(source, node, plan.before.unit, plan.before.site)
    if found is None:
        return ()
    body, moved, before = found
    start, end = body.index(before), body.index(moved)
    simple = isinstance(moved, cst.SimpleStatementLine) and len(moved.body) == 1
    if start >= end or not simple or source.statement(node) is None or source.parent(_small(source, node)) is not moved:
        return ()
    if _hinders(body[start:end], reads(moved), binds(moved)):
        return ()
    paragraph = Paragraph.of(source, moved)
    target = Paragraph.of(source, before)
    if paragraph is None or target is None or target.last >= paragraph.top:
        return ()
    newline = layout.newline_at(source.document.text, paragraph.first - 1)
    lines = layout.ended(paragraph.lines, newline)
    if paragraph.apart and not target.opens:
        lines = (*lines, newline)
    return (layout.ahead(target.top, lines), Edit(paragraph.removed(), ""))


def _small(source: Source, node: cst.CSTNode) -> cst.CSTNode:
    found = source.statement(node)
    assert found is not None
    return found


def _pair(
    source: Source, node: cst.CSTNode, unit: str, site: int
) -> tuple[tuple[Statement, ...], Statement, Statement] | None:
    """The statements of the body around `node`, and which of them hold `node` and the other place."""
    if unit != source.unit or not 0 <= site < len(source.tree.sites):
        return None
    block = source.block(node)
    if block is None:
        return None
    one, other = source.lifted(node, block), source.lifted(source.tree.sites[site], block)
    if one is None or other is None:
        return None
    return layout.statements(block), one, other


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


def _tests(statement: cst.CSTNode) -> list[cst.BaseExpression]:
    """The conditions of the guards."""
    found: list[cst.BaseExpression] = []
    while isinstance(statement, cst.If):
        found.append(statement.test)
        statement = statement.body.body[0]
    return found


def _hinders(passed: tuple[Statement, ...], read: frozenset[str], bound: frozenset[str]) -> bool:
    """Whether a statement cannot change places with those in `passed`.

    They must not bind what it reads nor read what it binds, and must not leave the function.
    """
    return any(not binds(one).isdisjoint(read) or not reads(one).isdisjoint(bound) or leaves(one) for one in passed)


def leaves(node: cst.CSTNode) -> bool:
    """Whether control may leave the function in a statement."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, (cst.Return, cst.Yield)):
            return True
        if not isinstance(one, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            waiting.extend(one.children)
    return False
