"""What torch's own classes, functions and methods do to the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from initls.knowledge import layers
from initls.knowledge.initializers import (
    CONSTANT_MAKERS,
    EMPTY_MAKERS,
    INITIALIZERS,
    RANDOM_MAKERS,
    TENSOR_WRITES,
    Initializer,
    Maker,
)
from initls.knowledge.layers import Kind
from initls.knowledge.storage import Sharing, relative
from initls.knowledge.tensors import Category
from initls.knowledge.tensors import operation as tensor_operation
from initls.knowledge.wrappers import wrapper
from initls.model import calls, classes, dataflow, expressions, iteration, lookup, objects, pythons, visitors
from initls.model.contents import Constant, Content, Default, Garbage, Loaded, Random, Structured
from initls.model.contents import Unknown as UnknownContent
from initls.model.machine import EarlyAssignment, Run, SuperCall
from initls.model.state import Attributes, Items
from initls.model.values import (
    ABSENT,
    NONE,
    Absent,
    ClassValue,
    DictRef,
    Either,
    External,
    FunctionValue,
    Known,
    ListRef,
    Many,
    ModuleRef,
    ParameterRef,
    Tensor,
    Tuple,
    UnitFunction,
    Unknown,
    Value,
    Walk,
    either,
    options,
)

Arguments = tuple[Value, ...]
Keywords = dict[str, Value]

PARAMETER = "torch.nn.Parameter"


# --------------------------------------------------------------------------- plain values for the tables


def plain(run: Run, value: Value) -> tuple[object, bool]:
    """A value as the knowledge tables take it, and whether it is known."""
    if isinstance(value, Known):
        return value.value, True
    if isinstance(value, Tuple | ListRef):
        found = iteration.items(run, value)
        if not found.open and not any(isinstance(item, Many) for item in found.values):
            return tuple(plain(run, item)[0] for item in found.values), True
    if isinstance(value, ModuleRef | External | ClassValue | FunctionValue):
        return value, True
    return None, False


def number(value: Value | None) -> float | None:
    """A number that the program shows, and that is no option's default."""
    if isinstance(value, Known) and isinstance(value.value, int | float) and not isinstance(value.value, bool):
        return None if value.soft else float(value.value)
    return None


# --------------------------------------------------------------------------- functions by name


