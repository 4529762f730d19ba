"""What a call does: functions and classes of the program here, torch's and Python's own in modules of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from initls.facts import ir
from initls.facts.place import name_of
from initls.knowledge import layers
from initls.model.effects import (
    construction,
    dataflow,
    declared,
    foreign,
    forward,
    lifecycle_calls,
    methods,
    records,
    sharding,
    torch_calls,
    unguarded,
    warming,
)
from initls.model.machine import (
    asked,
    branches,
    classes,
    expressions,
    handing,
    iteration,
    lookup,
    objects,
    questions,
    statements,
    use,
)
from initls.model.machine.machine import DEEPEST_CALL, Run, Unreachable
from initls.model.state.contents import Default
from initls.model.state.events import EmptyInit
from initls.model.state.regions import Quantity
from initls.model.state.state import State, join
from initls.model.state.values import (
    NONE,
    Absent,
    Arguments,
    Bound,
    ClassValue,
    Declared,
    DictRef,
    Either,
    External,
    FunctionValue,
    Keywords,
    Known,
    ModuleRef,
    ParameterRef,
    Partial,
    Super,
    Tensor,
    Tuple,
    UnitFunction,
    Unknown,
    Value,
    either,
    likely,
    options,
)

DEEPEST_DESCENT = 10
"""How often a function that goes down a tree of modules may call itself."""

MOST_TARGETS = 4
"""Callees that a call with several possible ones is followed into."""


def call_expression(run: Run, node: ir.Call) -> Value:
    """Evaluate a call: the function, then the arguments, then the call itself."""
    if type(node.function) is ir.Name and node.function.id == "super" and not node.keywords:
        return _super(run, node)
    function = expressions.evaluate(run, node.function)
    arguments: list[Value] = []
    keywords: Keywords = {}
    open = False
    for argument in node.arguments:
        if type(argument) is not ir.Star:
            arguments.append(expressions.evaluate(run, argument))
            continue
        spread = expressions.evaluate(run, argument.value)
        if argument.double:
            open = _spread_keywords(run, spread, keywords) or open
        else:
            found = iteration.items(run, spread)
            arguments.extend(found.values)
            open = open or found.open
    for keyword in node.keywords:
        keywords[keyword.name] = expressions.evaluate(run, keyword.value)
    if open:
        keywords["**"] = Unknown("further arguments")
    given = tuple(arguments)
    if type(node.function) is ir.Attribute:
        name = node.function.name
        lifecycle_calls.note(run, function, name, node.site)
        if run.declaring is not None:
            declared.heard(run, run.declaring, function, name)
        if name == "apply":
            handing.look(run, node, function, given)
    asked.written_to(run, node, function, given)
    if run.watch.guarded is not None:
        unguarded.look(run, node, function, given)
    result = call(run, function, given, keywords, node.site)
    if run.visit is not None:
        questions.of_text(run, node, result)
    return result


def _spread_keywords(run: Run, spread: Value, keywords: Keywords) -> bool:
    if not isinstance(spread, DictRef):
        return True
    entries = run.entries(spread)
    for key, value in entries.values:
        if isinstance(key, Known) and isinstance(key.value, str):
            keywords[key.value] = iteration.present(value)
    return entries.open


def _super(run: Run, node: ir.Call) -> Value:
    frame = run.frame
    receiver, owner = frame.receiver, frame.owner
    while receiver is None and frame.parent is not None:
        frame = run.frames[frame.parent]
        receiver, owner = frame.receiver, frame.owner
    if len(node.arguments) == 2:
        named = expressions.evaluate(run, node.arguments[0])
        receiver = expressions.evaluate(run, node.arguments[1])
        key = classes.class_key(run, named) if isinstance(named, ClassValue) else None
        # A class that the object is not of would raise: then its name stands for another one only elsewhere, as where
        # a module puts something else in the place of a class that lacks its library.
        owner = key if isinstance(receiver, ModuleRef) and key in run.module(receiver).classes else owner
    if isinstance(receiver, ModuleRef) and owner is not None:
        return Super(receiver, owner)
    return Unknown("super outside a method")


def call(run: Run, function: Value, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """Call a value."""
    do = CALL.get(type(function))
    if do is None:
        return not_followed(run, arguments, keywords, site, "a call that is not followed")
    return do(run, function, arguments, keywords, site)


def _call_external(run: Run, function: External, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return torch_calls.call_external(run, function.name, arguments, keywords, site)


def _call_declared(run: Run, function: Declared, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if run.declaring is None:
        return not_followed(run, arguments, keywords, site, "a call that is not followed")
    return declared.apply(run, run.declaring, function, arguments, keywords, site)


def _call_bound(run: Run, function: Bound, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    receiver, method = function.receiver, function.method
    if isinstance(method, str):
        if run.declaring is not None and isinstance(receiver, Declared):
            return declared.method(run, run.declaring, receiver, method, arguments, keywords, site)
        if run.declaring is not None and isinstance(receiver, ModuleRef):
            return declared.base_method(run, run.declaring, receiver, method, arguments, keywords, site)
        return methods.call_method(run, receiver, method, arguments, keywords, site)
    if classes.is_class_method(run, method) and isinstance(receiver, ModuleRef):
        owner = classes.class_value(run.module(receiver).own_class)
        return call_function(run, method, (owner, *arguments), keywords, site)
    return call_function(run, method, (receiver, *arguments), keywords, site)


def _call_partial(run: Run, function: Partial, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    merged = {**dict(function.keywords), **keywords}
    return call(run, function.function, (*function.arguments, *arguments), merged, site)


def not_followed(run: Run, arguments: Arguments, keywords: Keywords, site: int, reason: str) -> Value:
    """The result of code that is not followed, which may have changed what it was given."""
    values = (*arguments, *keywords.values())
    if run.declaring is not None:
        for value in values:
            declared.doubt(run, run.declaring, value)
    if run.graph is not None:
        return dataflow.unknown_operation(run, values, site)
    run.escape(values, site, reason)
    return Unknown(reason)


def _call_either(run: Run, function: Either, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    targets = [
        (index < function.likely, option)
        for index, option in enumerate(function.options)
        if not isinstance(option, Absent) and option != NONE
    ][:MOST_TARGETS]
    if run.graph is not None and any(is_likely for is_likely, _ in targets):
        # What a signal goes through is what the model was built with; other options would make another model.
        targets = [(is_likely, option) for is_likely, option in targets if is_likely]
    if not targets:
        return not_followed(run, arguments, keywords, site, "a call that is not followed")
    if len(targets) == 1 and run.graph is not None:
        return call(run, targets[0][1], arguments, keywords, site)
    if run.graph is None and len(targets) > 1:
        receivers = [target.receiver for _, target in targets if isinstance(target, Bound)]
        there = [option for option in function.options if not isinstance(option, Absent) and option != NONE]
        if len(receivers) == len(there) and objects.one_of(run, receivers):
            return _call_each(run, targets, arguments, keywords, site)
    before, certain = run.now, run.now.certain
    result: Value | None = None
    outcome: State | None = None
    doubtful = sum(is_likely for is_likely, _ in targets) > 1
    for index, (is_likely, target) in enumerate(targets):
        run.state = before.fork() if index < len(targets) - 1 else before
        run.state.likely = run.state.likely and is_likely
        run.state.certain = run.state.certain and len(targets) == 1
        run.doubts += doubtful
        try:
            found = call(run, target, arguments, keywords, site)
        except Unreachable:
            continue
        finally:
            run.doubts -= doubtful
        result = found if result is None else either(result, found, second_likely=is_likely)
        outcome = join(outcome, run.state)
    run.state = outcome
    if outcome is None:
        raise Unreachable
    outcome.certain = certain
    if run.graph is not None and isinstance(result, Either):
        node = dataflow.node_of(run, run.graph, result)
        if node is not None:
            return Tensor(dataflow.NOT_FOLLOWED, node=node)
    return result or Unknown("no call")


def _call_each(
    run: Run, targets: Sequence[tuple[bool, Value]], arguments: Arguments, keywords: Keywords, site: int
) -> Value:
    """Call the same method of whichever is there of objects that are never there together: each one's, if it is."""
    result: Value | None = None
    for is_likely, target in targets:
        before = run.now.likely
        run.now.likely = before and is_likely
        found = call(run, target, arguments, keywords, site)
        run.now.likely = before
        result = found if result is None else either(result, found, second_likely=is_likely)
    return result or NONE


