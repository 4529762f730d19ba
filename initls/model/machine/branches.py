"""The branches by which a visitor tells apart what it meets, read once where they are first met.

A chain of `if` and `elif` asks for classes, or for pieces of the names of classes. What an earlier branch takes, no
later one sees; and of `A or B` only one is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from initls.facts import ir
from initls.knowledge import layers
from initls.knowledge.initializers import INITIALIZERS, TENSOR_WRITES
from initls.model.machine import classes, expressions, lacking
from initls.model.machine.machine import Run
from initls.model.state.events import Dropped, Shadowed
from initls.model.state.values import ClassValue, Either, External, ListRef, Tuple, Value
from initls.model.state.watch import About
from initls.pattern import pattern

INITIALIZER_NAMES = frozenset(name.rpartition(".")[2] for name in INITIALIZERS) | TENSOR_WRITES.keys()
"""The last names of all that initializes when it is called."""


class Test(Struct, frozen=True):
    """One test of what something is. `subject` is how the program names it, `wanted` what is asked for.

    `sole` tells that nothing else has to hold for the branch to be taken.
    """

    subject: ir.Expression
    about: About
    sign: str
    wanted: tuple[Value | str, ...]
    site: int
    sole: bool = True


class Link(Struct, frozen=True):
    """One branch of a chain."""

    node: ir.If
    tests: tuple[Test, ...]


def look(run: Run, node: ir.If) -> None:
    """Read the chain that begins with `node`, unless it has been read already."""
    place = run.place(node.site)
    if place in run.watch.looked:
        return
    chain: list[Link] = []
    found: ir.If | None = node
    while found is not None:
        run.watch.looked.add(run.place(found.site))
        chain.append(Link(found, tuple(_tests(run, found.test, sole=True))))
        following = found.otherwise
        found = following[0] if len(following) == 1 and isinstance(following[0], ir.If) else None
    if not any(link.tests for link in chain):
        return
    for link in chain:
        if initializes(link.node.body):
            asked = (one for one in walk(link.node.test) if isinstance(one, ir.Call | ir.Compare))
            run.watch.initial.update(run.place(one.site) for one in asked)
    for link in chain:
        for test in link.tests:
            if test.about in ("class", "exact class") and len(link.tests) == 1:
                kinds = tuple(kind.name for kind in test.wanted if isinstance(kind, External))
                if len(kinds) == len(test.wanted):
                    lacking.in_branch(run, test.subject, kinds, link.node.body)
    _dropped(run, chain)
    _shadowed(run, chain)


# --------------------------------------------------------------------------- reading tests


def _tests(run: Run, node: ir.Expression, *, sole: bool) -> Iterator[Test]:
    """The tests that have to hold in a condition. Those that `or` joins make one, if they ask of the same thing."""
    match node:
        case ir.Logic(operator="or", left=left, right=right):
            yield from _united(tuple(_tests(run, left, sole=sole)), tuple(_tests(run, right, sole=sole)))
        case ir.Logic(left=left, right=right):
            yield from _tests(run, left, sole=False)
            yield from _tests(run, right, sole=False)
        case ir.Call(function=ir.Name(id="isinstance"), arguments=(subject, kinds), site=site):
            yield Test(subject, "class", "isinstance", _classes(run, kinds), site, sole)
        case ir.Call(
            function=ir.Attribute(value=ir.Name() as subject, name="endswith" | "startswith" as sign),
            arguments=(ir.Constant(value=str() as text),),
            site=site,
        ):
            yield Test(subject, "text", sign, (text,), site, sole)
        case ir.Compare(left=left, rest=((sign, right),), site=site):
            test = _comparison(run, left, sign, right, site)
            if test is not None:
                yield replace(test, sole=sole)


def _united(left: tuple[Test, ...], right: tuple[Test, ...]) -> Iterator[Test]:
    if len(left) == len(right) == 1:
        one, other = left[0], right[0]
        if (one.subject, one.about, one.sign) == (other.subject, other.about, other.sign):
            yield replace(one, wanted=one.wanted + other.wanted, sole=one.sole and other.sole)


def _comparison(run: Run, left: ir.Expression, sign: str, right: ir.Expression, site: int) -> Test | None:
    match left, sign, right:
        case (ir.Call(function=ir.Name(id="type"), arguments=(subject,)), "==" | "is" | "in", kinds):
            return Test(subject, "exact class", sign, _classes(run, kinds), site)
        case (ir.Attribute(value=subject, name="__class__"), "==" | "is" | "in", kinds):
            return Test(subject, "exact class", sign, _classes(run, kinds), site)
        case (
            ir.Call(function=ir.Attribute(value=subject, name="find"), arguments=(ir.Constant(value=str() as text),)),
            "!=" | ">" | ">=",
            ir.Constant(value=0 | -1 as bound),
        ) if (sign == ">=") is (bound == 0):
            return Test(subject, "text", "in", (text,), site)
        case (ir.Constant(value=str() as text), "in", ir.Name() | ir.Attribute() as subject):
            return Test(subject, "text", "in", (text,), site)
        case (ir.Name() | ir.Attribute() as subject, "==", ir.Constant(value=str() as text)):
            return Test(subject, "text", "==", (text,), site)
        case (ir.Name() | ir.Attribute() as subject, "in", ir.Sequence(items=items)):
            texts = tuple(item.value for item in items if isinstance(item, ir.Constant) and isinstance(item.value, str))
            return Test(subject, "text", "==", texts, site) if len(texts) == len(items) else None
        case _:
            return None


def _classes(run: Run, node: ir.Expression) -> tuple[Value, ...]:
    """The classes that an expression names; nothing is done by it."""
    if not _is_plain(node):
        return ()
    return flattened(run, expressions.evaluate(run, node))


def flattened(run: Run, value: Value) -> tuple[Value, ...]:
    """The classes of a tuple or list of classes, or of the class alone."""
    if isinstance(value, Tuple):
        return tuple(one for item in value.items for one in flattened(run, item))
    if isinstance(value, ListRef):
        return tuple(one for item in run.items(value).values for one in flattened(run, item))
    return (value,)


def _is_plain(node: ir.Expression) -> bool:
    match node:
        case ir.Name():
            return True
        case ir.Attribute(value=value):
            return _is_plain(value)
        case ir.Sequence(items=items):
            return all(_is_plain(item) for item in items)
        case ir.Logic(left=left, right=right):
            return _is_plain(left) and _is_plain(right)
        case ir.Binary(operator="|", left=left, right=right):
            return _is_plain(left) and _is_plain(right)
        case _:
            return False


# --------------------------------------------------------------------------- A or B


def _dropped(run: Run, chain: list[Link]) -> None:
    """Note the tests that mean several classes and name one."""
    for link in chain:
        for node in walk(link.node.test):
            match node:
                case ir.Call(function=ir.Name(id="isinstance"), arguments=(_, kinds), site=site):
                    _look_for_dropped(run, kinds, site, exact=False)
                case ir.Compare(
                    left=ir.Call(function=ir.Name(id="type"), arguments=(_,)) | ir.Attribute(name="__class__"),
                    rest=(("==" | "is" | "in" as sign, kinds),),
                    site=site,
                ) if sign != "in" or isinstance(kinds, ir.Sequence):
                    _look_for_dropped(run, kinds, site, exact=True)
                case _:
                    pass


def _look_for_dropped(run: Run, kinds: ir.Expression, site: int, *, exact: bool) -> None:
    for part in kinds.items if isinstance(kinds, ir.Sequence) else (kinds,):
        if isinstance(part, ir.Logic):
            _note_dropped(run, part, site, exact=exact)


def _note_dropped(run: Run, node: ir.Logic, site: int, *, exact: bool) -> None:
    """Note what is lost of `A or B`; with `exact` nothing that derives from a class is taken for it."""
    operands = tuple(_operands(node, node.operator))
    if not all(_is_plain(operand) for operand in operands):
        return
    values = [expressions.evaluate(run, operand) for operand in operands]
    names = [class_name(value) for value in values]
    if not all(is_module_class(run, value) for value in values):
        return
    position = 0 if node.operator == "or" else len(values) - 1
    kept = values[position]
    dropped = tuple(
        dict.fromkeys(
            name
            for value, name in zip(values, names, strict=True)
            if value != kept and (exact or not covers(run, kept, value))
        )
    )
    if dropped:
        run.note(Dropped, site, operator=node.operator, kept=names[position], dropped=dropped)


def _operands(node: ir.Expression, operator: str) -> Iterator[ir.Expression]:
    if isinstance(node, ir.Logic) and node.operator == operator:
        yield from _operands(node.left, operator)
        yield from _operands(node.right, operator)
    else:
        yield node


# --------------------------------------------------------------------------- what earlier branches take


def _shadowed(run: Run, chain: list[Link]) -> None:
    """Note the branches of which nothing is left by those in front of them."""
    for index, link in enumerate(chain):
        if len(link.tests) != 1 or not link.tests[0].wanted or not initializes(link.node.body):
            continue
        test = link.tests[0]
        takers: dict[Value | str, Link] = {}
        for wanted in test.wanted:
            taker = next((before for before in chain[:index] if _takes(run, before, test, wanted)), None)
            if taker is None:
                break
            takers[wanted] = taker
        else:
            first = takers[test.wanted[0]]
            if not any(same(link.node.body, taker.node.body) for taker in takers.values()):
                run.note(
                    Shadowed,
                    test.site,
                    by=run.place(first.tests[0].site),
                    branch=run.place(link.node.site),
                    chain=run.place(first.node.site),
                    wanted=tuple(class_name(wanted) for wanted in test.wanted),
                    takes=tuple(class_name(wanted) for wanted in first.tests[0].wanted),
                )


def _takes(run: Run, before: Link, test: Test, wanted: Value | str) -> bool:
    """Whether an earlier branch takes all that a later one is meant for."""
    if len(before.tests) != 1 or not before.tests[0].sole or before.tests[0].subject != test.subject:
        return False
    earlier = before.tests[0]
    if isinstance(wanted, str):
        if earlier.about != "text" or test.about != "text":
            return False
        texts = [text for text in earlier.wanted if isinstance(text, str)]
        return any(_takes_text(earlier.sign, text, test.sign, wanted) for text in texts)
    if not is_module_class(run, wanted):
        return False
    kinds = [kind for kind in earlier.wanted if not isinstance(kind, str)]
    if earlier.about == "exact class":
        return test.about == "exact class" and any(class_name(kind) == class_name(wanted) for kind in kinds)
    return earlier.about == "class" and any(covers(run, kind, wanted) for kind in kinds)


def _takes_text(sign: str, text: str, other: str, wanted: str) -> bool:
    """Whether every name for which `other` and `wanted` hold is one for which `sign` and `text` do."""
    match sign:
        case "in":
            return text in wanted
        case "endswith":
            return other in ("==", sign) and wanted.endswith(text)
        case "startswith":
            return other in ("==", sign) and wanted.startswith(text)
        case _:
            return other == sign and wanted == text


def class_name(value: Value | str) -> str:
    """How a message names a class, or the text that is looked for in its name."""
    match value:
        case External(name=name):
            return name.replace("torch.nn.modules.", "torch.nn.").replace("torch.nn.", "nn.")
        case ClassValue(name=name):
            return name
        case str():
            return value
        case _:
            return "?"


def is_module_class(run: Run, value: Value) -> bool:
    """Whether a value is a class of modules, of torch or of the program."""
    match value:
        case External(name=name):
            return layers.layer(name) is not None
        case ClassValue():
            lineage = classes.linearize(run, value)
            return lineage.layer is not None
        case _:
            return False


def covers(run: Run, base: Value, value: Value) -> bool:
    """Whether everything that is of class `value` is of class `base` too."""
    if isinstance(base, Either) or isinstance(value, Either):
        return False
    if isinstance(base, External) and isinstance(value, External):
        return layers.subclass(value.name, base.name)
    if isinstance(value, ClassValue):
        names = classes.linearize(run, value).names
        if isinstance(base, ClassValue):
            return classes.class_key(run, base) in names
        if isinstance(base, External):
            return any(layers.subclass(name, base.name) for name in names)
    return False


# --------------------------------------------------------------------------- what code does


def initializes(body: tuple[ir.Statement, ...]) -> bool:
    """Whether statements may write parameters: by an initializer, a method that fills, or an assignment to `data`."""
    for node in walk(body):
        match node:
            case ir.Call(function=ir.Attribute(name=name) | ir.Name(id=name)):
                if name in INITIALIZER_NAMES or "init" in name or name == "reset_parameters":
                    return True
            case ir.Assign(targets=targets):
                if any(isinstance(target, ir.Attribute) and target.name in WRITTEN for target in targets):
                    return True
    return False


def is_empty(function: ir.Function | ir.Lambda) -> bool:
    """Whether a function whose name speaks of initialization does nothing at all."""
    if not isinstance(function, ir.Function) or not all(map(_is_idle, function.body)):
        return False
    # Where a decorator stands, what comes in the function's place may do anything.
    return not function.decorators and NAMED_AFTER_INIT.search(function.name) is not None


def _is_idle(statement: ir.Statement) -> bool:
    return isinstance(statement, ir.Evaluate) and isinstance(statement.value, ir.Constant)


NAMED_AFTER_INIT = pattern(r"(?<!_)_?(?:init|initiali[sz]e|weights_init|reset_parameters)(?:$|_(?!_))")
"""Names of functions that initialize; a constructor is another thing."""

WRITTEN = frozenset({"data", "weight", "bias"})


def walk(node: object) -> Iterator[object]:
    """Every record below a record or a tuple of them, itself included."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting.extend(one)
        elif isinstance(one, Struct):
            yield one
            waiting.extend(getattr(one, name) for name in one.__struct_fields__)


def same(one: object, other: object) -> bool:
    """Whether two pieces of code say the same, wherever they stand."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, Struct) and type(one) is type(other):
        return all(name == "site" or same(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__)
    return one == other
