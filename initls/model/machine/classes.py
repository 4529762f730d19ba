"""Classes of the program: their bases in order, and where an attribute is found."""

from __future__ import annotations

from msgspec import Struct

from initls.facts import ir
from initls.facts.place import BETWEEN, inside, name_of
from initls.knowledge import layers
from initls.model.machine.machine import Run
from initls.model.machine.order import resolution
from initls.model.state.values import (
    ClassValue,
    Either,
    External,
    FunctionValue,
    Known,
    UnitFunction,
    Unknown,
    Value,
    options,
)

DEEPEST_INHERITANCE = 16


class Lineage(Struct, frozen=True):
    """The classes of an object, its own first: units of the program, dotted names of others.

    `layer` is the nearest class of torch, `unresolved` is set where a base could not be found. `veiled` tells that such
    a base may come before torch's: what an assignment or the call of the base constructor does is then its business. A
    mixin named behind `nn.Module` is not asked; were it a module itself, Python would refuse the order.
    """

    names: tuple[str, ...]
    layer: str | None
    unresolved: bool
    veiled: bool


MODULES_ELSEWHERE = {
    "pytorch_lightning.LightningModule": layers.MODULE,
    "pytorch_lightning.core.LightningModule": layers.MODULE,
    "lightning.LightningModule": layers.MODULE,
    "lightning.pytorch.LightningModule": layers.MODULE,
    "lightning.pytorch.core.LightningModule": layers.MODULE,
    "torch.jit.ScriptModule": layers.MODULE,
}
"""Classes that are known to be plain modules under the name of another."""

HARMLESS_BASES = frozenset(
    {"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"}
)
"""Bases that neither build nor write anything."""


PLAIN = ("builtins.", "enum.", "collections.")
"""Beginnings of the names of classes that are no modules, and need not be read for that to be known."""


def linearize(run: Run, value: ClassValue) -> Lineage:
    """The classes of an instance of `value`, nearest first.

    A base of torch contributes itself; what torch derives it from is in the knowledge tables.
    """
    found = _Line()
    found.visit(run, value, 0)
    return Lineage(found.ordered(), found.layer, found.unresolved, found.veiled)


