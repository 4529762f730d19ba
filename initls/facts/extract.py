"""From a libcst tree to facts, by one typed walk written by hand.

`libcst`'s own visitors cost more than the parse; this walk touches each node that matters once and nothing else.
While it walks it keeps, besides the facts, the node behind each site, so that positions can be found later for the
few sites that end up in a finding, and repairs have something to start from.
Segments in which nothing is found never come here: see `initls.facts.abstract`, which is held to this.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, cast

import libcst as cst

from initls.bounded import remembered
from initls.facts import ir
from initls.syntax.guards import Unreadable
from initls.syntax.parse import MOST_PARSED, parse, statements
from initls.syntax.segments import Segment, key_of, size_of

BINARY: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.MatrixMultiply: "@",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.BitXor: "^",
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%",
    cst.PowerAssign: "**",
    cst.MatrixMultiplyAssign: "@",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.BitAndAssign: "&",
    cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
}
"""The operators of two operands, in expressions and in augmented assignments."""

UNARY: dict[type[cst.CSTNode], str] = {cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~", cst.Not: "not"}

COMPARISON: dict[type[cst.CSTNode], str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.In: "in",
    cst.NotIn: "not in",
}

NAMED = {"None": None, "True": True, "False": False}
"""The literals that libcst reads as names."""


class Extraction:
    """One walk over one segment: `facts` it returns, `nodes` it leaves behind, the node of site n at index n."""

    def __init__(self) -> None:
        """Start with no sites."""
        self.nodes: list[cst.CSTNode] = []

    def site(self, node: cst.CSTNode) -> ir.Site:
        """Number the next site."""
        self.nodes.append(node)
        return len(self.nodes) - 1

    # ----------------------------------------------------------------- statements

    def block(self, statements: Iterable[cst.CSTNode]) -> tuple[ir.Statement, ...]:
        """The facts of some statements, in order."""
        out: list[ir.Statement] = []
        for statement in statements:
            if type(statement) is cst.SimpleStatementLine:
                for small in statement.body:
                    self.statement(small, out)
            else:
                self.statement(statement, out)
        return tuple(out)

    def suite(self, suite: cst.BaseSuite) -> tuple[ir.Statement, ...]:
        """The facts of the body of a compound statement, on its own lines or behind the colon."""
        if isinstance(suite, cst.IndentedBlock):
            return self.block(suite.body)
        out: list[ir.Statement] = []
        for small in cast(cst.SimpleStatementSuite, suite).body:
            self.statement(small, out)
        return tuple(out)

    def statement(self, node: cst.CSTNode, out: list[ir.Statement]) -> None:
        """Append the facts of one statement; `pass`, type aliases and what `is_idle` have none."""
        read = STATEMENTS.get(type(node))
        if read is not None and not (isinstance(node, cst.Expr) and is_idle(node.value)):
            out.append(read(self, node))

    def assign(self, node: cst.Assign) -> ir.Assign:
        site = self.site(node)
        targets = tuple(self.expression(target.target) for target in node.targets)
        return ir.Assign(targets, self.expression(node.value), site)

    def annotated(self, node: cst.AnnAssign) -> ir.Statement:
        site = self.site(node)
        if node.value is None:
            return ir.Evaluate(ir.Constant(None, "NoneType"), site)
        return ir.Assign((self.expression(node.target),), self.expression(node.value), site)

    def augmented(self, node: cst.AugAssign) -> ir.Augment:
        site = self.site(node)
        target = self.expression(node.target)
        return ir.Augment(target, BINARY[type(node.operator)], self.expression(node.value), site)

    def evaluate(self, node: cst.Expr) -> ir.Evaluate:
        site = self.site(node)
        return ir.Evaluate(self.expression(node.value), site)

    def give_back(self, node: cst.Return) -> ir.Return:
        site = self.site(node)
        return ir.Return(self.optional(node.value), site)

    def condition(self, node: cst.If) -> ir.If:
        site = self.site(node)
        test = self.expression(node.test)
        body = self.suite(node.body)
        otherwise: tuple[ir.Statement, ...] = ()
        if isinstance(node.orelse, cst.If):
            otherwise = (self.condition(node.orelse),)
        elif node.orelse is not None:
            otherwise = self.suite(node.orelse.body)
        return ir.If(test, body, otherwise, site)

    def for_loop(self, node: cst.For) -> ir.For:
        site = self.site(node)
        target, iterable = self.expression(node.target), self.expression(node.iter)
        return ir.For(target, iterable, self.suite(node.body), self.orelse(node.orelse), site)

    def while_loop(self, node: cst.While) -> ir.While:
        site = self.site(node)
        return ir.While(self.expression(node.test), self.suite(node.body), self.orelse(node.orelse), site)

    def orelse(self, node: cst.Else | None) -> tuple[ir.Statement, ...]:
        return () if node is None else self.suite(node.body)

    def with_block(self, node: cst.With) -> ir.With:
        site = self.site(node)
        items = tuple(
            (self.expression(item.item), None if item.asname is None else self.expression(item.asname.name))
            for item in node.items
        )
        return ir.With(items, self.suite(node.body), site)

    def attempt(self, node: cst.Try | cst.TryStar) -> ir.Try:
        site = self.site(node)
        body = self.suite(node.body)
        handlers = tuple(self.suite(handler.body) for handler in node.handlers)
        final = () if node.finalbody is None else self.suite(node.finalbody.body)
        return ir.Try(body, handlers, self.orelse(node.orelse), final, site)

    def match(self, node: cst.Match) -> ir.Match:
        site = self.site(node)
        subject = self.expression(node.subject)
        return ir.Match(subject, tuple(self.suite(case.body) for case in node.cases), site)

    def function(self, node: cst.FunctionDef) -> ir.Function:
        site = self.site(node)
        decorators = tuple(self.expression(decorator.decorator) for decorator in node.decorators)
        parameters = self.parameters(node.params)
        return ir.Function(node.name.value, parameters, self.suite(node.body), decorators, site)

    def klass(self, node: cst.ClassDef) -> ir.Class:
        site = self.site(node)
        decorators = tuple(self.expression(decorator.decorator) for decorator in node.decorators)
        bases = tuple(self.argument(base) for base in node.bases)
        keywords = tuple(
            ir.Keyword(keyword.keyword.value, self.expression(keyword.value))
            for keyword in node.keywords
            if keyword.keyword is not None
        )
        return ir.Class(node.name.value, bases, keywords, self.suite(node.body), decorators, site)

    def import_names(self, node: cst.Import) -> ir.Import:
        site = self.site(node)
        return ir.Import(tuple((dotted(alias.name), alias_name(alias)) for alias in node.names), site)

    def import_from(self, node: cst.ImportFrom) -> ir.ImportFrom:
        site = self.site(node)
        module = "" if node.module is None else dotted(node.module)
        names: tuple[tuple[str, str | None], ...] = (("*", None),)
        if not isinstance(node.names, cst.ImportStar):
            names = tuple((dotted(alias.name), alias_name(alias)) for alias in node.names)
        return ir.ImportFrom(module, len(node.relative), names, site)

    def delete(self, node: cst.Del) -> ir.Delete:
        site = self.site(node)
        target = self.expression(node.target)
        return ir.Delete(target.items if isinstance(target, ir.Sequence) else (target,), site)

    def assertion(self, node: cst.Assert) -> ir.Assert:
        site = self.site(node)
        return ir.Assert(self.expression(node.test), site)

    def raising(self, node: cst.Raise) -> ir.Raise:
        return ir.Raise(self.site(node))

    def jump(self, node: cst.Break | cst.Continue) -> ir.Jump:
        return ir.Jump("break" if isinstance(node, cst.Break) else "continue", self.site(node))

    def scope(self, node: cst.Global | cst.Nonlocal) -> ir.Scope:
        kind: Literal["global", "nonlocal"] = "global" if isinstance(node, cst.Global) else "nonlocal"
        return ir.Scope(kind, tuple(item.name.value for item in node.names))

    # ----------------------------------------------------------------- expressions

    def expression(self, node: cst.CSTNode) -> ir.Expression:
        """The facts of one expression."""
        read = EXPRESSIONS.get(type(node))
        if read is None:
            return ir.Opaque(type(node).__name__)
        return read(self, node)

    def optional(self, node: cst.CSTNode | None) -> ir.Expression | None:
        return None if node is None else self.expression(node)

    def name(self, node: cst.Name) -> ir.Expression:
        if node.value in NAMED:
            value = NAMED[node.value]
            return ir.Constant(value, type(value).__name__)
        return ir.Name(node.value)

    def attribute(self, node: cst.Attribute) -> ir.Attribute:
        return ir.Attribute(self.expression(node.value), node.attr.value)

    def number(self, node: cst.Integer | cst.Float | cst.Imaginary) -> ir.Expression:
        try:
            value = _literal(node.value)
        except (ValueError, SyntaxError, OverflowError):  # An integer of thousands of digits, for one.
            return ir.Opaque("number")
        return ir.Constant(value, type(value).__name__)

    def string(self, node: cst.SimpleString) -> ir.Expression:
        try:
            value = _literal(node.value)
        except (ValueError, SyntaxError):
            return ir.Opaque("string")
        return ir.Constant(value, type(value).__name__)

    def strings(self, node: cst.ConcatenatedString | cst.FormattedString) -> ir.Expression:
        """Strings in a row are one, and one of fields where any has a field."""
        texts: list[list[str | bytes]] = [[]]
        fields: list[ir.Expression] = []
        try:
            for piece in pieces(node):
                if isinstance(piece, str | bytes):
                    texts[-1].append(piece)
                else:
                    fields.append(self.field(piece))
                    texts.append([])
            joined = [type(text[0])().join(text) if text else "" for text in texts]  # type: ignore[arg-type]
        except (ValueError, SyntaxError, TypeError):  # Strings of two kinds, for one.
            return ir.Opaque("string")
        if not has_fields(node):
            return ir.Constant(joined[0], type(joined[0]).__name__)
        out: list[ir.Expression] = []
        for index, text in enumerate(joined):
            out += [ir.Constant(text, "str")] if text else []
            out += fields[index : index + 1]
        return ir.Joined(tuple(out))

    def field(self, node: cst.FormattedStringExpression) -> ir.Expression:
        if node.conversion or node.format_spec is not None or node.equal is not None:
            return ir.Opaque("formatted")
        return self.expression(node.expression)

    def ellipsis(self, node: cst.Ellipsis) -> ir.Constant:
        return ir.Constant(..., "ellipsis")

    def argument(self, node: cst.Arg) -> ir.Expression:
        value = self.expression(node.value)
        return ir.Star(value, node.star == "**") if node.star else value

    def call(self, node: cst.Call) -> ir.Call:
        site = self.site(node)
        function = self.expression(node.func)
        arguments: list[ir.Expression] = []
        keywords: list[ir.Keyword] = []
        for argument in node.args:
            if argument.keyword is None:
                arguments.append(self.argument(argument))
            else:
                keywords.append(ir.Keyword(argument.keyword.value, self.expression(argument.value)))
        return ir.Call(function, tuple(arguments), tuple(keywords), site)

    def display(self, node: cst.Tuple | cst.List | cst.Set) -> ir.Sequence:
        return ir.Sequence(
            DISPLAYS[type(node)],
            tuple(
                ir.Star(self.expression(element.value))
                if isinstance(element, cst.StarredElement)
                else self.expression(element.value)
                for element in node.elements
            ),
        )

    def dictionary(self, node: cst.Dict) -> ir.Mapping:
        return ir.Mapping(
            tuple(
                (self.expression(element.key), self.expression(element.value))
                if isinstance(element, cst.DictElement)
                else (None, self.expression(element.value))
                for element in node.elements
            )
        )

    def subscript(self, node: cst.Subscript) -> ir.Subscript:
        site = self.site(node)
        value = self.expression(node.value)
        indices = tuple(self.index(element.slice) for element in node.slice)
        single = len(indices) == 1 and not isinstance(node.slice[0].comma, cst.Comma)
        return ir.Subscript(value, indices[0] if single else ir.Sequence("tuple", indices), site)

    def index(self, node: cst.BaseSlice) -> ir.Expression:
        if isinstance(node, cst.Slice):
            return ir.Slice(self.optional(node.lower), self.optional(node.upper), self.optional(node.step))
        index = cast(cst.Index, node)
        value = self.expression(index.value)
        return ir.Star(value) if index.star else value

    def binary(self, node: cst.BinaryOperation) -> ir.Binary:
        site = self.site(node)
        left = self.expression(node.left)
        return ir.Binary(BINARY[type(node.operator)], left, self.expression(node.right), site)

    def unary(self, node: cst.UnaryOperation) -> ir.Expression:
        operator, operand = UNARY[type(node.operator)], self.expression(node.expression)
        if operator == "-" and isinstance(operand, ir.Constant) and operand.kind in ("int", "float"):
            return ir.Constant(-cast(float, operand.value), operand.kind)
        return ir.Unary(operator, operand)

    def compare(self, node: cst.Comparison) -> ir.Compare:
        site = self.site(node)
        left = self.expression(node.left)
        rest = tuple((COMPARISON[type(t.operator)], self.expression(t.comparator)) for t in node.comparisons)
        return ir.Compare(left, rest, site)

    def logic(self, node: cst.BooleanOperation) -> ir.Logic:
        left = self.expression(node.left)
        return ir.Logic("and" if isinstance(node.operator, cst.And) else "or", left, self.expression(node.right))

    def choice(self, node: cst.IfExp) -> ir.Choice:
        test = self.expression(node.test)
        return ir.Choice(test, self.expression(node.body), self.expression(node.orelse))

    def function_value(self, node: cst.Lambda) -> ir.Lambda:
        site = self.site(node)
        parameters = self.parameters(node.params)
        return ir.Lambda(parameters, self.expression(node.body), site)

    def comprehension(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> ir.Comprehension:
        site = self.site(node)
        clauses = self.clauses(node.for_in)
        return ir.Comprehension(COMPREHENSIONS[type(node)], None, self.expression(node.elt), clauses, site)

    def dict_comprehension(self, node: cst.DictComp) -> ir.Comprehension:
        site = self.site(node)
        clauses = self.clauses(node.for_in)
        return ir.Comprehension("dict", self.expression(node.key), self.expression(node.value), clauses, site)

    def clauses(self, node: cst.CompFor | None) -> tuple[ir.Clause, ...]:
        out: list[ir.Clause] = []
        while node is not None:
            target, iterable = self.expression(node.target), self.expression(node.iter)
            out.append(ir.Clause(target, iterable, tuple(self.expression(test.test) for test in node.ifs)))
            node = node.inner_for_in
        return tuple(out)

    def walrus(self, node: cst.NamedExpr) -> ir.Expression:
        value = self.expression(node.value)
        return ir.Walrus(node.target.value, value) if isinstance(node.target, cst.Name) else value

    def parameters(self, node: cst.Parameters) -> tuple[ir.Parameter, ...]:
        def read(
            params: Sequence[cst.Param], kind: Literal["positional", "varargs", "keyword", "kwargs"]
        ) -> list[ir.Parameter]:
            return [
                ir.Parameter(
                    param.name.value,
                    kind,
                    self.optional(param.default),
                    None if param.annotation is None else self.expression(param.annotation.annotation),
                )
                for param in params
            ]

        out = read(node.posonly_params, "positional") + read(node.params, "positional")
        if isinstance(node.star_arg, cst.Param):
            out += read((node.star_arg,), "varargs")
        out += read(node.kwonly_params, "keyword")
        if node.star_kwarg is not None:
            out += read((node.star_kwarg,), "kwargs")
        return tuple(out)


@remembered(MOST_PARSED, key=key_of, weight=size_of)
def nodes(segment: Segment) -> tuple[cst.Module, tuple[cst.CSTNode, ...]] | None:
    """The tree of a segment and the node of each of its sites; None where the segment cannot be read."""
    tree = parse(segment)
    if isinstance(tree, Unreadable):
        return None
    extraction = Extraction()
    extraction.block(statements(tree, segment.kind))
    return tree, tuple(extraction.nodes)


def _literal(text: str) -> object:
    """The value of a number or a string, as `ast.literal_eval` has it; that leaves functions which know each other."""
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Constant)
    return node.value


def string_value(node: cst.BaseExpression) -> str | bytes | None:
    """The value of a string, or of several in a row; None where one is an f-string or they are of two kinds."""
    if isinstance(node, cst.SimpleString):
        value = _literal(node.value)
        return value if isinstance(value, str | bytes) else None
    if not isinstance(node, cst.ConcatenatedString):
        return None
    left, right = string_value(node.left), string_value(node.right)
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return left + right if isinstance(left, bytes) and isinstance(right, bytes) else None


def is_idle(node: cst.BaseExpression) -> bool:
    """Whether nothing comes of an expression that is a statement: documentation, or the beginning of something.

    A name with dots is what most lines are while they are typed, and would be news at every letter.
    """
    if isinstance(node, cst.Attribute):
        return is_idle(node.value)
    if isinstance(node, cst.ConcatenatedString):
        return not has_fields(node)
    return isinstance(node, cst.Name | cst.SimpleString)


def has_fields(node: cst.BaseExpression) -> bool:
    """Whether a string, or one of several in a row, is an f-string."""
    if isinstance(node, cst.ConcatenatedString):
        return has_fields(node.left) or has_fields(node.right)
    return not isinstance(node, cst.SimpleString)


def pieces(node: cst.BaseExpression) -> Iterator[str | bytes | cst.FormattedStringExpression]:
    """The texts and the fields of strings in a row, in order.

    Raises `ValueError` or `SyntaxError` where the value of a text is not to be had.
    """
    if isinstance(node, cst.ConcatenatedString):
        yield from pieces(node.left)
        yield from pieces(node.right)
    elif isinstance(node, cst.SimpleString):
        value = _literal(node.value)
        assert isinstance(value, str | bytes)
        yield value
    elif isinstance(node, cst.FormattedString):
        prefix = node.prefix.lower().replace("f", "")
        for part in node.parts:
            if isinstance(part, cst.FormattedStringExpression):
                if part.equal is not None:
                    # `{x=}` spells out what it is about to show.
                    blank, shown = part.whitespace_before_expression, cst.Module([])
                    yield "".join(map(shown.code_for_node, (blank, part.expression, part.equal)))
                yield part
            elif isinstance(part, cst.FormattedStringText):
                text = part.value.replace("{{", "{").replace("}}", "}").replace("\r\n", "\n")
                value = _literal(f'{prefix}"""{text}"""') if "\\" in text and "r" not in prefix else text
                assert isinstance(value, str)
                yield value
    else:
        raise ValueError(type(node).__name__)


def dotted(node: cst.CSTNode) -> str:
    """The dotted name that an import spells."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    parts.append(cast(cst.Name, node).value)
    return ".".join(reversed(parts))