# --------------------------------------------------------------------------- functions of the program


def call_function(
    run: Run, value: FunctionValue | UnitFunction, arguments: Arguments, keywords: Keywords, site: int
) -> Value:
    """Run a function of the program."""
    if value.owner is None and not run.reading.ours(value.unit) and not _may_initialize(arguments, keywords):
        known = foreign.call(run, name_of(value.unit), arguments, keywords, site)
        return known or not_followed(run, arguments, keywords, site, f"{name_of(value.unit)} of another package")
    function = classes.function_of(run, value)
    if function is None:
        return not_followed(run, arguments, keywords, site, "a function whose text cannot be read")
    constructor = isinstance(function, ir.Function) and function.name == "__init__"
    if constructor and value.owner is not None and not arguments and not keywords:
        raise Unreachable  # `Base.__init__()`: there is no object to construct.
    depth = sum([frame.unit == value.unit for frame in run.stack])
    # What a constructor makes is new; what it is made from tells whether it goes down anything.
    given = arguments[1:] if constructor else arguments
    if len(run.stack) > DEEPEST_CALL or depth > _deepest(given, keywords) + constructor:
        return not_followed(run, arguments, keywords, site, "calls within calls beyond what is followed")
    if run.graph is None and isinstance(function, ir.Function) and branches.is_empty(function):
        run.note(EmptyInit, site, function=function.name)
    outer_path = run.path
    place = run.place(site)
    run.called.add(value.unit)
    owner = value.owner
    receiver = arguments[0] if owner is not None and arguments else None
    parent = value.frame if isinstance(value, FunctionValue) else None
    first = function.site if isinstance(function, ir.Lambda) else 0
    frame = run.enter(value.unit, parent=parent, owner=owner, receiver=receiver, site=first)
    run.path = (*outer_path, place)
    certain, likely = run.now.certain, run.now.likely
    try:
        bind_parameters(run, function.parameters, arguments, keywords)
        if isinstance(function, ir.Lambda):
            return expressions.evaluate(run, function.body)
        statements.execute(run, function.body)
        if run.state is not None:
            frame.returns.append((run.state, NONE))
        result = join_returns(run, frame.returns)
        # Whatever the tests in there say, this is how it comes back, and a way that raises is not meant to be.
        run.now.certain, run.now.likely = certain, likely
        return result
    finally:
        run.leave()
        run.path = outer_path


