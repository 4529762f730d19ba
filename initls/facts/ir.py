"""What a segment says: a small tree of frozen values, free of layout and of positions.

The records mirror Python's own statements and expressions, reduced to what can bear on the state of a model.
They carry no positions, so that a comment or a blank line changes none of them.
Whatever a finding may have to point at carries a *site*: a number, unique within its segment, given in program order.
`initls.facts.sites` finds the text of a site again.

Equal text gives equal facts, equal facts may come from different texts, and every value here can be pickled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Site: TypeAlias = int
"""The number of a statement, call or operation within its segment, in program order."""


# --------------------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Name:
    """A bare name that is read."""

    id: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """`value.name`."""

    value: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: None, a boolean, a number, a string or bytes, or `...`."""

    value: object
    kind: str
    """The name of the literal's type, so that `1`, `1.0` and `True` are three different facts."""


@dataclass(frozen=True, slots=True)
class Star:
    """`*value` or, where `double` is set, `**value` in a call or a display."""

    value: Expression
    double: bool = False


@dataclass(frozen=True, slots=True)
class Keyword:
    """`name=value` in a call."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments, keywords)`; a `Star` may stand among the arguments, double ones included."""

    function: Expression
    arguments: tuple[Expression, ...]
    keywords: tuple[Keyword, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Sequence:
    """A tuple, list or set display."""

    kind: Literal["tuple", "list", "set"]
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A dict display; a key of None marks `**value`."""

    items: tuple[tuple[Expression | None, Expression], ...]


@dataclass(frozen=True, slots=True)
class Subscript:
    """`value[index]`; several indices are a `Sequence` of kind tuple."""

    value: Expression
    index: Expression
    site: Site


@dataclass(frozen=True, slots=True)
class Slice:
    """`lower:upper:step` inside a subscript."""

    lower: Expression | None
    upper: Expression | None
    step: Expression | None


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`, the operator as it is written: `+`, `@`, `//` and so on."""

    operator: str
    left: Expression
    right: Expression
    site: Site


@dataclass(frozen=True, slots=True)
class Unary:
    """`-operand`, `+operand`, `~operand` or `not operand`."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right op right ...`, operators as written (`is not`, `not in` with one blank)."""

    left: Expression
    rest: tuple[tuple[str, Expression], ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Logic:
    """`left and right`, `left or right`."""

    operator: Literal["and", "or"]
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Choice:
    """`then if test else otherwise`."""

    test: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Lambda:
    """`lambda parameters: body`."""

    parameters: tuple[Parameter, ...]
    body: Expression
    site: Site


@dataclass(frozen=True, slots=True)
class Clause:
    """One `for target in iterable if tests` of a comprehension."""

    target: Expression
    iterable: Expression
    tests: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Comprehension:
    """A list, set, dict comprehension or generator; `key` is there for a dict alone."""

    kind: Literal["list", "set", "dict", "generator"]
    key: Expression | None
    element: Expression
    clauses: tuple[Clause, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Joined:
    """An f-string: its literal pieces are constants, the rest are the expressions in braces."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Walrus:
    """`(name := value)`."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Opaque:
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


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function."""

    name: str
    kind: Literal["positional", "varargs", "keyword", "kwargs"]
    """`positional` also stands for positional-only; `keyword` for what follows a `*`."""
    default: Expression | None = None
    annotation: Expression | None = None


@dataclass(frozen=True, slots=True)
class Assign:
    """`target = target = value`; an annotated assignment with a value is one too."""

    targets: tuple[Expression, ...]
    value: Expression
    site: Site


@dataclass(frozen=True, slots=True)
class Augment:
    """`target op= value`, the operator without its `=`."""

    target: Expression
    operator: str
    value: Expression
    site: Site


@dataclass(frozen=True, slots=True)
class Evaluate:
    """An expression that stands as a statement."""

    value: Expression
    site: Site


@dataclass(frozen=True, slots=True)
class Return:
    """`return value`."""

    value: Expression | None
    site: Site


@dataclass(frozen=True, slots=True)
class If:
    """`if test: body else: otherwise`; an `elif` is an `If` alone in `otherwise`."""

    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class For:
    """`for target in iterable: body else: otherwise`."""

    target: Expression
    iterable: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class While:
    """`while test: body else: otherwise`."""

    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class With:
    """`with context as target, ...: body`."""

    items: tuple[tuple[Expression, Expression | None], ...]
    body: tuple[Statement, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Try:
    """`try: body except: handlers else: otherwise finally: final`."""

    body: tuple[Statement, ...]
    handlers: tuple[tuple[Statement, ...], ...]
    otherwise: tuple[Statement, ...]
    final: tuple[Statement, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Match:
    """`match subject: case ...`; patterns are not read, so every case may be the one."""

    subject: Expression
    cases: tuple[tuple[Statement, ...], ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Function:
    """`def name(parameters): body`."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Class:
    """`class name(bases): body`.

    For a class at column 0 the body holds the statements of the head alone: its methods are segments of their own.
    """

    name: str
    bases: tuple[Expression, ...]
    keywords: tuple[Keyword, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Import:
    """`import dotted.name as alias, ...`."""

    names: tuple[tuple[str, str | None], ...]
    site: Site


@dataclass(frozen=True, slots=True)
class ImportFrom:
    """`from ..module import name as alias, ...`; the name `*` stands alone in a star import."""

    module: str
    level: int
    names: tuple[tuple[str, str | None], ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Delete:
    """`del target, ...`."""

    targets: tuple[Expression, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class Assert:
    """`assert test`."""

    test: Expression
    site: Site


@dataclass(frozen=True, slots=True)
class Raise:
    """`raise ...`."""

    site: Site


@dataclass(frozen=True, slots=True)
class Jump:
    """`break` or `continue`."""

    kind: Literal["break", "continue"]
    site: Site


@dataclass(frozen=True, slots=True)
class Scope:
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


@dataclass(frozen=True, slots=True)
class Facts:
    """The statements of one segment in program order, with the fingerprint that stands for them."""

    body: tuple[Statement, ...]
    fingerprint: bytes