class _Line:
    """A lineage while it is being put together."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.bases: dict[str, list[str]] = {}
        """Of each class of the program, the names of those that its statement derives it from."""
        self.layer: str | None = None
        self.unresolved = False
        self.veiled = False

    def ordered(self) -> tuple[str, ...]:
        """The names in the order in which Python looks them up; as they were met, where it would refuse the bases."""
        bases: dict[str, list[str]] = self.bases
        if all(len(names) < 2 for names in bases.values()):
            return tuple(self.names)
        if layers.MODULE in self.names:
            # What torch derives its layers from is in none of the files.
            own = (name for name in self.names if name != layers.MODULE and layers.layer(name) is not None)
            bases = {**bases, **{name: [layers.MODULE] for name in own if name not in bases}}
        return resolution(self.names[0], bases) or tuple(self.names)

    def visit(self, run: Run, item: Value, depth: int, *, behind: bool = False) -> list[str]:
        """Go on with a class, `behind` one of torch or not; gives the names that it goes by."""
        if isinstance(item, ClassValue):
            return self._of_program(run, item, depth, behind=behind)
        if isinstance(item, External):
            return self._of_library(item, behind=behind)
        if isinstance(item, Either):
            found = [option for option in options(item) if isinstance(option, ClassValue | External)]
            names = self.visit(run, found[0], depth) if found else []
            self.unresolved, self.veiled = self.unresolved or len(found) != 1, self.veiled or len(found) != 1
            return names
        self.unresolved, self.veiled = True, self.veiled or not behind
        return []

    def _of_program(self, run: Run, item: ClassValue, depth: int, *, behind: bool) -> list[str]:
        key = class_key(run, item)
        self._meet(key)
        if depth > DEEPEST_INHERITANCE:
            self.unresolved = self.veiled = True
            return [key]
        derived: list[str] = []
        for base in bases(run, item):
            derived += self.visit(run, base, depth + 1, behind=behind)
            behind = behind or (isinstance(base, External) and layers.canonical(base.name) == layers.MODULE)
        self.bases[key] = derived
        return [key]

    def _of_library(self, item: External, *, behind: bool) -> list[str]:
        name = MODULES_ELSEWHERE.get(item.name, layers.canonical(item.name))
        known_layer = layers.layer(name)
        if known_layer is not None or name.startswith("torch.nn."):
            self._meet(name)
            if self.layer in (None, layers.MODULE):
                self.layer = name if known_layer is not None else layers.MODULE
            if name != item.name and item.name in MODULES_ELSEWHERE and not item.name.startswith("torch."):
                # What it is of a framework counts for who asks; what it does is done by the module in front of it.
                self.names.append(item.name)
                self.bases[item.name] = []
                return [name, item.name]
            return [name]
        if name in HARMLESS_BASES:
            return []
        if not name.startswith(PLAIN):
            self.unresolved, self.veiled = True, self.veiled or not behind
            name = name if "." in name else f".{name}"
        self.names.append(name)
        return [name]

    def _meet(self, name: str) -> None:
        """Put a class behind all that have been met: a base shared by several comes behind them."""
        if name in self.names:
            self.names.remove(name)
        self.names.append(name)


def class_key(run: Run, value: ClassValue) -> str:
    """The name that stands for a class in a lineage: its unit, or for a nested one a name of its own."""
    if value.definition is None:
        return value.unit
    key = f"{value.unit}:{value.definition.site}:{value.name}"
    run.nested[key] = value
    return key


def class_value(key: str) -> Value:
    """The class object behind a key of a lineage, as far as its name goes."""
    if layers.layer(key) is not None or key.startswith("torch."):
        return External(key)
    return ClassValue(key, name_of(key))


def definition(run: Run, value: ClassValue) -> ir.Class | None:
    """The `class` statement of a class."""
    if value.definition is not None:
        return value.definition
    facts = run.reading.facts(value.unit)
    if facts is None:
        return None
    return next((statement for statement in facts.body if isinstance(statement, ir.Class)), None)


def bases(run: Run, value: ClassValue) -> tuple[Value, ...]:
    """The bases of a class, as its statement names them."""
    from initls.model.machine import expressions

    found = definition(run, value)
    if found is None:
        return (Unknown("a class that cannot be read"),)
    key = ("bases", class_key(run, value))
    cached = run.lineages.get(key)
    if cached is None:
        run.enter(value.unit, parent=value.frame)
        try:
            cached = tuple(_base(expressions.evaluate(run, base)) for base in found.bases)
        finally:
            run.leave()
        run.lineages[key] = cached
    return cached


def _base(value: Value) -> Value:
    """A base class; `Generic[T]` comes out of a subscript and means nothing here."""
    if isinstance(value, Unknown | Known) and "item of something" in getattr(value, "reason", ""):
        return External("typing.Generic")
    return value


def find(run: Run, names: tuple[str, ...], wanted: str, *, after: str | None = None) -> Value | None:
    """What a class attribute is bound to, looked up along a lineage, behind `after` where that is given.

    A method of a torch class comes back as its dotted name; None means that no class of the lineage shows it.
    """
    asked = names, wanted, after
    if asked in run.methods:
        return run.methods[asked]
    found = _found(run, names, wanted, after)
    # A class within a function is another one each time, and what an assignment in a class gives is made anew.
    if (found is None or type(found) is UnitFunction) and run.nested.keys().isdisjoint(names):
        run.methods[asked] = found
    return found


def _found(run: Run, names: tuple[str, ...], wanted: str, after: str | None) -> Value | None:
    start = names.index(after) + 1 if after in names else 0
    for key in names[start:]:
        if key not in run.nested and is_dotted(key):
            if after is not None:
                return External(f"{key}.{wanted}")
            continue
        found = _own(run, key, wanted)
        if found is not None:
            return found
    return None


def is_dotted(key: str) -> bool:
    """Whether a key of a lineage, that of no nested class, is the dotted name of a class that is not read."""
    return "." in inside(key) and BETWEEN not in key


def bound_by(run: Run, key: str) -> set[str]:
    """The names that the body of a class of the program binds."""
    return {*_body(run, key), *(() if key in run.nested else run.reading.members(key))}


def _body(run: Run, key: str) -> dict[str, ir.Statement]:
    bound = run.bodies.get(key)
    if bound is None:
        nested = run.nested.get(key)
        bound = run.bodies[key] = _bound(definition(run, ClassValue(key, key) if nested is None else nested))
    return bound


def _own(run: Run, key: str, wanted: str) -> Value | None:
    nested = run.nested.get(key)
    if nested is None and (method := run.reading.members(key).get(wanted)) is not None:
        return UnitFunction(method, key)
    inner = _body(run, key).get(wanted)
    if inner is None:
        return None
    unit = key if nested is None else nested.unit
    if isinstance(inner, ir.Function):
        return FunctionValue(inner, unit, None if nested is None else nested.frame, key)
    from initls.model.machine import lookup

    return lookup.statement_value(run, inner, wanted, unit)


def _bound(statement: ir.Class | None) -> dict[str, ir.Statement]:
    """The functions and assignments in the body of a class, by the names that they bind last."""
    found: dict[str, ir.Statement] = {}
    for inner in () if statement is None else statement.body:
        if isinstance(inner, ir.Function):
            found[inner.name] = inner
        elif isinstance(inner, ir.Assign):
            found.update((target.id, inner) for target in inner.targets if isinstance(target, ir.Name))
    return found


def function_of(run: Run, value: Value) -> ir.Function | ir.Lambda | None:
    """The definition of a function value, read now if it has not been yet."""
    if isinstance(value, FunctionValue):
        return value.function
    if isinstance(value, UnitFunction):
        facts = run.reading.facts(value.unit)
        if facts is not None:
            return next((s for s in facts.body if isinstance(s, ir.Function)), None)
    return None


def _decorated(run: Run, value: Value, names: frozenset[str]) -> bool:
    function = function_of(run, value)
    if not isinstance(function, ir.Function) or not function.decorators:
        return False
    return any(
        (isinstance(decorator, ir.Name) and decorator.id in names)
        or (isinstance(decorator, ir.Attribute) and decorator.name in names)
        for decorator in function.decorators
    )


PROPERTIES = frozenset({"property", "cached_property"})
STATIC = frozenset({"staticmethod"})
CLASS = frozenset({"classmethod"})


def is_property(run: Run, value: Value) -> bool:
    """Whether reading the attribute calls it."""
    return isinstance(value, FunctionValue | UnitFunction) and _decorated(run, value, PROPERTIES)


def is_static(run: Run, value: Value) -> bool:
    """Whether the method gets no receiver."""
    return isinstance(value, FunctionValue | UnitFunction) and _decorated(run, value, STATIC)


def is_class_method(run: Run, value: Value) -> bool:
    """Whether the method gets the class."""
    return isinstance(value, FunctionValue | UnitFunction) and _decorated(run, value, CLASS)