def _deepest(arguments: Arguments, keywords: Keywords) -> int:
    """How often a function may call itself with these arguments.

    With a module it goes down a tree, which ends. With something unknown nothing shows that it ever does.
    """
    values = (*arguments, *keywords.values())
    if any(isinstance(value, ModuleRef) for value in values):
        return DEEPEST_DESCENT
    return 0 if any(isinstance(option, Unknown) for value in values for option in options(value)) else 3


def _may_initialize(arguments: Arguments, keywords: Keywords) -> bool:
    """Whether a function is given something that it could initialize.

    Of other packages only such helpers are read, and the bases of classes: what else they hold is not ours to follow.
    """
    return any(
        isinstance(option, ModuleRef | ParameterRef)
        for value in (*arguments, *keywords.values())
        for option in options(value)
    )


def join_returns(run: Run, returns: list[tuple[State, Value]]) -> Value:
    """Join the ways in which a function came back."""
    if not returns:
        # Every path raises: what comes behind the call is not reached.
        run.state = None
        raise Unreachable
    run.state, value = returns[0]
    for state, other in returns[1:]:
        first, second = run.state.likely if run.state else True, state.likely
        value = either(value, other, first_likely=first or not second, second_likely=second or not first)
        run.state = join(run.state, state)
    if run.graph is not None and isinstance(value, Either):
        node = dataflow.node_of(run, run.graph, value)
        if node is not None and all(isinstance(option, Tensor | ParameterRef) for option in value.options):
            return Tensor(dataflow.NOT_FOLLOWED, node=node)
    return value


