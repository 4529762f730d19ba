"""Whether the text of a hook alone shows that it looks at the marks of what has been loaded.

Most hooks do nothing but tell classes apart and call the functions that look. Then there is no need to hand them each
kind of module that a model has (`unguarded.py`).
"""

from __future__ import annotations

from collections.abc import Collection

from initls.facts import ir
from initls.knowledge import frameworks
from initls.knowledge.initializers import TENSOR_WRITES
from initls.knowledge.tensors import operation
from initls.model.machine import branches, classes, lookup
from initls.model.machine.machine import Run
from initls.model.state.values import External, FileValue, UnitFunction, Value

IDLE = frozenset(
    {
        "all", "any", "enumerate", "float", "getattr", "hasattr", "int", "isinstance", "len", "max", "min", "range",
        "super", "type", "zip",
    }
)  # fmt: skip
"""Functions of Python's own that write no parameter."""

LIBRARIES = frozenset({"math", "numpy", "torch"})
"""Modules whose functions write none either, but for those with a trailing underscore."""


def always_asked(run: Run, hook: UnitFunction, names: tuple[str, ...]) -> bool:
    """Whether all that a hook of classes with these names writes goes through functions that look at the mark."""
    function = classes.function_of(run, hook)
    if not isinstance(function, ir.Function):
        return False
    nodes = tuple(branches.walk(function.body))
    local = {parameter.name for parameter in function.parameters}
    for node in nodes:
        if isinstance(node, ir.Augment | ir.Delete | ir.Walrus | ir.Function | ir.Class | ir.Lambda):
            return False
        if isinstance(node, ir.Assign):
            if not all(isinstance(target, ir.Name) for target in node.targets):
                return False
            local.update(target.id for target in node.targets if isinstance(target, ir.Name))
    calls = (node for node in nodes if isinstance(node, ir.Call))
    return all(_asks(run, call, local) or _hands_on(run, call, hook, names) for call in calls)


def _asks(run: Run, node: ir.Call, local: Collection[str]) -> bool:
    """Whether a call writes no parameter, or looks at the mark of the one that it writes."""
    match node.function:
        case ir.Name(id=name):
            return name in IDLE
        case ir.Attribute(value=owner, name=name):
            library = _library(run, owner, local)
            return _is_idle(owner, name) if library is None else _looks(library, name, node.arguments)
        case _:
            return False


def _is_idle(owner: ir.Expression, method: str) -> bool:
    """Whether a method writes nothing: one of a configuration, or one that only computes with a tensor."""
    match owner:
        case ir.Attribute(name="config"):
            return True
        case ir.Attribute() | ir.Call():
            return operation(f"torch.Tensor.{method}") is not None and method not in TENSOR_WRITES
        case _:
            return False


def _looks(library: Value, function: str, arguments: tuple[ir.Expression, ...]) -> bool:
    """Whether a function of a library writes nothing, or looks at the mark of the tensor that it is given first."""
    dotted = library.name if isinstance(library, External) else ""
    if is_initialization(library) or (dotted == "torch.nn.init" and function in frameworks.GUARDED):
        return bool(arguments) and _is_attribute(arguments[0])
    return dotted in LIBRARIES and not function.endswith("_")


def _library(run: Run, node: ir.Expression, local: Collection[str]) -> Value | None:
    """The module of a library that something is; None for all else."""
    match node:
        case ir.Name(id=name) if name not in local:
            found = lookup.name_in(run, "", name)
        case ir.Attribute(value=value, name=name):
            owner = _library(run, value, local)
            found = None if owner is None else lookup.attribute(run, owner, name)
        case _:
            found = None
    return found if isinstance(found, External | FileValue) else None


def _hands_on(run: Run, node: ir.Call, hook: UnitFunction, names: tuple[str, ...]) -> bool:
    """Whether a call is one of the hook of transformers itself, which is the next one behind this."""
    match node.function:
        case ir.Attribute(value=ir.Call(function=ir.Name(id="super")), name="_init_weights"):
            return isinstance(classes.find(run, names, "_init_weights", after=hook.owner), External)
        case _:
            return False


def _is_attribute(node: ir.Expression) -> bool:
    """Whether something is an attribute of an object, and no other view of a tensor."""
    return isinstance(node, ir.Attribute) and node.name not in lookup.KEEPS_STORAGE


def is_initialization(value: Value) -> bool:
    """Whether a value is transformers' module of initializers."""
    match value:
        case External(name=name):
            return frameworks.is_initialization(name)
        case FileValue(file=file):
            return file.replace("\\", "/").endswith("transformers/initialization.py")
        case _:
            return False
