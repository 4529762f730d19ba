"""What is written to a parameter: by the functions of `torch.nn.init`, by methods of tensors, by assignment."""

from __future__ import annotations

from initls.knowledge.initializers import (
    TENSOR_WRITES,
    Initializer,
)
from initls.knowledge.numbers import OF_ONE
from initls.model.effects import dataflow, repeats, sharding, skipping
from initls.model.machine import objects
from initls.model.machine.machine import Run
from initls.model.state.contents import Constant, Content, Default, Loaded, Random, Repeated, Structured
from initls.model.state.contents import Unknown as UnknownContent
from initls.model.state.events import Initialized
from initls.model.state.regions import Part
from initls.model.state.values import (
    NONE,
    Arguments,
    Keywords,
    Known,
    ParameterRef,
    Tensor,
    Unknown,
    Value,
    likely,
    options,
)


def number(value: Value | None) -> float | None:
    """A number that the program shows, and that is no option's default."""
    if isinstance(value, Known) and isinstance(value.value, int | float) and not isinstance(value.value, bool):
        return None if value.soft else float(value.value)
    return None


def initialize(
    run: Run, initializer: Initializer, arguments: Arguments, keywords: Keywords, site: int, *, own: bool = True
) -> Value:
    """A call of a function of `torch.nn.init`, or of one that goes by its name and is not torch's `own`."""
    bound = bind_arguments(initializer.signature, arguments, keywords)
    tensor = bound.get("tensor", Unknown("no tensor"))
    content = initializer_content(run, initializer, bound)
    if own and skipping.skips(run, initializer.name):
        return tensor
    if tensor == NONE:
        return tensor  # It raises; what there is to say of it is noted where the None comes from.
    # With a None it would raise, and so is not called on one.
    there = [option for option in options(tensor) if option != NONE]
    targets = [option for option in there if isinstance(option, ParameterRef)]
    lost = all(run.parameters[target.id].computed is not None for target in targets)
    alone = len(targets) == 1 or lost or objects.one_of(run, targets)
    # What an option other than the default would have in its place is no reason to doubt what is there by default.
    before, usual = run.now.likely, [option for option in likely(tensor) if option != NONE]
    followed = not any(isinstance(option, Unknown) for option in usual)
    for target in targets:
        sharding.look(run, target, initializer.name, site)
        run.now.likely = before and target in usual
        run.write(target, content, site, must=followed and (alone or usual == [target]))
    run.now.likely = before
    names = [name for name, _ in initializer.signature]
    run.note(
        Initialized,
        site,
        function=initializer.name,
        arguments={**keywords, **bound},
        given=frozenset([*names[: len(arguments)], *keywords]),
        targets=tuple(targets),
        sure=len(targets) == len(there),
        visitor=run.visit,
        own=own,
        unmet=_is_unmet(run, bound.get("nonlinearity")),
    )
    return tensor


SELF_NORMALIZING = (".selu", "selu(", "SELU", "AlphaDropout")
"""What a file says that applies SELU, or belongs to it."""


def _is_unmet(run: Run, nonlinearity: Value | None) -> bool:
    """Whether weights are drawn for SELU where nothing in the file applies it, as where its gain is only a number."""
    asks = isinstance(nonlinearity, Known) and nonlinearity.value == "selu"
    return asks and not any(run.reading.used(word) for word in SELF_NORMALIZING)


def bind_arguments(signature: tuple[tuple[str, object], ...], arguments: Arguments, keywords: Keywords) -> Keywords:
    """The arguments of a call by name, with the defaults of those that were not given."""
    bound: Keywords = {}
    for (name, _), value in zip(signature, arguments, strict=False):
        bound[name] = value
    for name, default in signature:
        if name in keywords:
            bound[name] = keywords[name]
        elif name not in bound and isinstance(default, int | float | str | None):
            bound[name] = Known(default, type(default).__name__)
    return bound


def initializer_content(run: Run, initializer: Initializer, bound: Keywords) -> Content:
    """What an init function leaves in its tensor."""
    match initializer.kind:
        case "constant":
            if initializer.value is not None:
                return Constant(initializer.value)
            value = bound.get(initializer.value_argument or "val")
            if isinstance(value, Tensor | ParameterRef):
                held = content_of(run, value)
                return held if isinstance(held, Constant) else UnknownContent("the value is a tensor")
            return Constant(number(value))
        case "eye" | "dirac":
            return Structured(initializer.kind)
        case kind:
            arguments = {name: value for name, value in bound.items() if name not in ("tensor", "generator")}
            spread = _no_spread(kind, arguments)
            if spread is not None:
                return Constant(spread, by=initializer.name)
            return Random(kind, tuple((name, shown(value)) for name, value in arguments.items()))


def shown(value: Value | None) -> float | str | bool | None:
    """A number, string or flag that the program shows, the default of an option included."""
    return value.value if isinstance(value, Known) and isinstance(value.value, int | float | str | bool) else None


def _no_spread(kind: str, arguments: Keywords) -> float | None:
    """The constant that a random initializer writes when its spread is plainly zero; `trunc_normal_` raises there."""
    if kind == "normal" and number(arguments.get("std")) == 0:
        return number(arguments.get("mean"))
    if kind == "uniform":
        low, high = number(arguments.get("a")), number(arguments.get("b"))
        return low if low == high else None
    if kind in ("xavier_uniform", "xavier_normal", "orthogonal") and number(arguments.get("gain")) == 0:
        return 0.0
    return None


