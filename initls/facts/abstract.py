"""From a tree of Python's own parser to facts, by one typed walk written by hand.

Python's own trees have no layout, which makes reading a text many times faster than libcst can be, and facts have
none either. So what the running Python takes is read here, and found to be of interest or, mostly, not. libcst reads
every segment in which something was found, where each finding gets its place and its repair, and what may be newer than
the running Python.
The facts are those of `initls.facts.extract`, sites and all; tests hold the two to each other.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, TypeVar, cast

from initls.facts import ir
from initls.pattern import pattern
from initls.syntax.guards import Unreadable, mistake
from initls.syntax.segments import Kind, Segment

T = TypeVar("T")

BINARY: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}

UNARY: dict[type[ast.AST], str] = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not"}

LOGIC: dict[type[ast.AST], Literal["and", "or"]] = {ast.And: "and", ast.Or: "or"}

COMPARISON: dict[type[ast.AST], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}

DISPLAYS: dict[type[ast.AST], Literal["tuple", "list", "set"]] = {ast.Tuple: "tuple", ast.List: "list", ast.Set: "set"}

COMPREHENSIONS: dict[type[ast.AST], Literal["list", "set", "generator"]] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "generator",
}

AS_IT_IS = -1
"""What stands for the conversion of a field that has none."""


def tree_of(source: str) -> list[ast.stmt] | SyntaxError | None:
    """The statements of a text, or what is wrong with it; None where Python can't tell.

    The text is not deeper than people write, and holds neither NULs nor half characters.
    """
    found = _asked(ast.parse, source)
    return found.body if isinstance(found, ast.Module) else found


def is_python(source: str) -> bool:
    """Whether Python takes a text, at least as far as it has to look to tell what its names are.

    That makes no tree of objects, which takes twice as long as to find out that there is one.
    """
    from symtable import SymbolTable, symtable  # Nobody but the command line asks, and the server is to start soon.

    return isinstance(_asked(lambda text: symtable(text, "", "exec"), source), SymbolTable)


def _asked(parser: Callable[[str], T], source: str) -> T | SyntaxError | None:
    """What Python makes of a text, or what is wrong with it; None where it can't tell."""
    try:
        with warnings.catch_warnings():
            # What a user's string looks like to Python is no matter of ours.
            warnings.simplefilter("ignore")
            return parser(source)
    except SyntaxError as error:
        # The way that it came by would hold those who keep it.
        return error.with_traceback(None)
    except (ValueError, RecursionError, MemoryError):
        return None


def broken(segment: Segment, error: SyntaxError) -> Unreadable:
    """What Python says is wrong with a segment, and where."""
    return mistake(segment, _LINES.sub("", error.msg), error.lineno or 1)


_LINES = pattern(r" on line \d+| \(detected at line \d+\)")
"""Where Python counts the lines of what it was given, which are none that a user knows."""


def statements(tree: list[ast.stmt], kind: Kind) -> list[ast.stmt]:
    """The statements of a segment of that kind, out of its tree."""
    if not kind.indented:
        return tree
    block = tree[0]
    assert isinstance(block, ast.If)
    return block.body


