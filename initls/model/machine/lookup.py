"""What a name or an attribute stands for."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from msgspec.structs import replace

from initls.facts import ir
from initls.facts.place import file_of, in_file, name_of
from initls.knowledge import layers
from initls.knowledge.elsewhere import CHECKPOINTS, PREFIX
from initls.knowledge.initializers import namesake
from initls.knowledge.numbers import NAMED
from initls.model.effects import dataflow, declared, records
from initls.model.machine import classes
from initls.model.machine.machine import Run
from initls.model.machine.scope import Definition
from initls.model.state.regions import Quantity
from initls.model.state.values import (
    Absent,
    Bound,
    ClassValue,
    Either,
    External,
    FileValue,
    FunctionValue,
    Known,
    ModuleRef,
    ParameterRef,
    Partial,
    Record,
    Shape,
    Super,
    Tensor,
    Tuple,
    UnitFunction,
    Unknown,
    Value,
    either,
    known,
)

BUILTINS = frozenset(dir(builtins))

PLAIN = frozenset({"get", "items", "keys", "values", "to_tuple"})
"""Methods of the objects that models give back."""


def canonical(dotted: str) -> str:
    """The public name of something of torch's; any other name as it is."""
    if not dotted.startswith("torch"):
        return dotted
    if dotted.startswith("torch.nn.modules.") or dotted in layers.LAYERS:
        return layers.canonical(dotted)
    return ALIASES.get(dotted, dotted)


def external(dotted: str) -> Value:
    """What an import brings in under a dotted name: a number that everybody knows, or something of another library."""
    number = NAMED.get(dotted)
    return External(canonical(dotted)) if number is None else known(number)


ALIASES = {
    "torch.nn.parameter.Parameter": "torch.nn.Parameter",
    "torch.nn.parameter.UninitializedParameter": "torch.nn.UninitializedParameter",
    "torch.nn.modules.module.Module": "torch.nn.Module",
}


# --------------------------------------------------------------------------- names


def name(run: Run, wanted: str) -> Value:
    """The value of a bare name: of the function, of those around it, of the module, of Python."""
    now, frame = run.now, run.frame
    while True:
        names = now.names(frame.id)
        found = None if names is None else names.get(wanted)
        if found is not None and type(found) is not Absent:
            return found
        if frame.parent is None:
            break
        frame = run.frames[frame.parent]
    return global_name(run, wanted)


def global_name(run: Run, wanted: str) -> Value:
    """The value of a module-level name, in the file of the function that runs."""
    found = name_in(run, file_of(run.frame.unit), wanted)
    if found is not None:
        return found
    return External(f"builtins.{wanted}") if wanted in BUILTINS else Unknown(f"the name {wanted} is not defined here")


def name_in(run: Run, file: str, wanted: str) -> Value | None:
    """The value of a module-level name of a file; None where the file has no such name."""
    key = in_file(file, wanted)
    if key in run.globals:
        return run.globals[key]
    if key in run.resolving:
        return Unknown(f"{wanted} is defined by itself")
    run.resolving.add(key)
    try:
        value: Value | None = None
        for definition in run.reading.lookup(wanted, file):
            found = _defined(run, definition, wanted)
            value = found if value is None else either(value, found)
        if value is None and wanted not in BUILTINS:
            value = _by_star(run, file, wanted)
    finally:
        run.resolving.discard(key)
    run.globals[key] = value
    return value


def _by_star(run: Run, file: str, wanted: str) -> Value | None:
    """What a name is that `from module import *` may have brought in."""
    for module, level in () if wanted.startswith("_") else run.reading.stars(file):
        if not level and module.partition(".")[0] == "torch":
            if module == "torch.nn" and layers.layer(f"torch.nn.{wanted}") is not None:
                return External(canonical(f"torch.nn.{wanted}"))
            continue
        if not level and run.declaring is not None and declared.row(f"{module}.{wanted}") is not None:
            return External(f"{module}.{wanted}")
        source = run.reading.find(file, module, level)
        found = None if source is None else member(run, source, wanted)
        if found is not None:
            return found
    return None


def _defined(run: Run, definition: Definition, wanted: str) -> Value:
    if definition.kind == "class":
        return ClassValue(definition.unit, wanted)
    if definition.kind == "function":
        return UnitFunction(definition.unit)
    if definition.statement is None:
        return Unknown(f"{wanted} is bound where the analysis does not look")
    return statement_value(run, definition.statement, wanted, definition.unit)


