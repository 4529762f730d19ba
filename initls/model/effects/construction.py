"""The constructors of torch's own classes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from msgspec.structs import replace

from initls.knowledge import layers
from initls.knowledge.layers import Kind, Role
from initls.knowledge.parameters import MOST_LEVELS
from initls.model.effects import configured, containers, skipping, tensors, torch_calls
from initls.model.machine import calls, classes, iteration, lookup, objects
from initls.model.machine.machine import Run, SuperCall, Unreachable
from initls.model.state.contents import Constant, Content, Default, Random, Unmade
from initls.model.state.regions import Quantity, Size
from initls.model.state.state import Attributes
from initls.model.state.values import (
    NONE,
    Arguments,
    ClassValue,
    Either,
    External,
    FunctionValue,
    Keywords,
    Known,
    ListRef,
    Many,
    ModuleRef,
    ParameterRef,
    Tuple,
    Unknown,
    Value,
    either,
    likely,
    options,
)


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
    if isinstance(value, Either) and len(usual := likely(value)) == 1 and usual[0] != NONE:
        return plain(run, usual[0])  # What it is for callers who choose nothing, as the default of an option is.
    return None, False


def construct_layer(run: Run, ref: ModuleRef, name: str, arguments: Arguments, keywords: Keywords, site: int) -> None:
    """Run the constructor of a class of torch on an object."""
    layer = layers.layer(name)
    attributes = run.attributes(ref)
    run.now.objects[ref.id] = Attributes(attributes.values, attributes.open, ready=True)
    if layer is None:
        run.now.objects[ref.id] = Attributes(attributes.values, open=True, ready=True)
        return
    if layer.kind is Kind.CONTAINER:
        containers.fill_container(run, ref, layer.name, arguments, keywords)
        return
    bound = _layer_arguments(run, layer, arguments, keywords)
    info, quantities = run.modules[ref.id], _quantities(layer, arguments, keywords)
    run.modules[ref.id] = replace(
        info, arguments={**bound, **info.arguments}, quantities={**quantities, **info.quantities}
    )
    run.numbers.update(quantity.name for name, quantity in quantities.items() if name in NUMBERS)
    for attribute, argument in layer.holds:
        value = bound.get(argument)
        if isinstance(value, ModuleRef):
            run.set_attribute(ref, attribute, value)
    make_layer(run, ref, layer, bound, site)
    for attribute, argument, count in layer.clones:
        _clone(run, ref, attribute, bound.get(argument), bound.get(count), site)
    own_reset = classes.find(run, info.classes, "reset_parameters")
    if own_reset is not None and not isinstance(own_reset, External) and layer.name != layers.MODULE:
        calls.call(run, lookup.bind(ref, own_reset), (), {}, site)


def _clone(run: Run, ref: ModuleRef, attribute: str, original: object, count: object, site: int) -> None:
    """The deep copies of a module that a stack makes; two for all of them where their number is not shown."""
    if not isinstance(original, ModuleRef):
        return
    made = run.new_module(("torch.nn.ModuleList",), site, layer="torch.nn.ModuleList")
    shown = isinstance(count, int) and not isinstance(count, bool)
    for index in range(min(count, MOST_LEVELS) if isinstance(count, int) and shown else 2):
        run.set_attribute(made, str(index), torch_calls.copy_value(run, original, site, {}))
    if not shown:
        containers.leave_open(run, made)
    run.set_attribute(ref, attribute, made)


def _layer_arguments(run: Run, layer: layers.Layer, arguments: Arguments, keywords: Keywords) -> dict[str, object]:
    spread = "**" in keywords
    given = {name: value for name, value in keywords.items() if name != "**"}
    placed = [plain(run, value) for value in arguments]
    named = {name: plain(run, value) for name, value in given.items()}
    bound = layers.bind(layer, [value for value, _ in placed], {name: value for name, (value, _) in named.items()})
    places = [name for name, _ in layer.signature if name not in layer.keyword_only]
    values = (*zip(places, arguments, placed, strict=False), *((name, given[name], named[name]) for name in given))
    for name, value, (_, known) in values:
        if not known:
            bound.pop(name, None)
            if name == "normalized_shape" and isinstance(value, Unknown) and value.quantity is not None:
                # What has served as a number is one axis here, of whatever length.
                bound.update({name: (None,)} if value.quantity.name in run.numbers else {})
    if spread:
        shown = {*places[: len(arguments)], *given}
        bound = {name: value for name, value in bound.items() if name in shown}
    return bound


def _quantities(layer: layers.Layer, arguments: Arguments, keywords: Keywords) -> dict[str, Quantity]:
    """The arguments that are sizes which the program names without showing them."""
    places = [name for name, _ in layer.signature if name not in layer.keyword_only]
    given = (*zip(places, arguments, strict=False), *keywords.items())
    sizes = ((name, tensors.size_of(value)) for name, value in given)
    return {name: size for name, size in sizes if isinstance(size, Quantity)}


NUMBERS = (
    "in_features", "out_features", "in_channels", "out_channels", "num_features", "num_channels", "num_embeddings",
    "embedding_dim", "input_size", "hidden_size", "embed_dim", "d_model",
)  # fmt: skip
"""The arguments of layers that are one number, never a tuple."""

UNITS = ("out_features", "out_channels", "hidden_size", "embed_dim", "num_embeddings")
"""The arguments by which layers are told how many units they have, or rows."""


def _sizes(
    spec: layers.ParameterSpec, shape: tuple[int | None, ...] | None, quantities: Mapping[str, Quantity]
) -> tuple[Size | None, ...] | None:
    """The sizes of a parameter's axes, with the first told by name where the number is not shown."""
    units = next((quantities[name] for name in UNITS if name in quantities), None)
    plain = units is not None and spec.groups is None and (spec.out_axis == 0 or spec.role is Role.TABLE)
    if not shape or shape[0] is not None or not plain or units is None:
        return None
    return (units.times(Fraction(spec.blocks)), *shape[1:])