class Reading:
    """One walk over one segment."""

    __slots__ = ("sites",)

    def __init__(self) -> None:
        """Start with no sites."""
        self.sites = 0

    def site(self) -> ir.Site:
        """Number the next site."""
        self.sites += 1
        return self.sites - 1

    # ----------------------------------------------------------------- statements

    def block(self, statements: Iterable[ast.stmt]) -> tuple[ir.Statement, ...]:
        """The facts of some statements, in order; `pass`, type aliases and what `is_idle` have none."""
        out: list[ir.Statement] = []
        for statement in statements:
            read = STATEMENTS.get(type(statement))
            if read is not None and not (isinstance(statement, ast.Expr) and is_idle(statement.value)):
                out.append(read(self, statement))
        return tuple(out)

    def assign(self, node: ast.Assign) -> ir.Assign:
        site = self.site()
        targets = tuple([self.expression(target) for target in node.targets])
        return ir.Assign(targets, self.expression(node.value), site)

    def annotated(self, node: ast.AnnAssign) -> ir.Statement:
        site = self.site()
        if node.value is None:
            return ir.Evaluate(ir.Constant(None, "NoneType"), site)
        return ir.Assign((self.expression(node.target),), self.expression(node.value), site)

    def augmented(self, node: ast.AugAssign) -> ir.Augment:
        site = self.site()
        target = self.expression(node.target)
        return ir.Augment(target, BINARY[type(node.op)], self.expression(node.value), site)

    def evaluate(self, node: ast.Expr) -> ir.Evaluate:
        site = self.site()
        return ir.Evaluate(self.expression(node.value), site)

    def give_back(self, node: ast.Return) -> ir.Return:
        site = self.site()
        return ir.Return(self.optional(node.value), site)

    def condition(self, node: ast.If) -> ir.If:
        site = self.site()
        test = self.expression(node.test)
        return ir.If(test, self.block(node.body), self.block(node.orelse), site)

    def for_loop(self, node: ast.For | ast.AsyncFor) -> ir.For:
        site = self.site()
        target, iterable = self.expression(node.target), self.expression(node.iter)
        return ir.For(target, iterable, self.block(node.body), self.block(node.orelse), site)

    def while_loop(self, node: ast.While) -> ir.While:
        site = self.site()
        return ir.While(self.expression(node.test), self.block(node.body), self.block(node.orelse), site)

    def with_block(self, node: ast.With | ast.AsyncWith) -> ir.With:
        site = self.site()
        items = tuple([(self.expression(item.context_expr), self.optional(item.optional_vars)) for item in node.items])
        return ir.With(items, self.block(node.body), site)

    def attempt(self, node: ast.Try) -> ir.Try:
        site = self.site()
        body = self.block(node.body)
        handlers = tuple([self.block(handler.body) for handler in node.handlers])
        # The order of the sites is that of the other walk, which reads the end first.
        final = self.block(node.finalbody)
        return ir.Try(body, handlers, self.block(node.orelse), final, site)

    def match(self, node: ast.Match) -> ir.Match:
        site = self.site()
        subject = self.expression(node.subject)
        return ir.Match(subject, tuple([self.block(case.body) for case in node.cases]), site)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ir.Function:
        site = self.site()
        decorators = tuple([self.expression(decorator) for decorator in node.decorator_list])
        parameters = self.parameters(node.args)
        return ir.Function(node.name, parameters, self.block(node.body), decorators, site)

    def klass(self, node: ast.ClassDef) -> ir.Class:
        site = self.site()
        decorators = tuple([self.expression(decorator) for decorator in node.decorator_list])
        bases = tuple([self.expression(base) for base in node.bases])
        keywords = tuple(
            [
                ir.Keyword(keyword.arg, self.expression(keyword.value))
                for keyword in node.keywords
                if keyword.arg is not None
            ]
        )
        return ir.Class(node.name, bases, keywords, self.block(node.body), decorators, site)

    def import_names(self, node: ast.Import) -> ir.Import:
        return ir.Import(tuple([(alias.name, alias.asname) for alias in node.names]), self.site())

    def import_from(self, node: ast.ImportFrom) -> ir.ImportFrom:
        names = tuple([(alias.name, alias.asname) for alias in node.names])
        return ir.ImportFrom(node.module or "", node.level, names, self.site())

    def delete(self, node: ast.Delete) -> ir.Delete:
        site = self.site()
        targets = tuple([self.expression(target) for target in node.targets])
        alone = targets[0] if len(targets) == 1 else None
        return ir.Delete(alone.items if isinstance(alone, ir.Sequence) else targets, site)

    def assertion(self, node: ast.Assert) -> ir.Assert:
        site = self.site()
        return ir.Assert(self.expression(node.test), site)

    def raising(self, node: ast.Raise) -> ir.Raise:
        return ir.Raise(self.site())

    def leave(self, node: ast.Break) -> ir.Jump:
        return ir.Jump("break", self.site())

    def resume(self, node: ast.Continue) -> ir.Jump:
        return ir.Jump("continue", self.site())

    def outer(self, node: ast.Global) -> ir.Scope:
        return ir.Scope("global", tuple(node.names))

    def enclosing(self, node: ast.Nonlocal) -> ir.Scope:
        return ir.Scope("nonlocal", tuple(node.names))

    # ----------------------------------------------------------------- expressions

    def expression(self, node: ast.expr) -> ir.Expression:
        """The facts of one expression."""
        read = EXPRESSIONS.get(type(node))
        if read is None:
            return ir.Opaque(OPAQUE.get(type(node), type(node).__name__))
        return read(self, node)

    def optional(self, node: ast.expr | None) -> ir.Expression | None:
        return None if node is None else self.expression(node)

    def name(self, node: ast.Name) -> ir.Name:
        return ir.Name(node.id)

    def attribute(self, node: ast.Attribute) -> ir.Attribute:
        return ir.Attribute(self.expression(node.value), node.attr)

    def constant(self, node: ast.Constant) -> ir.Constant:
        return ir.Constant(node.value, type(node.value).__name__)

    def joined(self, node: ast.JoinedStr) -> ir.Joined:
        return ir.Joined(tuple([self.expression(part) for part in node.values]))

    def field(self, node: ast.FormattedValue) -> ir.Expression:
        if node.conversion != AS_IT_IS or node.format_spec is not None:
            return ir.Opaque("formatted")
        return self.expression(node.value)

    def starred(self, node: ast.Starred) -> ir.Star:
        return ir.Star(self.expression(node.value))

    def call(self, node: ast.Call) -> ir.Call:
        site = self.site()
        function = self.expression(node.func)
        if not node.keywords:
            return ir.Call(function, tuple([self.expression(argument) for argument in node.args]), (), site)
        arguments: list[ir.Expression] = []
        keywords: list[ir.Keyword] = []
        handed: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            # What is spread may stand behind arguments that have names.
            handed.sort(key=lambda one: (one.lineno, one.col_offset))
        for one in handed:
            if not isinstance(one, ast.keyword):
                arguments.append(self.expression(one))
            elif one.arg is None:
                arguments.append(ir.Star(self.expression(one.value), double=True))
            else:
                keywords.append(ir.Keyword(one.arg, self.expression(one.value)))
        return ir.Call(function, tuple(arguments), tuple(keywords), site)

    def display(self, node: ast.Tuple | ast.List | ast.Set) -> ir.Sequence:
        return ir.Sequence(DISPLAYS[type(node)], tuple([self.expression(element) for element in node.elts]))

    def dictionary(self, node: ast.Dict) -> ir.Mapping:
        pairs = zip(node.keys, node.values, strict=True)
        return ir.Mapping(tuple([(self.optional(key), self.expression(value)) for key, value in pairs]))

    def subscript(self, node: ast.Subscript) -> ir.Subscript:
        site = self.site()
        value = self.expression(node.value)
        return ir.Subscript(value, self.expression(node.slice), site)

    def slice(self, node: ast.Slice) -> ir.Slice:
        return ir.Slice(self.optional(node.lower), self.optional(node.upper), self.optional(node.step))

    def binary(self, node: ast.BinOp) -> ir.Binary:
        site = self.site()
        left = self.expression(node.left)
        return ir.Binary(BINARY[type(node.op)], left, self.expression(node.right), site)

    def unary(self, node: ast.UnaryOp) -> ir.Expression:
        operator, operand = UNARY[type(node.op)], self.expression(node.operand)
        if operator == "-" and isinstance(operand, ir.Constant) and operand.kind in ("int", "float"):
            return ir.Constant(-cast(float, operand.value), operand.kind)
        return ir.Unary(operator, operand)

    def compare(self, node: ast.Compare) -> ir.Compare:
        site = self.site()
        left = self.expression(node.left)
        pairs = zip(node.ops, node.comparators, strict=True)
        return ir.Compare(
            left, tuple([(COMPARISON[type(sign)], self.expression(other)) for sign, other in pairs]), site
        )

    def logic(self, node: ast.BoolOp) -> ir.Expression:
        operator = LOGIC[type(node.op)]
        result = self.expression(node.values[0])
        for value in node.values[1:]:
            result = ir.Logic(operator, result, self.expression(value))
        return result

    def choice(self, node: ast.IfExp) -> ir.Choice:
        test = self.expression(node.test)
        return ir.Choice(test, self.expression(node.body), self.expression(node.orelse))

    def function_value(self, node: ast.Lambda) -> ir.Lambda:
        site = self.site()
        parameters = self.parameters(node.args)
        return ir.Lambda(parameters, self.expression(node.body), site)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> ir.Comprehension:
        site = self.site()
        clauses = self.clauses(node.generators)
        return ir.Comprehension(COMPREHENSIONS[type(node)], None, self.expression(node.elt), clauses, site)

    def dict_comprehension(self, node: ast.DictComp) -> ir.Comprehension:
        site = self.site()
        clauses = self.clauses(node.generators)
        return ir.Comprehension("dict", self.expression(node.key), self.expression(node.value), clauses, site)

    def clauses(self, nodes: Iterable[ast.comprehension]) -> tuple[ir.Clause, ...]:
        out: list[ir.Clause] = []
        for node in nodes:
            target, iterable = self.expression(node.target), self.expression(node.iter)
            out.append(ir.Clause(target, iterable, tuple([self.expression(test) for test in node.ifs])))
        return tuple(out)

    def walrus(self, node: ast.NamedExpr) -> ir.Walrus:
        return ir.Walrus(node.target.id, self.expression(node.value))

    def parameters(self, node: ast.arguments) -> tuple[ir.Parameter, ...]:
        out: list[ir.Parameter] = []

        def read(
            parameters: Sequence[ast.arg | None],
            kind: Literal["positional", "varargs", "keyword", "kwargs"],
            defaults: Sequence[ast.expr | None] = (),
        ) -> None:
            # Only the last ones have defaults where there are fewer of these.
            given = [None] * (len(parameters) - len(defaults)) + list(defaults)
            for parameter, default in zip(parameters, given, strict=True):
                if parameter is not None:
                    value = self.optional(default)
                    out.append(ir.Parameter(parameter.arg, kind, value, self.optional(parameter.annotation)))

        read((*node.posonlyargs, *node.args), "positional", node.defaults)
        read((node.vararg,), "varargs")
        read(node.kwonlyargs, "keyword", node.kw_defaults)
        read((node.kwarg,), "kwargs")
        return tuple(out)


