"""What a segment says: a small tree of frozen values, free of layout and of positions.

The records mirror Python's own statements and expressions, reduced to what can bear on the state of a model.
They carry no positions, so that a comment or a blank line changes none of them.
Whatever a finding may have to point at carries a *site*: a number, unique within its segment, given in program order.
`initls.facts.sites` finds the text of a site again.

Equal text gives equal facts, equal facts may come from different texts, and every value here can be pickled.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Site: TypeAlias = int
"""The number of a statement, call or operation within its segment, in program order."""


# --------------------------------------------------------------------------- expressions


class Name(Struct, frozen=True, gc=False):
    """A bare name that is read."""

    id: str


class Attribute(Struct, frozen=True, gc=False):
    """`value.name`."""

    value: Expression
    name: str


class Constant(Struct, frozen=True, gc=False):
    """A literal: None, a boolean, a number, a string or bytes, or `...`."""

    value: object
    kind: str
    """The name of the literal's type, so that `1`, `1.0` and `True` are three different facts."""


class Star(Struct, frozen=True, gc=False):
    """`*value` or, where `double` is set, `**value` in a call or a display."""

    value: Expression
    double: bool = False


class Keyword(Struct, frozen=True, gc=False):
    """`name=value` in a call."""

    name: str
    value: Expression


class Call(Struct, frozen=True, gc=False):
    """`function(arguments, keywords)`; a `Star` may stand among the arguments, double ones included."""

    function: Expression
    arguments: tuple[Expression, ...]
    keywords: tuple[Keyword, ...]
    site: Site


class Sequence(Struct, frozen=True, gc=False):
    """A tuple, list or set display."""

    kind: Literal["tuple", "list", "set"]
    items: tuple[Expression, ...]


class Mapping(Struct, frozen=True, gc=False):
    """A dict display; a key of None marks `**value`."""

    items: tuple[tuple[Expression | None, Expression], ...]


class Subscript(Struct, frozen=True, gc=False):
    """`value[index]`; several indices are a `Sequence` of kind tuple."""

    value: Expression
    index: Expression
    site: Site


class Slice(Struct, frozen=True, gc=False):
    """`lower:upper:step` inside a subscript."""

    lower: Expression | None
    upper: Expression | None
    step: Expression | None


class Binary(Struct, frozen=True, gc=False):
    """`left operator right`, the operator as it is written: `+`, `@`, `//` and so on."""

    operator: str
    left: Expression
    right: Expression
    site: Site


class Unary(Struct, frozen=True, gc=False):
    """`-operand`, `+operand`, `~operand` or `not operand`."""

    operator: str
    operand: Expression


class Compare(Struct, frozen=True, gc=False):
    """`left op right op right ...`, operators as written (`is not`, `not in` with one blank)."""

    left: Expression
    rest: tuple[tuple[str, Expression], ...]
    site: Site


class Logic(Struct, frozen=True, gc=False):
    """`left and right`, `left or right`."""

    operator: Literal["and", "or"]
    left: Expression
    right: Expression


class Choice(Struct, frozen=True, gc=False):
    """`then if test else otherwise`."""

    test: Expression
    then: Expression
    otherwise: Expression


class Lambda(Struct, frozen=True, gc=False):
    """`lambda parameters: body`."""

    parameters: tuple[Parameter, ...]
    body: Expression
    site: Site


class Clause(Struct, frozen=True, gc=False):
    """One `for target in iterable if tests` of a comprehension."""

    target: Expression
    iterable: Expression
    tests: tuple[Expression, ...]


class Comprehension(Struct, frozen=True, gc=False):
    """A list, set, dict comprehension or generator; `key` is there for a dict alone."""

    kind: Literal["list", "set", "dict", "generator"]
    key: Expression | None
    element: Expression
    clauses: tuple[Clause, ...]
    site: Site


class Joined(Struct, frozen=True, gc=False):
    """An f-string: its literal pieces are constants, the rest are the expressions in braces."""

    parts: tuple[Expression, ...]


class Walrus(Struct, frozen=True, gc=False):
    """`(name := value)`."""

    name: str
    value: Expression


class Opaque(Struct, frozen=True, gc=False):
    """An expression that the analysis does not read (`await`, `yield`, templates), with the reason."""

    reason: str