def alias_name(alias: cst.ImportAlias) -> str | None:
    """The name behind `as`, if there is one."""
    return None if alias.asname is None else cast(cst.Name, alias.asname.name).value


DISPLAYS: dict[type[cst.CSTNode], Literal["tuple", "list", "set"]] = {
    cst.Tuple: "tuple",
    cst.List: "list",
    cst.Set: "set",
}
COMPREHENSIONS: dict[type[cst.CSTNode], Literal["list", "set", "generator"]] = {
    cst.ListComp: "list",
    cst.SetComp: "set",
    cst.GeneratorExp: "generator",
}

# Each handler takes the one node type that stands beside it; the tables are typed loosely because a
# mapping from a type to a function of that type cannot be spelled.
STATEMENTS: dict[type[cst.CSTNode], Callable[[Extraction, Any], ir.Statement]] = {
    cst.Assign: Extraction.assign,
    cst.AnnAssign: Extraction.annotated,
    cst.AugAssign: Extraction.augmented,
    cst.Expr: Extraction.evaluate,
    cst.Return: Extraction.give_back,
    cst.If: Extraction.condition,
    cst.For: Extraction.for_loop,
    cst.While: Extraction.while_loop,
    cst.With: Extraction.with_block,
    cst.Try: Extraction.attempt,
    cst.TryStar: Extraction.attempt,
    cst.Match: Extraction.match,
    cst.FunctionDef: Extraction.function,
    cst.ClassDef: Extraction.klass,
    cst.Import: Extraction.import_names,
    cst.ImportFrom: Extraction.import_from,
    cst.Del: Extraction.delete,
    cst.Assert: Extraction.assertion,
    cst.Raise: Extraction.raising,
    cst.Break: Extraction.jump,
    cst.Continue: Extraction.jump,
    cst.Global: Extraction.scope,
    cst.Nonlocal: Extraction.scope,
}