# Each handler takes the one node type that stands beside it; the tables are typed loosely because a
# mapping from a type to a function of that type cannot be spelled.
def is_idle(node: ast.expr) -> bool:
    """Whether nothing comes of an expression that is a statement: documentation, or the beginning of something.

    A name with dots is what most lines are while they are typed, and would be news at every letter.
    """
    if isinstance(node, ast.Attribute):
        return is_idle(node.value)
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, str | bytes | bool)
    return isinstance(node, ast.Name)


STATEMENTS: dict[type[ast.AST], Callable[[Reading, Any], ir.Statement]] = {
    ast.Assign: Reading.assign,
    ast.AnnAssign: Reading.annotated,
    ast.AugAssign: Reading.augmented,
    ast.Expr: Reading.evaluate,
    ast.Return: Reading.give_back,
    ast.If: Reading.condition,
    ast.For: Reading.for_loop,
    ast.AsyncFor: Reading.for_loop,
    ast.While: Reading.while_loop,
    ast.With: Reading.with_block,
    ast.AsyncWith: Reading.with_block,
    ast.Try: Reading.attempt,
    ast.Match: Reading.match,
    ast.FunctionDef: Reading.function,
    ast.AsyncFunctionDef: Reading.function,
    ast.ClassDef: Reading.klass,
    ast.Import: Reading.import_names,
    ast.ImportFrom: Reading.import_from,
    ast.Delete: Reading.delete,
    ast.Assert: Reading.assertion,
    ast.Raise: Reading.raising,
    ast.Break: Reading.leave,
    ast.Continue: Reading.resume,
    ast.Global: Reading.outer,
    ast.Nonlocal: Reading.enclosing,
}
if (star := getattr(ast, "TryStar", None)) is not None:  # Python 3.11 and newer.
    STATEMENTS[star] = Reading.attempt