def statement_value(run: Run, statement: ir.Statement, wanted: str, unit: str) -> Value:
    """What one module-level statement binds a name to."""
    from initls.model.machine import expressions

    match statement:
        case ir.Import(names=names):
            return import_value(run, names, wanted, file_of(unit))
        case ir.ImportFrom(module=module, level=level, names=names):
            return import_from_value(run, module, level, names, wanted, file_of(unit))
        case ir.Function():
            return FunctionValue(statement, unit)
        case ir.Class():
            return ClassValue(unit, wanted, statement)
        case ir.Assign(targets=targets, value=value):
            for target in targets:
                if target == ir.Name(wanted):
                    run.enter(unit)
                    try:
                        return expressions.evaluate(run, value)
                    finally:
                        run.leave()
    return Unknown(f"{wanted} is bound in a way that is not followed")


def import_value(run: Run, names: tuple[tuple[str, str | None], ...], wanted: str, file: str) -> Value:
    """What `import dotted as alias` in a file binds `wanted` to."""
    for dotted, alias in names:
        if alias == wanted:
            found = run.reading.find(file, dotted)
            return External(canonical(dotted)) if found is None else FileValue(found)
        if alias is None and dotted.partition(".")[0] == wanted:
            found = run.reading.find(file, wanted)
            return External(wanted) if found is None else FileValue(found)
    return Unknown("not imported")


def import_from_value(
    run: Run, module: str, level: int, names: tuple[tuple[str, str | None], ...], wanted: str, file: str
) -> Value:
    """What `from module import name as alias` in a file binds `wanted` to."""
    for imported, alias in names:
        if (alias or imported) == wanted:
            found = imported_value(run, file, module, level, imported)
            return found or external("." * level + f"{module}.{imported}".lstrip("."))
    return Unknown("not imported")


def imported_value(run: Run, file: str, module: str, level: int, imported: str) -> Value | None:
    """What `from module import imported` in a file gives; None where that is not among the files."""
    if namesake(f".{imported}") is not None:
        # Every package has its own copy of torch's initializers, and all of them do what torch's do.
        return None
    source = run.reading.find(file, module, level)
    if source is not None:
        found = member(run, source, imported)
        if found is not None:
            return found
    below = run.reading.find(file, f"{module}.{imported}".lstrip("."), level)
    return None if below is None else FileValue(below)


def member(run: Run, file: str, wanted: str) -> Value | None:
    """What a file, seen as a module, has under a name: a definition, or a module below a package."""
    if namesake(f".{wanted}") is not None:
        return External(f"initializers.{wanted}")
    path = PurePath(file or run.reading.filename)
    known_as = FRAMEWORKS.get((path.name, wanted))
    if known_as is not None:
        return External(known_as)
    if path.parts[-2:] == ("transformers", "initialization.py"):
        return External(f"{HUGGING_FACE}.{wanted}")
    found = name_in(run, file, wanted)
    if found is not None or path.stem != "__init__":
        return found
    below = run.reading.find(file, wanted, 1)
    return None if below is None else FileValue(below)


HUGGING_FACE = "transformers.initialization"
"""The module of transformers with functions that do what torch's do, but leave alone what has been loaded."""

FRAMEWORKS = {
    ("modeling_utils.py", "PreTrainedModel"): "transformers.PreTrainedModel",
    ("modeling_utils.py", "ModelMixin"): "diffusers.ModelMixin",
    ("base_module.py", "BaseModule"): "mmengine.model.BaseModule",
    ("configuration_utils.py", "ConfigMixin"): "diffusers.ConfigMixin",
    ("output_capturing.py", "maybe_install_capturing_hooks"): (
        "transformers.utils.output_capturing.maybe_install_capturing_hooks"
    ),
    ("modeling_rope_utils.py", "ROPE_INIT_FUNCTIONS"): "transformers.modeling_rope_utils.ROPE_INIT_FUNCTIONS",
}
"""What is known without being read, by the file that defines it.

Of the classes it hangs on what is loaded what they do. The function gives every module below a backbone a hook which
only keeps what comes out of it, and the table is one of functions that compute the frequencies of rotary embeddings.
"""


# --------------------------------------------------------------------------- attributes


def attribute(run: Run, value: Value, wanted: str) -> Value:
    """`value.wanted`."""
    look = ATTRIBUTE.get(type(value))
    return Bound(value, wanted) if look is None else look(run, value, wanted)


def _of_external(run: Run, value: External, wanted: str) -> Value:
    dotted = value.name
    if wanted == "__name__":
        return known(dotted.rpartition(".")[2])
    if dotted.startswith(PREFIX):
        return value if wanted in ("forward", "__call__") else Unknown(f"{wanted} of something from elsewhere")
    return external(f"{dotted}.{wanted}")


def _of_file(run: Run, value: FileValue, wanted: str) -> Value:
    return member(run, value.file, wanted) or Unknown(f"{PurePath(value.file).stem} has no {wanted}")