def bind_parameters(
    run: Run, parameters: tuple[ir.Parameter, ...], arguments: Arguments, keywords: Keywords, *, root: bool = False
) -> None:
    """Give the parameters of a function their values; `root` marks the defaults as options that callers may set."""
    names = run.now.frames[run.frame.id]
    left = list(arguments)
    rest = dict(keywords)
    spread = rest.pop("**", None)
    for parameter in parameters:
        match parameter.kind:
            case "varargs":
                names[parameter.name] = Tuple(tuple(left)) if not root else Unknown(f"the arguments *{parameter.name}")
                left = []
            case "kwargs":
                entries = tuple((Known(key, "str"), value) for key, value in rest.items())
                names[parameter.name] = run.new_dict(entries, open=root or spread is not None)
            case _:
                if parameter.kind == "positional" and left:
                    value = left.pop(0)
                elif parameter.name in rest:
                    value = rest.pop(parameter.name)
                elif parameter.default is not None:
                    value = _default(run, parameter.default, soft=root or spread is not None)
                else:
                    apart = Quantity(f"{parameter.name} of {run.frame.unit}") if root else None
                    value = Unknown(f"the argument {parameter.name}", apart)
                annotation = parameter.annotation
                names[parameter.name] = _inert(value) if annotation is not None and _is_plain(annotation) else value


PLAIN = frozenset({"int", "float", "bool", "str", "None"})
"""Types of which no value is a module or holds one."""

GENERIC = frozenset({"Optional", "Union", "Tuple", "List", "Sequence", "tuple", "list"})
"""What makes of such types one of which no value does either."""


def _is_plain(annotation: ir.Expression | None) -> bool:
    """Whether a type is that of numbers or text, of several of them, or of None in their place."""
    match annotation:
        case ir.Name(id=name):
            return name in PLAIN
        case ir.Constant(value=value):
            return value is None or value is ...
        case ir.Binary(operator="|", left=left, right=right):
            return _is_plain(left) and _is_plain(right)
        case ir.Subscript(value=ir.Name(id=name) | ir.Attribute(name=name), index=index) if name in GENERIC:
            return all(map(_is_plain, index.items if isinstance(index, ir.Sequence) else (index,)))
        case _:
            return False


def _inert(value: Value) -> Value:
    """A value of which is told that it is a plain one."""
    if isinstance(value, Either):
        found = dict.fromkeys(map(_inert, value.options))
        usual = dict.fromkeys(map(_inert, likely(value)))
        return Either(tuple(found), len(usual)) if len(found) > 1 else next(iter(found))
    return replace(value, inert=True) if isinstance(value, Unknown) else value


def _default(run: Run, default: ir.Expression, *, soft: bool) -> Value:
    """The default of a parameter. A soft one is what callers get who do not choose."""
    value = expressions.evaluate(run, default)
    if soft and isinstance(value, Known):
        return Known(value.value, value.kind, soft=True)
    return value


# --------------------------------------------------------------------------- classes of the program