def content_of(run: Run, value: Value) -> Content:
    """What lands in a tensor that is assigned `value`."""
    if isinstance(value, Known) and isinstance(value.value, int | float):
        return Constant(None if value.soft else float(value.value))
    if isinstance(value, Tensor):
        return value.content
    if isinstance(value, ParameterRef):
        run.read(value)
        contents = {way.content for way in run.now.writes.get(value.id, ())}
        if len(contents) == 1 and value.region is None:
            (content,) = contents
            if isinstance(content, Repeated) and value.viewed:
                return UnknownContent("values of another tensor")
            if run.parameters[value.id].trainable and not isinstance(content, Constant | Structured):
                return Loaded("another tensor")
            return content
        return UnknownContent("values of another tensor")
    if isinstance(value, Unknown):
        return UnknownContent(value.reason)
    return UnknownContent("a value that is not followed")


def landing(run: Run, ref: ParameterRef, value: Value, *, spread: bool = True) -> Content:
    """What a tensor holds that `value` is copied into: what has fewer axes is repeated along the others."""
    content = content_of(run, value)
    if not spread or ref.region is not None:
        return content
    return repeats.broadcast(content, repeats.sizes_of(run, value), repeats.sizes_of(run, ref))


def modified(run: Run, ref: ParameterRef, sign: str, value: Value) -> Content:
    """What an in-place operation leaves of a tensor."""
    found = {way.content for way in run.now.writes.get(ref.id, ())}
    if len(found) != 1:
        return UnknownContent("changed in place")
    before = found.pop()
    after = content_of(run, value)
    if isinstance(before, Constant) and isinstance(after, Constant):
        combined = dataflow._compute(sign, [before.value, after.value])
        return Constant(combined)
    if isinstance(before, Repeated) and isinstance(after, Constant) and (sign in "+-" or after.value != 0):
        return dataflow.scaled(before)
    if sign == "*" and isinstance(after, Constant) and after.value == 0:
        return Constant(0.0)
    if isinstance(before, Random | Default) and isinstance(after, Constant) and (sign in "+-" or after.value != 0):
        return Random("changed", (("scaled", True),))
    return UnknownContent("changed in place")


def of_one(function: str, content: Content) -> Content:
    """What a function of each element by itself makes of what a tensor holds."""
    if function in OF_ONE and isinstance(content, Constant):
        return Constant(None if content.value is None else OF_ONE[function](content.value))
    return UnknownContent("changed in place")


def write_method(
    run: Run, ref: ParameterRef, method: str, arguments: Arguments, keywords: Keywords, site: int
) -> Value:
    """`tensor.method_(...)`."""
    if method == "requires_grad_":
        freeze(run, (ref,), arguments[0] if arguments else keywords.get("requires_grad", Known(True, "bool")))
        return ref
    row = TENSOR_WRITES[method]
    if row.kind in ("constant", "random"):
        names = [name for name, _ in row.signature]
        run.note(
            Initialized,
            site,
            function=f"torch.Tensor.{method}",
            arguments=bind_arguments(row.signature, arguments, keywords),
            given=frozenset([*names[: len(arguments)], *keywords]),
            targets=(ref,),
            sure=True,
            visitor=run.visit,
        )
    if row.kind in ("constant", "random", "copy"):
        sharding.look(run, ref, f"torch.Tensor.{method}", site)
    position = row.position if row.position is not None else 0
    given = arguments[position] if position < len(arguments) else keywords.get(row.keyword or "other")
    match row.kind:
        case "metadata":
            return ref
        case "constant":
            value = Constant(row.value) if row.value is not None else content_of(run, given or NONE)
            run.write(ref, value, site)
        case "copy":
            run.write(ref, landing(run, ref, given or Unknown("nothing given"), spread=method == "copy_"), site)
        case "random":
            bound = bind_arguments(row.signature, arguments, keywords)
            low, high = number(bound.get("from")), number(bound.get("to"))
            if row.distribution == "normal" and number(bound.get("std")) == 0:
                run.write(ref, Constant(number(bound.get("mean")), by=method), site)
            elif row.distribution == "uniform" and low is not None and low == high:
                run.write(ref, Constant(low, by=method), site)
            else:
                told = tuple((name, shown(value)) for name, value in bound.items())
                run.write(ref, Random(row.distribution or "random", told), site)
        case "partial":
            part = ParameterRef(ref.id, Part("some elements"))
            run.write(part, UnknownContent("some elements are written"), site)
        case "modify":
            sign = {"mul_": "*", "div_": "/", "add_": "+", "sub_": "-"}.get(method, "?")
            if given is None:
                content = of_one(method.removesuffix("_"), content_of(run, ref))
            else:
                content = modified(run, ref, sign, given)
            run.read(ref)
            run.write(ref, content, site)
    return ref


def freeze(run: Run, values: tuple[Value, ...], flag: Value) -> None:
    """`requires_grad = flag` on parameters."""
    thawed = isinstance(flag, Known) and bool(flag.value)
    ids = {ref.id for value in values for ref in objects.parameters_below(run, value)}
    run.now.frozen = run.now.frozen - ids if thawed else run.now.frozen | ids