Expression: TypeAlias = (
    Name
    | Attribute
    | Constant
    | Star
    | Call
    | Sequence
    | Mapping
    | Subscript
    | Slice
    | Binary
    | Unary
    | Compare
    | Logic
    | Choice
    | Lambda
    | Comprehension
    | Joined
    | Walrus
    | Opaque
)


# --------------------------------------------------------------------------- statements


class Parameter(Struct, frozen=True, gc=False):
    """One parameter of a function."""

    name: str
    kind: Literal["positional", "varargs", "keyword", "kwargs"]
    """`positional` also stands for positional-only; `keyword` for what follows a `*`."""
    default: Expression | None = None
    annotation: Expression | None = None


class Assign(Struct, frozen=True, gc=False):
    """`target = target = value`; an annotated assignment with a value is one too."""

    targets: tuple[Expression, ...]
    value: Expression
    site: Site


class Augment(Struct, frozen=True, gc=False):
    """`target op= value`, the operator without its `=`."""

    target: Expression
    operator: str
    value: Expression
    site: Site


class Evaluate(Struct, frozen=True, gc=False):
    """An expression that stands as a statement."""

    value: Expression
    site: Site


class Return(Struct, frozen=True, gc=False):
    """`return value`."""

    value: Expression | None
    site: Site


class If(Struct, frozen=True, gc=False):
    """`if test: body else: otherwise`; an `elif` is an `If` alone in `otherwise`."""

    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    site: Site


class For(Struct, frozen=True, gc=False):
    """`for target in iterable: body else: otherwise`."""

    target: Expression
    iterable: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    site: Site


class While(Struct, frozen=True, gc=False):
    """`while test: body else: otherwise`."""

    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    site: Site


class With(Struct, frozen=True, gc=False):
    """`with context as target, ...: body`."""

    items: tuple[tuple[Expression, Expression | None], ...]
    body: tuple[Statement, ...]
    site: Site


class Try(Struct, frozen=True, gc=False):
    """`try: body except: handlers else: otherwise finally: final`."""

    body: tuple[Statement, ...]
    handlers: tuple[tuple[Statement, ...], ...]
    otherwise: tuple[Statement, ...]
    final: tuple[Statement, ...]
    site: Site


class Match(Struct, frozen=True, gc=False):
    """`match subject: case ...`; patterns are not read, so every case may be the one."""

    subject: Expression
    cases: tuple[tuple[Statement, ...], ...]
    site: Site


class Function(Struct, frozen=True, gc=False):
    """`def name(parameters): body`."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...]
    site: Site


class Class(Struct, frozen=True, gc=False):
    """`class name(bases): body`.

    For a class at column 0 the body holds the statements of the head alone: its methods are segments of their own.
    """

    name: str
    bases: tuple[Expression, ...]
    keywords: tuple[Keyword, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...]
    site: Site


class Import(Struct, frozen=True, gc=False):
    """`import dotted.name as alias, ...`."""

    names: tuple[tuple[str, str | None], ...]
    site: Site


class ImportFrom(Struct, frozen=True, gc=False):
    """`from ..module import name as alias, ...`; the name `*` stands alone in a star import."""

    module: str
    level: int
    names: tuple[tuple[str, str | None], ...]
    site: Site


class Delete(Struct, frozen=True, gc=False):
    """`del target, ...`."""

    targets: tuple[Expression, ...]
    site: Site


class Assert(Struct, frozen=True, gc=False):
    """`assert test`."""

    test: Expression
    site: Site


class Raise(Struct, frozen=True, gc=False):
    """`raise ...`."""

    site: Site


class Jump(Struct, frozen=True, gc=False):
    """`break` or `continue`."""

    kind: Literal["break", "continue"]
    site: Site


class Scope(Struct, frozen=True, gc=False):
    """`global names` or `nonlocal names`."""

    kind: Literal["global", "nonlocal"]
    names: tuple[str, ...]


Statement: TypeAlias = (
    Assign
    | Augment
    | Evaluate
    | Return
    | If
    | For
    | While
    | With
    | Try
    | Match
    | Function
    | Class
    | Import
    | ImportFrom
    | Delete
    | Assert
    | Raise
    | Jump
    | Scope
)


class Facts(Struct, frozen=True, gc=False):
    """The statements of one segment in program order, with the fingerprint that stands for them."""

    body: tuple[Statement, ...]
    fingerprint: bytes