def instantiate(run: Run, value: ClassValue, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """Make an object of a class of the program."""
    if not run.reading.ours(value.unit):
        known = foreign.call(run, value.name, arguments, keywords, site)
        return known or not_followed(run, arguments, keywords, site, f"a {value.name} of another package")
    lineage = classes.linearize(run, value)
    if run.declaring is not None:
        ref = declared.instantiate(run, lineage, arguments, keywords, site)
        if ref is not None:
            return ref
    if run.graph is not None and lineage.layer is None and classes.find(run, lineage.names, "__init__") is None:
        record = records.record(run, value.name, arguments, keywords)
        if record is not None:
            return record
    if lineage.layer is None and not lineage.unresolved:
        run.escape((*arguments, *keywords.values()), site, f"{value.name} may change what it is given")
        return Unknown(f"an object of {value.name}", inert=True)
    if len(run.stack) > DEEPEST_CALL or len(run.modules) > 3000:
        run.escape((*arguments, *keywords.values()), site, "construction beyond what is followed")
        return Unknown(f"a {value.name} beyond what is followed")
    layer = lineage.layer
    if layer is None and lineage.unresolved and looks_like_module(run, lineage):
        layer = layers.MODULE
    ref = run.new_module(
        lineage.names, site, layer=layer, unresolved=lineage.unresolved, ready=layer is None or lineage.veiled
    )
    construct(run, ref, lineage, arguments, keywords, site)
    sharding.built(run, ref)
    return ref if run.state is not None else Unknown(f"{value.name} raises")


def construct(
    run: Run, ref: ModuleRef, lineage: classes.Lineage, arguments: Arguments, keywords: Keywords, site: int
) -> None:
    """Run the constructor of an object that has just been made."""
    found = classes.find(run, lineage.names, "__init__")
    if found is not None:
        call(run, lookup.bind(ref, found), arguments, keywords, site)
    elif lineage.unresolved:
        _open(run, ref)
    elif lineage.layer is not None:
        construction.construct_layer(run, ref, lineage.layer, arguments, keywords, site)


def _open(run: Run, ref: ModuleRef) -> None:
    attributes = run.attributes(ref)
    run.now.objects[ref.id] = type(attributes)(attributes.values, open=True, ready=True)


def looks_like_module(run: Run, lineage: classes.Lineage) -> bool:
    """Whether a class whose base could not be found is taken for a module: it has a `forward`, or calls its base's
    constructor and assigns to itself.
    """
    if classes.find(run, lineage.names, "forward") is not None:
        return True
    found = classes.find(run, lineage.names, "__init__")
    if isinstance(found, UnitFunction):
        words = ("super(", "self.")
        return run.reading.mentioned(found.unit, words) == frozenset(words)
    return isinstance(found, FunctionValue)


# --------------------------------------------------------------------------- modules in a forward pass


def call_module(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`module(x)`."""
    if run.graph is None:
        use.note(run, (ref,), site)
        warming.use(run, ref, site)
        for parameter in objects.parameters_below(run, ref):
            if asked.is_unmade(run, parameter):
                made = run.parameters[parameter.id]
                run.write(parameter, Default(made.layer or "", made.name), site, explicit=False)
            run.read(parameter)
        return Tensor(dataflow.NOT_FOLLOWED)
    info = run.module(ref)
    if run.declaring is not None:
        return declared.forward(run, ref, arguments, keywords, site)
    if ref.id in run.hooked:
        return dataflow.unknown_operation(run, (ref, *arguments, *keywords.values()), site)
    found = classes.find(run, info.classes, "forward")
    if found is not None and not isinstance(found, External):
        if len(run.stack) > DEEPEST_CALL:
            return not_followed(run, (ref, *arguments), keywords, site, "a forward beyond what is followed")
        result = call(run, lookup.bind(ref, found), arguments, keywords, site)
        if isinstance(result, Tensor) and result.node is not None:
            run.graph.made_by.setdefault(result.node, ref.id)
        return result
    if info.unresolved:
        return dataflow.unknown_operation(run, (ref, *arguments, *keywords.values()), site)
    return forward.forward(run, ref, arguments, keywords, site)


CALL: dict[type, Callable[[Run, Any, Arguments, Keywords, int], Value]] = {
    External: _call_external,
    ClassValue: instantiate,
    UnitFunction: call_function,
    FunctionValue: call_function,
    Declared: _call_declared,
    Bound: _call_bound,
    Partial: _call_partial,
    ModuleRef: call_module,
    Either: _call_either,
}
"""What it takes to call a value of each kind that can be called."""