EXPRESSIONS: dict[type[cst.CSTNode], Callable[[Extraction, Any], ir.Expression]] = {
    cst.Name: Extraction.name,
    cst.Attribute: Extraction.attribute,
    cst.Integer: Extraction.number,
    cst.Float: Extraction.number,
    cst.Imaginary: Extraction.number,
    cst.SimpleString: Extraction.string,
    cst.ConcatenatedString: Extraction.strings,
    cst.FormattedString: Extraction.strings,
    cst.Ellipsis: Extraction.ellipsis,
    cst.Call: Extraction.call,
    cst.Tuple: Extraction.display,
    cst.List: Extraction.display,
    cst.Set: Extraction.display,
    cst.Dict: Extraction.dictionary,
    cst.Subscript: Extraction.subscript,
    cst.BinaryOperation: Extraction.binary,
    cst.UnaryOperation: Extraction.unary,
    cst.Comparison: Extraction.compare,
    cst.BooleanOperation: Extraction.logic,
    cst.IfExp: Extraction.choice,
    cst.Lambda: Extraction.function_value,
    cst.ListComp: Extraction.comprehension,
    cst.SetComp: Extraction.comprehension,
    cst.GeneratorExp: Extraction.comprehension,
    cst.DictComp: Extraction.dict_comprehension,
    cst.NamedExpr: Extraction.walrus,
}