def make_layer(run: Run, ref: ModuleRef, layer: layers.Layer, bound: dict[str, object], site: int) -> None:
    """The parameters and children that a constructor of torch makes."""
    for spec in layers.parameters(layer, bound):
        present = spec.present(bound)
        if present is False:
            run.set_attribute(ref, spec.name, NONE)
            continue
        constant = spec.default.constant(bound)
        content: Content = Constant(constant) if constant is not None else Default(layer.name, spec.name)
        content = skipping.default(run, spec.default.kind, content)
        if layer.lazy:
            content = Unmade("it has no values before the first batch")
        shape = spec.shape(bound)
        value: Value = run.new_parameter(
            site,
            content,
            owner=ref.id,
            name=spec.name,
            role=spec.role,
            layer=layer.name,
            shape=shape,
            sizes=_sizes(spec, shape, run.modules[ref.id].quantities),
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
        arguments = _handed_on(inner, child)
        made = run.new_module((inner.name,), site, layer=inner.name, arguments=arguments)
        make_layer(run, made, inner, arguments, site)
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


def _handed_on(inner: layers.Layer, child: layers.Child) -> dict[str, object]:
    """The arguments of a child; its norms are over the width, which is one axis even where no number is shown."""
    axis = {name: (None,) for name, _ in inner.signature if name == "normalized_shape"}
    return {**axis, **child.args}


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
    if not arguments and not keywords:
        # Without the object it raises. (The modular files of transformers, which are never run, write this on purpose.)
        raise Unreachable
    if not arguments or not isinstance(arguments[0], ModuleRef):
        return NONE
    ref, *rest = arguments
    assert isinstance(ref, ModuleRef)
    run.supers.append(SuperCall(run.place(site), run.path, ref.id))
    if layers.layer(name) is not None:
        construct_layer(run, ref, name, tuple(rest), keywords, site)
        return NONE
    configured.keep(run, ref, name, tuple(rest), keywords, site)
    attributes = run.attributes(ref)
    run.now.objects[ref.id] = Attributes(attributes.values, open=attributes.open or "." in name, ready=True)
    if not name.startswith("torch."):
        run.escape((ref,), site, f"the constructor of {name} is not followed")
    return NONE