def _of_super(run: Run, value: Super, wanted: str) -> Value:
    info = run.module(value.receiver)
    found = classes.find(run, info.classes, wanted, after=value.after)
    if found is None:
        return Bound(value.receiver, f"?{wanted}") if info.unresolved else Unknown(f"super has no {wanted}")
    return bind(value.receiver, found)


def _of_record(run: Run, value: Record, wanted: str) -> Value:
    return records.field(run, value, wanted) if wanted not in PLAIN else Bound(value, wanted)


def _of_either(run: Run, value: Either, wanted: str) -> Value:
    result: Value | None = None
    named = any(isinstance(option, Record) for option in value.options)
    for index, option in enumerate(value.options):
        if named and isinstance(option, Tuple):
            continue  # What is asked for by name is not the plain tuple that it might have been.
        if isinstance(option, Absent) or option == Known(None, "NoneType") or lacks(run, option, wanted):
            continue
        here = attribute(run, option, wanted)
        likely = index < value.likely
        result = here if result is None else either(result, here, second_likely=likely)
    return result or Unknown(f"nothing with {wanted}")


def _of_partial(run: Run, value: Partial, wanted: str) -> Value:
    match wanted:
        case "func":
            return value.function
        case "args":
            return Tuple(value.arguments)
        case "keywords":
            given = tuple((known(name), given) for name, given in value.keywords if name != "**")
            return run.new_dict(given, open=len(given) < len(value.keywords))
        case _:
            return Bound(value, wanted)


def _of_function(run: Run, value: FunctionValue, wanted: str) -> Value:
    if wanted != "__name__":
        return Bound(value, wanted)
    return known(value.function.name) if isinstance(value.function, ir.Function) else Unknown("a lambda's name")


def _of_known(run: Run, value: Known, wanted: str) -> Value:
    if value.value is None or hasattr(value.value, wanted):
        return Bound(value, wanted)
    return Unknown(f"a plain value has no {wanted}")


def _of_unknown(run: Run, value: Unknown, wanted: str) -> Value:
    # `config.hidden_size` is as little known as `config`, but not the same number as `config.depth`.
    quantity = value.quantity
    return value if quantity is None else Unknown(value.reason, Quantity(f"{quantity.name}.{wanted}"))


def lacks(run: Run, value: Value, wanted: str) -> bool:
    """Whether the value is a layer of torch that has no such parameter: asking it for one raises."""
    if wanted not in ("weight", "bias") or not isinstance(value, ModuleRef):
        return False
    info, attributes = run.module(value), run.attributes(value)
    row = layers.layer(info.own_class)
    if row is None or info.unresolved or attributes.open or wanted in attributes.values:
        return False
    return layers.parameter(row, wanted) is None


def bind(receiver: Value, found: Value) -> Value:
    """What a class attribute is when it is reached through an object."""
    if isinstance(found, FunctionValue | UnitFunction):
        return Bound(receiver, found)
    if isinstance(found, External):
        return Bound(receiver, found.name)
    return found


def module_attribute(run: Run, ref: ModuleRef, wanted: str) -> Value:
    """`module.wanted`: what it holds, its class has, or its constructor was given."""
    attributes = run.attributes(ref)
    if wanted in attributes.values:
        value = attributes.values[wanted]
        if not isinstance(value, Absent):
            run.watch.reach(value, ref.id, wanted)
            return value
    if wanted == "module" and ref.id in run.watch.wrapped:
        run.watch.unwrapped.add(ref.id)
        return ref
    info = run.module(ref)
    if wanted == "__class__":
        return classes.class_value(info.own_class)
    if wanted == "__dict__":
        return Unknown("an object's dict")
    found = classes.find(run, info.classes, wanted)
    if found is not None:
        if classes.is_property(run, found):
            from initls.model.machine import calls

            return calls.call(run, bind(ref, found), (), {}, 0)
        if classes.is_static(run, found):
            return found
        return bind(ref, found)
    if wanted in info.arguments:
        argument = info.arguments[wanted]
        row = layers.layer(info.layer or "")
        if wanted in WINDOW and row is not None and row.rank and isinstance(argument, int):
            # torch's convolutions keep a size for each axis, however they were told it.
            argument = (argument,) * row.rank
        if isinstance(argument, tuple):
            return Tuple(tuple(known(part) if part is not None else Unknown("a size") for part in argument))
        return known(argument) if isinstance(argument, int | float | str | bool | None) else Unknown(wanted)
    if wanted in info.quantities:
        return Unknown(wanted, info.quantities[wanted])
    if info.layer is not None and wanted in MODULE_METHODS:
        return Bound(ref, wanted)
    if run.graph is not None and wanted in CHECKPOINTS:
        return External("torch.utils.checkpoint.checkpoint")
    if attributes.open or info.unresolved:
        return Bound(ref, f"?{wanted}")
    return Unknown(f"{name_of(info.own_class)} has no {wanted} that the analysis sees")