EXPRESSIONS: dict[type[ast.AST], Callable[[Reading, Any], ir.Expression]] = {
    ast.Name: Reading.name,
    ast.Attribute: Reading.attribute,
    ast.Constant: Reading.constant,
    ast.JoinedStr: Reading.joined,
    ast.FormattedValue: Reading.field,
    ast.Starred: Reading.starred,
    ast.Call: Reading.call,
    ast.Tuple: Reading.display,
    ast.List: Reading.display,
    ast.Set: Reading.display,
    ast.Dict: Reading.dictionary,
    ast.Subscript: Reading.subscript,
    ast.Slice: Reading.slice,
    ast.BinOp: Reading.binary,
    ast.UnaryOp: Reading.unary,
    ast.Compare: Reading.compare,
    ast.BoolOp: Reading.logic,
    ast.IfExp: Reading.choice,
    ast.Lambda: Reading.function_value,
    ast.ListComp: Reading.comprehension,
    ast.SetComp: Reading.comprehension,
    ast.GeneratorExp: Reading.comprehension,
    ast.DictComp: Reading.dict_comprehension,
    ast.NamedExpr: Reading.walrus,
}

OPAQUE: dict[type[ast.AST], str] = {ast.YieldFrom: "Yield"}
"""The names of what is not read, where libcst has another one for it."""
