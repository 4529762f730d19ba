"""A statement that has no effect is taken out, and what is left stays a whole program."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.layout import Paragraph
from initls.fixes.names import path
from initls.fixes.source import Source, Statement
from initls.syntax.span import Point, Span


def delete(source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits that delete the statement of a place."""
    statement = source.statement(node)
    if statement is None or not _is_all_of(node, statement) or _is_branch(source, statement):
        return ()
    if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
        # Whether something else asks for a definition can't be seen from here.
        return ()
    return _delete(source, statement)


def _is_all_of(node: cst.CSTNode, statement: cst.CSTNode) -> bool:
    """Whether the statement is nothing but `node`; a call whose result is used can't be deleted."""
    return node is statement or (isinstance(statement, cst.Expr) and statement.value is node)


def _delete(source: Source, statement: cst.CSTNode) -> tuple[Edit, ...]:
    line = source.parent(statement)
    if isinstance(line, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
        if len(line.body) > 1:
            return (_joined(source, line, statement),)
        if isinstance(line, cst.SimpleStatementSuite):
            return _emptied(source, line, statement)
        statement = line
    if not isinstance(statement, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
        return ()
    block = source.parent(statement)
    if isinstance(block, cst.IndentedBlock) and block is not source.root and len(block.body) == 1:
        return _emptied(source, block, statement)
    paragraph = _spoken_of(source, statement)
    return () if paragraph is None else (Edit(paragraph.removed(), ""),)


def _joined(source: Source, line: cst.SimpleStatementLine | cst.SimpleStatementSuite, statement: cst.CSTNode) -> Edit:
    """Delete one of several statements on a line, and one semicolon with it."""
    index = next(number for number, one in enumerate(line.body) if one is statement)
    span = source.span(statement)
    if index + 1 < len(line.body):
        return Edit(Span(span.start, source.span(line.body[index + 1]).start), "")
    return Edit(Span(source.span(line.body[index - 1]).end, span.end), "")


def _emptied(source: Source, block: cst.CSTNode, statement: cst.CSTNode) -> tuple[Edit, ...]:
    """Delete the only statement of a block: the guard around it goes too, any other block is left with `pass`."""
    holder = source.parent(block)
    if holder is not None and _idle(holder) and not _is_branch(source, holder):
        return _delete(source, holder)
    if isinstance(statement, cst.BaseCompoundStatement):
        start = Point(
            source.first_line(statement), len(layout.indentation(source.document.text, source.first_line(statement)))
        )
        span = Span(start, source.span(statement).end)
    else:
        span = source.span(statement)
    return (Edit(_with_comment(source, span), "pass"),)


def _with_comment(source: Source, span: Span) -> Span:
    """The span with the comment that follows on its line."""
    line = span.end.line
    content = source.document.text.line(line)
    if content[span.end.column :].lstrip().startswith("#"):
        return Span(span.start, Point(line, len(content)))
    return span


def _is_branch(source: Source, node: cst.CSTNode) -> bool:
    """Whether an `if` is an `elif` of another."""
    return isinstance(node, cst.If) and isinstance(source.parent(node), cst.If)


def _idle(node: cst.CSTNode) -> bool:
    """Whether a compound statement does nothing but guard what it holds."""
    match node:
        case cst.If(test=test, orelse=None):
            return _pure(test)
        case cst.With(items=[cst.WithItem(item=cst.Call(func=function), asname=None)]):
            return (path(function) or "").rpartition(".")[2] == "no_grad"
        case _:
            return False


def _pure(node: cst.BaseExpression) -> bool:
    """Whether nothing happens when an expression is evaluated."""
    match node:
        case cst.Name() | cst.Integer() | cst.Float() | cst.SimpleString():
            return True
        case cst.Attribute(value=value):
            return _pure(value)
        case cst.UnaryOperation(expression=value):
            return _pure(value)
        case cst.BooleanOperation(left=left, right=right):
            return _pure(left) and _pure(right)
        case cst.Comparison(left=left, comparisons=comparisons):
            return _pure(left) and all(_pure(one.comparator) for one in comparisons)
        case cst.Tuple(elements=elements):
            return all(_pure(one.value) for one in elements)
        case cst.Subscript(value=value):
            return _pure(value)
        case cst.Call(func=cst.Name(value="isinstance" | "hasattr" | "type" | "len"), args=args):
            return all(_pure(one.value) for one in args)
        case _:
            return False


def _spoken_of(source: Source, statement: Statement) -> Paragraph | None:
    """The lines of a statement, with the comments above where they can't speak of anything else."""
    whole = Paragraph.of(source, statement)
    if whole is not None and (whole.above or whole.opens) and (whole.below or whole.closes):
        return whole
    return Paragraph.of(source, statement, comments=False)