WINDOW = frozenset({"kernel_size", "stride", "padding", "dilation"})
"""The sizes that a convolution is given once or for each axis."""

MODULE_METHODS = frozenset(
    [
        "add_module",
        "append",
        "apply",
        "bfloat16",
        "buffers",
        "children",
        "clear",
        "compile",
        "cpu",
        "cuda",
        "double",
        "eval",
        "extend",
        "extra_repr",
        "float",
        "forward",
        "get",
        "get_buffer",
        "get_parameter",
        "get_submodule",
        "half",
        "insert",
        "items",
        "ipu",
        "keys",
        "load_state_dict",
        "modules",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "pop",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "reset_parameters",
        "set_submodule",
        "share_memory",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "type",
        "update",
        "values",
        "xpu",
        "zero_grad",
        "__init__",
        "__call__",
        "training",
        "flatten_parameters",
        "_reset_parameters",
    ]
)
"""What every module of torch answers to."""


def class_attribute(run: Run, value: ClassValue, wanted: str) -> Value:
    """`Class.wanted`."""
    if wanted == "__name__":
        return known(value.name)
    names = classes.linearize(run, value).names
    found = classes.find(run, names, wanted)
    if found is None and wanted == "__init__":
        # The constructor that it inherits, of a class that is not read.
        inherited = next((key for key in names if key not in run.nested and classes.is_dotted(key)), None)
        found = None if inherited is None else External(f"{inherited}.{wanted}")
    return Unknown(f"{value.name} has no {wanted} that the analysis sees") if found is None else found


TURNS = frozenset({"T", "mT", "H", "mH"})
KEEPS_STORAGE = frozenset({"data", "real"}) | TURNS


def parameter_attribute(run: Run, ref: ParameterRef, wanted: str) -> Value:
    """`parameter.wanted`."""
    info = run.parameters[ref.id]
    if wanted in KEEPS_STORAGE:
        if run.graph is None:
            turned = None if ref.sizes is None else ref.sizes[::-1]
            return replace(ref, viewed=True, sizes=turned) if wanted in TURNS else ref
        return dataflow.operation(run, "permute" if wanted in TURNS else "reshape", (ref,), 0)
    if wanted == "shape":
        if info.shape is None or ref.region is not None or ref.viewed:
            return Unknown("a shape")
        return Tuple(tuple(length(run, ref, axis) for axis in range(len(info.shape))))
    if wanted == "ndim":
        if info.shape is None or ref.region is not None or ref.viewed:
            return Unknown("a number of axes")
        return known(len(info.shape))
    if wanted == "requires_grad":
        if info.trainable and ref.id not in run.now.frozen:
            return known(True)
        return Unknown("whether it is trained")
    if wanted in ("dtype", "device", "grad", "grad_fn", "is_cuda", "is_meta", "layout"):
        return Unknown(wanted)
    return Bound(ref, wanted)


def length(run: Run, ref: ParameterRef, axis: int) -> Value:
    """The length of an axis of a whole parameter."""
    size = run.parameters[ref.id].length(axis)
    return known(size) if isinstance(size, int) else Unknown("a size", size)


def tensor_attribute(run: Run, value: Tensor, wanted: str) -> Value:
    """`tensor.wanted` of a tensor that is no parameter."""
    if wanted in KEEPS_STORAGE:
        kind = "permute" if wanted in TURNS else "detach" if wanted == "data" else "reshape"
        return dataflow.operation(run, kind, (value,), 0)
    if wanted == "shape" and value.node is not None:
        return Shape("a shape", node=value.node)
    if wanted in ("values", "indices") and run.graph is not None:
        return dataflow.operation(run, "slice" if wanted == "values" else "test", (value,), 0)
    if wanted in ("shape", "ndim", "dtype", "device", "requires_grad", "grad", "is_cuda"):
        return Unknown(wanted)
    return Bound(value, wanted)


ATTRIBUTE: dict[type, Callable[[Run, Any, str], Value]] = {
    External: _of_external,
    FileValue: _of_file,
    ModuleRef: module_attribute,
    ParameterRef: parameter_attribute,
    Tensor: tensor_attribute,
    Super: _of_super,
    ClassValue: class_attribute,
    Record: _of_record,
    Either: _of_either,
    Partial: _of_partial,
    FunctionValue: _of_function,
    Known: _of_known,
    Unknown: _of_unknown,
}
"""What an attribute of each kind of value is; one of any other kind is a method of it."""
