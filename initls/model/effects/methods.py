"""What the methods of torch's modules and tensors do to the state."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from initls.knowledge import layers
from initls.knowledge.initializers import (
    TENSOR_WRITES,
)
from initls.knowledge.skipping import HANDS_BACK
from initls.knowledge.storage import Sharing, relative
from initls.knowledge.tensors import operation as tensor_operation
from initls.model.effects import (
    construction,
    containers,
    cuts,
    dataflow,
    forward,
    loading,
    optimizers,
    parts,
    pythons,
    sharding,
    skipping,
    tensors,
    torch_calls,
    warming,
    writes,
)
from initls.model.machine import assignment, calls, copies, iteration, lookup, objects, visitors
from initls.model.machine.machine import EarlyAssignment, Run
from initls.model.state.contents import Constant, Content, Default, Garbage
from initls.model.state.events import Redrawn
from initls.model.state.state import Attributes, Items
from initls.model.state.values import (
    NONE,
    Arguments,
    Keywords,
    Known,
    ModuleRef,
    ParameterRef,
    Shape,
    Tensor,
    Tuple,
    Unknown,
    Value,
    Walk,
)


def call_method(run: Run, receiver: Value, method: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """Call a method that torch or Python defines."""
    match receiver:
        case ParameterRef():
            return parameter_method(run, receiver, method, arguments, keywords, site)
        case Tensor():
            return tensor_method(run, receiver, method, arguments, keywords, site)
        case ModuleRef() if "." in method:
            return torch_calls.call_external(run, method, (receiver, *arguments), keywords, site)
        case ModuleRef():
            return module_method(run, receiver, method, arguments, keywords, site)
        case _:
            return pythons.call_method(run, receiver, method, arguments, keywords, site)


def parameter_method(
    run: Run, ref: ParameterRef, method: str, arguments: Arguments, keywords: Keywords, site: int
) -> Value:
    """A method of a parameter."""
    if method in TENSOR_WRITES and run.graph is None:
        return writes.write_method(run, ref, method, arguments, keywords, site)
    if method in ("dim", "ndimension"):
        return lookup.parameter_attribute(run, ref, "ndim")
    if method == "size":
        sizes = lookup.parameter_attribute(run, ref, "shape")
        return iteration.item(run, sizes, arguments[0]) if arguments else sizes
    if method in ("numel", "nelement"):
        return Unknown("a number of elements")
    if method in ("new_zeros", "new_ones", "new_full", "new_empty"):
        made = torch_calls.call_external(run, f"torch.Tensor.{method}", arguments, keywords, site)
        return copies.likened(run, ref, made, method)
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
    if copies.converts(run, method, arguments, keywords):
        return copies.copied(run, ref, f"{method}()", site)
    if row is not None and row.sharing is not Sharing.COPIES:
        return parts.relative(run, ref, method, row, arguments, keywords)
    run.read(ref)
    if method == "clone":
        return copies.copied(run, ref, f"{method}()", site)
    op = tensor_operation(f"torch.Tensor.{method}")
    if op is not None:
        return tensors.made_by_operation(run, op.name, op.category, (ref, *arguments), keywords, site)
    return Unknown(f"the result of {method}")


def tensor_method(run: Run, value: Tensor, method: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """A method of a tensor that is no parameter."""
    if method == "size" and value.node is not None:
        shape = Shape("a shape", node=value.node)
        return cuts.size(shape, arguments[0]) if arguments else shape
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
        return tensors.made_by_operation(run, op.name, op.category, (value, *arguments), keywords, site)
    return Tensor(dataflow.NOT_FOLLOWED)


MethodOfModule = Callable[[Run, ModuleRef, Arguments, Keywords, int], Value]


def module_method(run: Run, ref: ModuleRef, method: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """A method of a module that torch defines; one marked `?` is of a class that could not be found."""
    found = _methods().get(method)
    if found is not None:
        return found(run, ref, arguments, keywords, site)
    if method in visitors.WALKS:
        recurse = keywords.get("recurse", arguments[-1] if arguments and method.endswith("parameters") else None)
        direct = isinstance(recurse, Known) and recurse.value is False
        front = keywords.get("prefix", arguments[0] if arguments and method == "named_parameters" else NONE)
        return Walk(ref, method, recurse=not direct, prefixed=front not in (NONE, Known("", "str")))
    if method == "forward" and run.graph is not None:
        return forward.forward(run, ref, arguments, keywords, site)
    if method == "?__init__":
        return construction.base_constructor(run, ".unresolved", (ref, *arguments), keywords, site)
    if method.startswith("?"):
        return calls.not_followed(run, (ref, *arguments), keywords, site, f"{method[1:]} is not defined here")
    if method in ("extra_repr", "type", "training", "get_parameter", "named_buffers", "buffers"):
        return Unknown(f"the result of {method}")
    return ref


def _apply(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return visitors.apply(run, ref, arguments[0] if arguments else keywords.get("fn", NONE), site)


def _add_module(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    name = arguments[0] if arguments else keywords.get("name", NONE)
    value = arguments[1] if len(arguments) > 1 else keywords.get("module", keywords.get("param", NONE))
    if isinstance(name, Known) and isinstance(name.value, str):
        assignment.set_attribute(run, ref, name.value, value, site)
    else:
        run.set_attribute(ref, f"?{run.order()}", value)
    return NONE


def _register_buffer(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    name = arguments[0] if arguments else keywords.get("name", NONE)
    value = arguments[1] if len(arguments) > 1 else keywords.get("tensor", NONE)
    if isinstance(name, Known) and isinstance(name.value, str):
        info = run.module(ref)
        if not run.attributes(ref).ready and info.layer is not None:
            early = EarlyAssignment(run.place(site), run.path, name.value, "buffer", ref.id, run.now.likely)
            run.early.append(early)
        run.set_attribute(ref, name.value, value)
        persistent = arguments[2] if len(arguments) > 2 else keywords.get("persistent")
        if value != NONE and run.now.certain:
            passing = isinstance(persistent, Known) and persistent.value is False
            (run.watch.transient if passing else run.watch.persistent).add(ref.id)
    return NONE


def _append(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    containers.extend(run, ref, Items(arguments))
    return ref


def _extend_method(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if arguments:
        containers.extend(run, ref, iteration.items(run, arguments[0]))
    return ref


def _insert(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    values = list(run.attributes(ref).values.values())
    if len(arguments) == 2 and isinstance(arguments[0], Known) and isinstance(arguments[0].value, int):
        values.insert(arguments[0].value, arguments[1])
        run.now.objects[ref.id] = Attributes({str(i): v for i, v in enumerate(values)})
    else:
        containers.leave_open(run, ref)
    return NONE


def _update_method(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    if arguments:
        containers.update(run, ref, arguments[0])
    return NONE


def _requires_grad(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    writes.freeze(run, (ref,), arguments[0] if arguments else keywords.get("requires_grad", Known(True, "bool")))
    return ref


def _to_empty(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    for _, found, _ in objects.named_parameters(run, ref):
        run.write(found, Garbage(), site, explicit=False)
    return ref


def _reset(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    own = [found for _, found, _ in objects.own_parameters(run, ref)]
    same = True
    for found in own:
        info = run.parameters[found.id]
        layer = layers.layer(info.layer) if info.layer else None
        spec = layers.parameter(layer, info.name) if layer else None
        constant = spec.default.constant(run.module(ref).arguments) if spec else None
        sharding.look(run, found, f"{info.layer}.reset_parameters", site)
        content: Content = Constant(constant) if constant is not None else Default(info.layer or "", info.name)
        same = same and constant is not None
        if spec is None or skipping.default(run, spec.default.kind, content) is content:
            run.write(found, content, site, explicit=False)
    run.note(Redrawn, site, module=ref.id, parameters=tuple([found.id for found in own]), constant=same)
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
    return construction.base_constructor(run, run.module(ref).layer or layers.MODULE, (ref, *arguments), keywords, site)


def _call_again(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    return calls.call_module(run, ref, arguments, keywords, site)


def _hook(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    run.hooked.add(ref.id)
    return Unknown("the handle of a hook")


@cache
def _methods() -> dict[str, MethodOfModule]:
    """Methods of modules that change something, or give modules back; some are of modules that are loaded later."""
    return {
        "register_forward_hook": _hook,
        "register_forward_pre_hook": _hook,
        "register_full_backward_hook": _hook,
        "apply": _apply,
        "add_module": _add_module,
        "register_module": _add_module,
        "register_parameter": _add_module,
        "register_buffer": _register_buffer,
        "append": _append,
        "extend": _extend_method,
        "insert": _insert,
        "update": _update_method,
        "eval": warming.evaluate,
        "train": warming.train,
        "load_state_dict": loading.load,
        "state_dict": loading.read,
        "?add_param_group": optimizers.add_group,
        "?init_module": skipping.init_module,
        **{f"?{name}": skipping.hand_back for name in HANDS_BACK},
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