def call_external(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """Call something that an import, or Python itself, brought in."""
    initializer = INITIALIZERS.get(name)
    if initializer is not None:
        return initialize(run, initializer, arguments, keywords, site)
    if name.endswith((".__init__", ".__init_subclass__")):
        return base_constructor(run, name.removesuffix(".__init__"), arguments, keywords, site)
    layer = layers.layer(name)
    if layer is not None:
        ref = run.new_module((layer.name,), site, layer=layer.name)
        construct_layer(run, ref, layer.name, arguments, keywords, site)
        return ref
    special = SPECIAL.get(name)
    if special is not None:
        return special(run, arguments, keywords, site)
    for makers in (CONSTANT_MAKERS, RANDOM_MAKERS, EMPTY_MAKERS):
        maker = makers.get(name)
        if maker is not None:
            return make_tensor(run, maker, arguments, keywords, site)
    if name.startswith("builtins."):
        return pythons.call_builtin(run, name.removeprefix("builtins."), arguments, keywords, site)
    if name in pythons.FUNCTIONS:
        return pythons.FUNCTIONS[name](run, arguments, keywords, site)
    if wrapper(name) is not None and arguments:
        return wrap(run, name, arguments, keywords, site)
    owner, _, method = name.rpartition(".")
    if layers.layer(owner) is not None and arguments and isinstance(arguments[0], ModuleRef):
        return call_method(run, arguments[0], method, arguments[1:], keywords, site)
    op = tensor_operation(name)
    if op is not None:
        if run.graph is not None:
            return dataflow.function(run, op, arguments, keywords, site)
        return made_by_operation(run, name, op.category, arguments, site)
    if name.startswith(HARMLESS):
        if run.graph is not None and any(expressions.is_tensor(value) for value in arguments):
            return dataflow.unknown_operation(run, (*arguments, *keywords.values()), site)
        return Unknown(f"the result of {name}")
    return calls.not_followed(run, arguments, keywords, site, f"{name} may change what it is given")


HARMLESS = (
    "torch.optim.", "torch.utils.data.", "torch.save", "torch.manual_seed", "torch.cuda.", "torch.backends.",
    "torch.no_grad", "torch.enable_grad", "torch.set_grad_enabled", "torch.inference_mode", "torch.device",
    "torch.Generator", "torch.Size", "torch.jit.is_scripting", "torch.jit.annotate", "torch.tensor", "torch.as_tensor",
    "torch.from_numpy", "torch.linspace", "torch.arange", "torch.linalg.", "torch.autograd.", "torch.distributed.",
    "torch._assert", "torch.float", "torch.finfo", "torch.is_", "torch.get_", "torch.set_", "torch.nn.functional.",
    "torch.seed", "torch.random.", "torch.sparse", "torch.fft.", "torch.special.", "torch.testing.", "torch.library",
    "numpy.", "np.", "math.", "logging.", "warnings.", "os.", "sys.", "time.", "typing.", "collections.", "itertools.",
    "functools.", "random.", "json.", "re.", "dataclasses.", "pathlib.", "abc.", "operator.", "inspect.", "einops.",
    "scipy.", "torchvision.transforms.", "torchvision.datasets.", "matplotlib.", "tqdm", "argparse.", "string.",
)  # fmt: skip
"""Beginnings of names whose functions leave the parameters that they are given as they are."""


# --------------------------------------------------------------------------- writes


def initialize(run: Run, initializer: Initializer, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """A call of a function of `torch.nn.init`."""
    bound = _bind(initializer.signature, arguments, keywords)
    tensor = bound.get("tensor", Unknown("no tensor"))
    content = initializer_content(run, initializer, bound)
    targets = [option for option in options(tensor) if isinstance(option, ParameterRef)]
    unfollowed = any(isinstance(option, Unknown) for option in options(tensor))
    for target in targets:
        run.write(target, content, site, must=len(targets) == 1 and not unfollowed)
    return tensor


def _bind(signature: tuple[tuple[str, object], ...], arguments: Arguments, keywords: Keywords) -> Keywords:
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
                return UnknownContent("the value is a tensor")
            return Constant(number(value))
        case "eye" | "dirac":
            return Structured(initializer.kind)
        case kind:
            arguments = {name: value for name, value in bound.items() if name not in ("tensor", "generator")}
            spread = _no_spread(kind, arguments)
            if spread is not None:
                return Constant(spread, by=initializer.name)
            return Random(kind, tuple((name, _shown(value)) for name, value in arguments.items()))


def _shown(value: Value) -> float | str | bool | None:
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
            if run.parameters[value.id].trainable and not isinstance(content, Constant | Structured):
                return Loaded("another tensor")
            return content
        return UnknownContent("values of another tensor")
    if isinstance(value, Unknown):
        return UnknownContent(value.reason)
    return UnknownContent("a value that is not followed")


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
    if sign == "*" and isinstance(after, Constant) and after.value == 0:
        return Constant(0.0)
    if isinstance(before, Random | Default) and isinstance(after, Constant) and (sign in "+-" or after.value != 0):
        return Random("changed", (("scaled", True),))
    return UnknownContent("changed in place")


def write_method(
    run: Run, ref: ParameterRef, method: str, arguments: Arguments, keywords: Keywords, site: int
) -> Value:
    """`tensor.method_(...)`."""
    if method == "requires_grad_":
        freeze(run, (ref,), arguments[0] if arguments else keywords.get("requires_grad", Known(True, "bool")))
        return ref
    row = TENSOR_WRITES[method]
    position = row.position if row.position is not None else 0
    given = arguments[position] if position < len(arguments) else keywords.get(row.keyword or "other")
    match row.kind:
        case "metadata":
            return ref
        case "constant":
            value = Constant(row.value) if row.value is not None else content_of(run, given or NONE)
            run.write(ref, value, site)
        case "copy":
            run.write(ref, content_of(run, given or Unknown("nothing given")), site)
        case "random":
            bound = _bind(row.signature, arguments, keywords)
            low, high = number(bound.get("from")), number(bound.get("to"))
            if row.distribution == "normal" and number(bound.get("std")) == 0:
                run.write(ref, Constant(number(bound.get("mean")), by=method), site)
            elif row.distribution == "uniform" and low is not None and low == high:
                run.write(ref, Constant(low, by=method), site)
            else:
                shown = tuple((name, _shown(value)) for name, value in bound.items())
                run.write(ref, Random(row.distribution or "random", shown), site)
        case "partial":
            part = ParameterRef(ref.id, "…", ref.copy)
            run.write(part, UnknownContent("some elements are written"), site)
        case "modify":
            sign = {"mul_": "*", "div_": "/", "add_": "+", "sub_": "-"}.get(method, "?")
            content = modified(run, ref, sign, given) if given is not None else UnknownContent("changed in place")
            run.read(ref)
            run.write(ref, content, site)
    return ref


def freeze(run: Run, values: tuple[Value, ...], flag: Value) -> None:
    """`requires_grad = flag` on parameters."""
    thawed = isinstance(flag, Known) and bool(flag.value)
    ids = {ref.id for value in values for ref in objects.parameters_below(run, value)}
    run.now.frozen = run.now.frozen - ids if thawed else run.now.frozen | ids


# --------------------------------------------------------------------------- tensors


def make_tensor(run: Run, maker: Maker, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`torch.zeros(...)` and its like: a tensor with an identity, so that later writes to it are seen."""
    shape = _shape(run, maker, arguments, keywords)
    content: Content
    if maker.kind == "constant":
        fill = keywords.get("fill_value")
        if fill is None and maker.fill is not None and maker.fill < len(arguments):
            fill = arguments[maker.fill]
        content = Constant(maker.value) if maker.value is not None else content_of(run, fill or NONE)
    elif maker.kind == "random":
        content = Random(maker.distribution or "random")
    elif maker.kind == "empty":
        data = arguments[0] if len(arguments) == 1 else None
        content = Structured("data") if isinstance(data, ListRef) else Garbage()
    else:
        content = Structured(maker.name)
    if run.graph is not None:
        return Tensor(content, node=run.graph.add("unknown", dataflow.nodes_in(run, run.graph, Tuple(arguments))))
    return run.new_parameter(site, content, shape=shape, trainable=False, explicit=True)


def _shape(run: Run, maker: Maker, arguments: Arguments, keywords: Keywords) -> tuple[int | None, ...] | None:
    if maker.size is None:
        like = arguments[maker.like or 0] if arguments else None
        return run.parameters[like.id].shape if isinstance(like, ParameterRef) and like.region is None else None
    sizes = arguments[maker.size :] if maker.many else arguments[maker.size : maker.size + 1]
    if "size" in keywords:
        sizes = (keywords["size"],)
    if len(sizes) == 1 and isinstance(sizes[0], Tuple | ListRef):
        found = iteration.items(run, sizes[0])
        if found.open:
            return None
        sizes = found.values
    elif len(sizes) == 1 and not isinstance(sizes[0], Known):
        return None  # One argument that is not known may be a size or a tuple of them.
    return (
        tuple(value.value if isinstance(value, Known) and isinstance(value.value, int) else None for value in sizes)
        or None
    )


def made_by_operation(run: Run, name: str, category: Category, arguments: Arguments, site: int) -> Value:
    """The result of an operation on tensors while a model is built."""
    for argument in arguments:
        if isinstance(argument, ParameterRef):
            run.read(argument)
    first = arguments[0] if arguments else NONE
    short = name.rpartition(".")[2]
    if short in ("repeat", "expand", "tile", "stack", "cat", "concat"):
        return Tensor(_repeated(run, first))
    kinds = {Category.ADD: ("add", "+"), Category.MULTIPLY: ("multiply", "*"), Category.RESHAPE: ("reshape", "")}
    kind, sign = kinds.get(category, ("unknown", ""))
    operands = arguments[:2] if kind != "reshape" else arguments[:1]
    return dataflow.operation(run, kind, operands, site, sign=sign)


def _repeated(run: Run, value: Value) -> Content:
    values = iteration.items(run, value).values if isinstance(value, Tuple | ListRef) else (value,)
    contents = {content_of(run, item) for item in values}
    only = contents.pop() if len(contents) == 1 else None
    return only if isinstance(only, Constant | Random) else dataflow.NOT_FOLLOWED


def parameter(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`nn.Parameter(data)`: the same memory, which is trained from now on."""
    data = arguments[0] if arguments else keywords.get("data", NONE)
    trained = keywords.get("requires_grad", arguments[1] if len(arguments) > 1 else Known(True, "bool"))
    if run.graph is not None and isinstance(data, Tensor):
        return data
    if isinstance(data, ParameterRef) and data.region is None and not data.copy:
        info = run.parameters[data.id]
        if info.trainable:  # A second parameter over the same memory: what it is called is decided anew.
            ref = run.new_parameter(site, content_of(run, data), shape=info.shape, explicit=True)
        else:
            run.parameters[data.id] = replace(info, trainable=True, place=run.place(site), path=run.path)
            ref = data
    else:
        content = Garbage() if data == NONE else content_of(run, data)
        ref = run.new_parameter(site, content, explicit=True)
    if not (isinstance(trained, Known) and bool(trained.value)):
        run.now.frozen |= {ref.id}
    return ref


# --------------------------------------------------------------------------- layers


def construct_layer(run: Run, ref: ModuleRef, name: str, arguments: Arguments, keywords: Keywords, site: int) -> None:
    """Run the constructor of a class of torch on an object."""
    layer = layers.layer(name)
    attributes = run.attributes(ref)
    run.now.objects[ref.id] = Attributes(attributes.values, attributes.open, ready=True)
    if layer is None:
        run.now.objects[ref.id] = Attributes(attributes.values, open=True, ready=True)
        return
    if layer.kind is Kind.CONTAINER:
        fill_container(run, ref, layer.name, arguments, keywords)
        return
    bound = _layer_arguments(run, layer, arguments, keywords)
    info = run.modules[ref.id]
    run.modules[ref.id] = replace(info, arguments={**bound, **info.arguments})
    for attribute, argument in layer.holds:
        value = bound.get(argument)
        if isinstance(value, ModuleRef):
            run.set_attribute(ref, attribute, value)
    make_layer(run, ref, layer, bound, site)
    own_reset = classes.find(run, info.classes, "reset_parameters")
    if own_reset is not None and not isinstance(own_reset, External) and layer.name != layers.MODULE:
        calls.call(run, lookup.bind(ref, own_reset), (), {}, site)


def _layer_arguments(run: Run, layer: layers.Layer, arguments: Arguments, keywords: Keywords) -> dict[str, object]:
    spread = "**" in keywords
    given = {name: value for name, value in keywords.items() if name != "**"}
    bound = layers.bind(
        layer, [plain(run, value)[0] for value in arguments], {k: plain(run, v)[0] for k, v in given.items()}
    )
    places = [name for name, _ in layer.signature if name not in layer.keyword_only]
    for name, value in (*zip(places, arguments, strict=False), *given.items()):
        if not plain(run, value)[1]:
            bound.pop(name, None)
    if spread:
        shown = {*places[: len(arguments)], *given}
        bound = {name: value for name, value in bound.items() if name in shown}
    return bound


def make_layer(run: Run, ref: ModuleRef, layer: layers.Layer, bound: dict[str, object], site: int) -> None:
    """The parameters and children that a constructor of torch makes."""
    for spec in layers.parameters(layer, bound):
        present = spec.present(bound)
        if present is False:
            run.set_attribute(ref, spec.name, NONE)
            continue
        constant = spec.default.constant(bound)
        content: Content = Constant(constant) if constant is not None else Default(layer.name, spec.name)
        if layer.lazy:
            content = UnknownContent("it has no values before the first batch")
        value: Value = run.new_parameter(
            site,
            content,
            owner=ref.id,
            name=spec.name,
            role=spec.role,
            layer=layer.name,
            shape=spec.shape(bound),
            making=True,
        )
        if present is None:
            value = either(value, NONE)
        run.set_attribute(ref, spec.name, value)
    for child in layers.children(layer, bound):
        if child.present is False:
            continue
        inner = layers.layer(child.layer)
        if inner is None:
            continue
        made = run.new_module((inner.name,), site, layer=inner.name, arguments=dict(child.args))
        make_layer(run, made, inner, dict(child.args), site)
        for name, default in child.written:
            written = run.attributes(made).values.get(name)
            constant = default.constant(child.args)
            for option in options(written) if written is not None else ():
                if isinstance(option, ParameterRef):
                    content = Constant(constant) if constant is not None else Random(default.kind)
                    run.write(option, content, site, explicit=False)
        _attach(run, ref, child.attribute, made, child.present is True, site)
    if layer.rewrites:
        for _, found, _ in objects.named_parameters(run, ref):
            shape = run.parameters[found.id].shape
            if shape is None or len(shape) > 1:
                run.write(found, Random("xavier_uniform"), site, explicit=False)


def _attach(run: Run, ref: ModuleRef, dotted: str, made: ModuleRef, sure: bool, site: int) -> None:
    """Set a child by its dotted path, making the containers that the path leads through."""
    *steps, last = dotted.split(".")
    for step in steps:
        inner = run.attributes(ref).values.get(step)
        if not isinstance(inner, ModuleRef):
            inner = run.new_module(("torch.nn.ModuleList",), site, layer="torch.nn.ModuleList")
            run.set_attribute(ref, step, inner)
        ref = inner
    run.set_attribute(ref, last, made if sure else either(made, NONE))


def base_constructor(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`super().__init__(...)` or `nn.Module.__init__(self, ...)` where it leads to a class outside the program."""
    if not arguments or not isinstance(arguments[0], ModuleRef):
        return NONE
    ref, *rest = arguments
    assert isinstance(ref, ModuleRef)
    run.supers.append(SuperCall(run.place(site), run.path, ref.id))
    if layers.layer(name) is not None:
        construct_layer(run, ref, name, tuple(rest), keywords, site)
        return NONE
    attributes = run.attributes(ref)
    run.now.objects[ref.id] = Attributes(attributes.values, open=attributes.open or "." in name, ready=True)
    if not name.startswith("torch."):
        run.escape((ref,), site, f"the constructor of {name} is not followed")
    return NONE


# --------------------------------------------------------------------------- containers


def fill_container(run: Run, ref: ModuleRef, name: str, arguments: Arguments, keywords: Keywords) -> None:
    """What `Sequential`, `ModuleList`, `ModuleDict` and the parameter containers are given to hold."""
    if "**" in keywords:
        _open(run, ref)
    if name == "torch.nn.Sequential":
        first = arguments[0] if len(arguments) == 1 else None
        if isinstance(first, DictRef):
            _update(run, ref, first)
            return
        _extend(run, ref, Items(arguments))
    elif name in ("torch.nn.ModuleList", "torch.nn.ParameterList"):
        if arguments:
            extend_container(run, ref, iteration.items(run, arguments[0]))
    elif name in ("torch.nn.ModuleDict", "torch.nn.ParameterDict") and arguments:
        _update(run, ref, arguments[0])


def _open(run: Run, ref: ModuleRef) -> None:
    attributes = run.attributes(ref)
    run.now.objects[ref.id] = Attributes(attributes.values, open=True, ready=attributes.ready)


def _update(run: Run, ref: ModuleRef, value: Value) -> None:
    if isinstance(value, DictRef):
        entries = run.entries(value)
        pairs = [(key, found) for key, found in entries.values]
        if entries.open:
            _open(run, ref)
    else:
        found_items = iteration.items(run, value)
        pairs = [(i.items[0], i.items[1]) for i in found_items.values if isinstance(i, Tuple) and len(i.items) == 2]
        if found_items.open or len(pairs) < len(found_items.values):
            _open(run, ref)
    for number_, (key, found) in enumerate(pairs):
        shown = str(key.value) if isinstance(key, Known) else f"?{number_}"
        run.set_attribute(ref, shown, found)


def extend_container(run: Run, ref: ModuleRef, items: Items) -> None:
    """Append to a list of modules."""
    _extend(run, ref, items)


def _extend(run: Run, ref: ModuleRef, items: Items) -> None:
    start = len(run.attributes(ref).values)
    for index, item in enumerate(items.values):
        run.set_attribute(ref, str(start + index), item.item if isinstance(item, Many) else item)
    if items.open:
        _open(run, ref)


# --------------------------------------------------------------------------- attributes of modules


def set_attribute(run: Run, owner: Value, name: str, value: Value, site: int) -> None:
    """`owner.name = value`."""
    for target in options(owner):
        if isinstance(target, ParameterRef):
            if name == "data":
                run.write(target, content_of(run, value), site, must=not isinstance(owner, Either))
            elif name == "requires_grad":
                freeze(run, (target,), value)
        elif isinstance(target, ModuleRef):
            _set_module_attribute(run, target, name, value, site, sure=not isinstance(owner, Either))


def _set_module_attribute(run: Run, ref: ModuleRef, name: str, value: Value, site: int, *, sure: bool) -> None:
    if run.graph is not None:
        run.graph.outputs.extend(dataflow.nodes_in(run, run.graph, value))
        run.now.objects[ref.id] = run.attributes(ref).with_value(name, value)
        return
    early(run, ref, name, value, site)
    before = run.attributes(ref).values.get(name, ABSENT)
    value = adopt(run, ref, name, before, value, site)
    run.set_attribute(ref, name, value if sure else either(before, value))


def adopt(run: Run, ref: ModuleRef, name: str, before: Value, value: Value, site: int) -> Value:
    """A parameter that takes the place of another one of a layer has its part, and its making is a write to it."""
    if not isinstance(value, ParameterRef):
        return value
    info = run.parameters[value.id]
    replaced = [run.parameters[old.id] for old in options(before) if isinstance(old, ParameterRef)]
    if info.owner is None and replaced and replaced[0].id != value.id:
        old = replaced[0]
        run.parameters[value.id] = replace(
            info, role=old.role, layer=old.layer, shape=info.shape or old.shape, owner=ref.id, name=name
        )
    return value


def early(run: Run, ref: ModuleRef, name: str, value: Value, site: int) -> None:
    """Note an assignment that `nn.Module` refuses because its constructor has not run."""
    info = run.module(ref)
    if run.attributes(ref).ready or info.unresolved or info.layer is None:
        return
    found = options(value)
    kind = None
    if all(isinstance(option, ModuleRef) and objects.is_module(run.module(option)) for option in found):
        kind = "module"
    elif all(isinstance(option, ParameterRef) and run.parameters[option.id].trainable for option in found):
        kind = "parameter"
    if kind is not None:
        run.early.append(EarlyAssignment(run.place(site), run.path, name, kind, ref.id))  # type: ignore[arg-type]


# --------------------------------------------------------------------------- methods


def call_method(run: Run, receiver: Value, method: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """Call a method that torch or Python defines."""
    match receiver:
        case ParameterRef():
            return parameter_method(run, receiver, method, arguments, keywords, site)
        case Tensor():
            return tensor_method(run, receiver, method, arguments, keywords, site)
        case ModuleRef() if "." in method:
            return call_external(run, method, (receiver, *arguments), keywords, site)
        case ModuleRef():
            return module_method(run, receiver, method, arguments, keywords, site)
        case _:
            return pythons.call_method(run, receiver, method, arguments, keywords, site)


def parameter_method(
    run: Run, ref: ParameterRef, method: str, arguments: Arguments, keywords: Keywords, site: int
) -> Value:
    """A method of a parameter."""
    if method in TENSOR_WRITES and run.graph is None:
        return write_method(run, ref, method, arguments, keywords, site)
    if method in ("dim", "ndimension"):
        return lookup.parameter_attribute(run, ref, "ndim")
    if method == "size":
        sizes = lookup.parameter_attribute(run, ref, "shape")
        return iteration.item(run, sizes, arguments[0]) if arguments else sizes
    if method in ("numel", "nelement"):
        return Unknown("a number of elements")
    if method in ("new_zeros", "new_ones", "new_full", "new_empty"):
        return call_external(run, f"torch.Tensor.{method}", arguments, keywords, site)
    if run.graph is not None:
        return tensor_method(
            run,
            Tensor(dataflow.NOT_FOLLOWED, node=dataflow.node_of(run, run.graph, ref)),
            method,
            arguments,
            keywords,
            site,
        )
    row = relative(f"torch.Tensor.{method}")
    if row is not None and row.sharing is not Sharing.COPIES:
        region = ref.region if row.whole else f"{ref.region or ''}.{method}"
        split = method in ("chunk", "split", "tensor_split", "unbind", "split_with_sizes", "hsplit", "vsplit")
        part = ParameterRef(ref.id, f"a part by {method}" if split else region, ref.copy)
        return run.new_list((part,), open=True) if split else part
    run.read(ref)
    if method in ("clone", "repeat", "detach_"):
        return Tensor(content_of(run, ref))
    op = tensor_operation(f"torch.Tensor.{method}")
    if op is not None:
        return made_by_operation(run, op.name, op.category, (ref, *arguments), site)
    return Unknown(f"the result of {method}")


def tensor_method(run: Run, value: Tensor, method: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """A method of a tensor that is no parameter."""
    if method in ("size", "dim", "numel", "item", "tolist", "stride", "is_contiguous", "get_device", "data_ptr"):
        return Unknown(f"the result of {method}")
    op = tensor_operation(f"torch.Tensor.{method}")
    if run.graph is not None:
        if op is not None:
            return dataflow.function(run, op, (value, *arguments), keywords, site)
        return dataflow.unknown_operation(run, (value, *arguments, *keywords.values()), site)
    if method in TENSOR_WRITES:
        return Tensor(dataflow.NOT_FOLLOWED)
    if op is not None:
        return made_by_operation(run, op.name, op.category, (value, *arguments), site)
    return Tensor(dataflow.NOT_FOLLOWED)


MethodOfModule = Callable[[Run, ModuleRef, Arguments, Keywords, int], Value]


def module_method(run: Run, ref: ModuleRef, method: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """A method of a module that torch defines; one marked `?` is of a class that could not be found."""
    found = METHODS.get(method)
    if found is not None:
        return found(run, ref, arguments, keywords, site)
    if method in visitors.WALKS:
        recurse = keywords.get("recurse", arguments[-1] if arguments and method.endswith("parameters") else None)
        direct = isinstance(recurse, Known) and recurse.value is False
        return Walk(ref, method, recurse=not direct)
    if method == "forward" and run.graph is not None:
        return forward(run, ref, arguments, keywords, site)
    if method == "?__init__":
        return base_constructor(run, ".unresolved", (ref, *arguments), keywords, site)
    if method.startswith("?"):
        return calls.not_followed(run, (ref, *arguments), keywords, site, f"{method[1:]} is not defined here")
    if method in ("state_dict", "extra_repr", "type", "training", "get_parameter", "named_buffers", "buffers"):
        return Unknown(f"the result of {method}")
    return ref


def _apply(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return visitors.apply(run, ref, arguments[0] if arguments else keywords.get("fn", NONE), site)


def _add_module(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    name = arguments[0] if arguments else keywords.get("name", NONE)
    value = arguments[1] if len(arguments) > 1 else keywords.get("module", keywords.get("param", NONE))
    if isinstance(name, Known) and isinstance(name.value, str):
        set_attribute(run, ref, name.value, value, site)
    else:
        run.set_attribute(ref, f"?{run.order()}", value)
    return NONE


def _register_buffer(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    name = arguments[0] if arguments else keywords.get("name", NONE)
    value = arguments[1] if len(arguments) > 1 else keywords.get("tensor", NONE)
    if isinstance(name, Known) and isinstance(name.value, str):
        info = run.module(ref)
        if not run.attributes(ref).ready and not info.unresolved and info.layer is not None:
            run.early.append(EarlyAssignment(run.place(site), run.path, name.value, "buffer", ref.id))
        run.set_attribute(ref, name.value, value)
    return NONE


def _append(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    _extend(run, ref, Items(arguments))
    return ref


def _extend_method(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if arguments:
        _extend(run, ref, iteration.items(run, arguments[0]))
    return ref


def _insert(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    values = list(run.attributes(ref).values.values())
    if len(arguments) == 2 and isinstance(arguments[0], Known) and isinstance(arguments[0].value, int):
        values.insert(arguments[0].value, arguments[1])
        run.now.objects[ref.id] = Attributes({str(i): v for i, v in enumerate(values)})
    else:
        _open(run, ref)
    return NONE


def _update_method(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if arguments:
        _update(run, ref, arguments[0])
    return NONE


def _load(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    for _, found, _ in objects.named_parameters(run, ref):
        run.write(found, Loaded("a checkpoint"), site)
    return Unknown("what the checkpoint lacks")


def _requires_grad(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    freeze(run, (ref,), arguments[0] if arguments else keywords.get("requires_grad", Known(True, "bool")))
    return ref


def _to_empty(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    for _, found, _ in objects.named_parameters(run, ref):
        run.write(found, Garbage(), site, explicit=False)
    return ref


def _reset(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    for _, found, _ in objects.own_parameters(run, ref):
        info = run.parameters[found.id]
        layer = layers.layer(info.layer) if info.layer else None
        spec = layers.parameter(layer, info.name) if layer else None
        constant = spec.default.constant(run.module(ref).arguments) if spec else None
        content: Content = Constant(constant) if constant is not None else Default(info.layer or "", info.name)
        run.write(found, content, site, explicit=False)
    return NONE


def _get(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if arguments and isinstance(arguments[0], Known) and isinstance(arguments[0].value, str):
        value: Value = ref
        for step in arguments[0].value.split("."):
            value = lookup.attribute(run, value, step)
        return value
    return Unknown("a module by name")


def _items(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    pairs = run.attributes(ref).values.items()
    return run.new_list(tuple(Tuple((Known(name, "str"), value)) for name, value in pairs))


def _values(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return run.new_list(tuple(run.attributes(ref).values.values()))


def _keys(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return run.new_list(tuple(Known(name, "str") for name in run.attributes(ref).values))


def _construct_again(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return base_constructor(run, run.module(ref).layer or layers.MODULE, (ref, *arguments), keywords, site)


def _call_again(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return calls.call_module(run, ref, arguments, keywords, site)


METHODS: dict[str, MethodOfModule] = {
    "apply": _apply,
    "add_module": _add_module,
    "register_module": _add_module,
    "register_parameter": _add_module,
    "register_buffer": _register_buffer,
    "append": _append,
    "extend": _extend_method,
    "insert": _insert,
    "update": _update_method,
    "load_state_dict": _load,
    "requires_grad_": _requires_grad,
    "to_empty": _to_empty,
    "reset_parameters": _reset,
    "_reset_parameters": _reset,
    "get_submodule": _get,
    "get_parameter": _get,
    "items": _items,
    "values": _values,
    "keys": _keys,
    "__init__": _construct_again,
    "__call__": _call_again,
}
"""Methods of modules that change something, or give modules back."""


# --------------------------------------------------------------------------- wrapping, copying, loading


def wrap(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`weight_norm(module)` and its like: the module comes back with a weight that is computed."""
    target = arguments[0]
    for ref in (option for option in options(target) if isinstance(option, ModuleRef)):
        for parameter_name, found, _ in objects.own_parameters(run, ref):
            if parameter_name.startswith("weight"):
                run.write(found, UnknownContent(f"it is computed by {name.rpartition('.')[2]}"), site, explicit=False)
    return target


def _same(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return arguments[0] if arguments else Unknown("nothing given")


def _deepcopy(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if not arguments:
        return Unknown("nothing given")
    return copy_value(run, arguments[0], site, {})


def copy_value(run: Run, value: Value, site: int, done: dict[int, Value]) -> Value:
    """`copy.deepcopy(value)`: modules and parameters of their own, with the values of the originals."""
    if isinstance(value, ModuleRef):
        if value.id in done:
            return done[value.id]
        info = run.module(value)
        made = run.new_module(
            info.classes, site, layer=info.layer, arguments=info.arguments, unresolved=info.unresolved
        )
        done[value.id] = made
        for name, held in run.attributes(value).values.items():
            run.set_attribute(made, name, copy_value(run, held, site, done))
        return made
    if isinstance(value, ParameterRef) and value.region is None:
        info_ = run.parameters[value.id]
        ways = run.now.writes.get(value.id, ())
        ref = run.new_parameter(
            site,
            content_of(run, value),
            role=info_.role,
            layer=info_.layer,
            shape=info_.shape,
            trainable=info_.trainable,
        )
        if ways:
            run.now.writes[ref.id] = ways
        return ref
    if isinstance(value, Either):
        copies = [copy_value(run, option, site, done) for option in value.options]
        result = copies[0]
        for item in copies[1:]:
            result = either(result, item)
        return result
    if isinstance(value, ListRef):
        items = run.items(value)
        return run.new_list(tuple(copy_value(run, item, site, done) for item in items.values), open=items.open)
    return value


def _checkpoint(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if not arguments:
        return Unknown("nothing given")
    rest = {k: v for k, v in keywords.items() if k not in ("use_reentrant", "preserve_rng_state", "context_fn")}
    return calls.call(run, arguments[0], arguments[1:], rest, site)


SPECIAL: dict[str, Callable[[Run, Arguments, Keywords, int], Value]] = {
    PARAMETER: parameter,
    "torch.nn.Buffer": lambda run, arguments, keywords, site: arguments[0] if arguments else NONE,
    "copy.deepcopy": _deepcopy,
    "copy.copy": _deepcopy,
    "torch.compile": _same,
    "torch.jit.script": _same,
    "torch.utils.checkpoint.checkpoint": _checkpoint,
}
"""Functions outside the tables that hand modules or tensors on."""


# --------------------------------------------------------------------------- forward of torch's layers


def forward(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """What a layer of torch makes of its input."""
    graph = run.graph
    assert graph is not None
    info = run.module(ref)
    layer = layers.layer(info.layer or "")
    signal = arguments[0] if arguments else next(iter(keywords.values()), None)
    if layer is None or signal is None:
        return dataflow.unknown_operation(run, (ref, *arguments, *keywords.values()), site)
    place = run.place(site)
    match layer.kind:
        case Kind.AFFINE | Kind.EMBEDDING if layer.name != "torch.nn.Bilinear":
            values = run.attributes(ref).values
            weight = values.get("weight")
            if isinstance(weight, ParameterRef):
                kind = "affine" if layer.kind is Kind.AFFINE else "embedding"
                return dataflow.affine(run, signal, weight, values.get("bias"), site, kind=kind, module=ref.id)
        case Kind.CONTAINER if layer.name == "torch.nn.Sequential":
            return _forward_sequential(run, ref, signal, site)
        case Kind.NORM:
            values = run.attributes(ref).values
            gain, shift = _one(values.get("weight")), _one(values.get("bias"))
            inputs = dataflow.nodes_in(run, graph, signal)
            return Tensor(
                dataflow.NOT_FOLLOWED,
                node=graph.add("norm", inputs, module=ref.id, weight=gain, bias=shift, place=place, name=layer.name),
            )
        case Kind.ACTIVATION:
            slope = info.arguments.get("negative_slope")
            inputs = dataflow.nodes_in(run, graph, signal)
            kind = "softmax" if layer.activation in (None, "softmax", "log_softmax") else "activation"
            return Tensor(
                dataflow.NOT_FOLLOWED,
                node=graph.add(
                    kind,
                    inputs,
                    module=ref.id,
                    activation=layer.activation,
                    slope=float(slope) if isinstance(slope, int | float) else None,
                    place=place,
                ),
            )
        case Kind.DROPOUT:
            rate = info.arguments.get("p")
            inputs = dataflow.nodes_in(run, graph, signal)
            return Tensor(
                dataflow.NOT_FOLLOWED,
                node=graph.add(
                    "dropout",
                    inputs,
                    module=ref.id,
                    rate=float(rate) if isinstance(rate, int | float) else None,
                    name=layer.name,
                ),
            )
        case Kind.POOLING | Kind.RESHAPE:
            inputs = dataflow.nodes_in(run, graph, signal)
            name = "pooling" if layer.kind is Kind.POOLING else "reshape"
            return Tensor(dataflow.NOT_FOLLOWED, node=graph.add(name, inputs, module=ref.id, place=place))
        case Kind.IDENTITY:
            return signal
        case Kind.RECURRENT:
            inputs = dataflow.nodes_in(run, graph, Tuple(arguments))
            out = Tensor(dataflow.NOT_FOLLOWED, node=graph.add("recurrent", inputs, module=ref.id, place=place))
            if layer.name.endswith("Cell"):
                return Tuple((out, out)) if "LSTM" in layer.name else out
            return Tuple((out, Tuple((out, out)) if "LSTM" in layer.name else out))
        case _:
            pass
    return dataflow.unknown_operation(run, (ref, *arguments, *keywords.values()), site)


def _one(value: Value | None) -> int | None:
    found = [option.id for option in options(value) if isinstance(option, ParameterRef)] if value is not None else []
    return found[0] if len(found) == 1 else None


def _forward_sequential(run: Run, ref: ModuleRef, signal: Value, site: int) -> Value:
    attributes = run.attributes(ref)
    for value in attributes.values.values():
        found = [option for option in options(value) if isinstance(option, ModuleRef)]
        if len(found) == len(options(value)):
            signal = calls.call(run, value, (signal,), {}, site)
        elif found:
            # A step that may be missing: what comes behind gets the signal with or without it.
            with_step = calls.call(run, iteration.present(value), (signal,), {}, site)
            signal = either(signal, with_step)
        elif isinstance(value, UnitFunction | Absent):
            continue
        else:
            signal = dataflow.unknown_operation(run, (signal,), site)
    return dataflow.unknown_operation(run, (signal, ref), site) if attributes.open else signal
