"""What visitors ask of the modules and parameters that they meet, and the answers that the model gives."""

from __future__ import annotations

from initls.facts import ir
from initls.facts.place import name_of
from initls.knowledge import layers
from initls.model.machine import branches
from initls.model.machine.machine import Run
from initls.model.state.values import ClassValue, External, Known, ModuleRef, Value
from initls.model.state.watch import About, Question

OF_TEXT = frozenset({"endswith", "startswith"})
"""Methods of a string that test it."""

MOST_TEXT = 80
"""Longer literals are no names."""


def of_class(run: Run, value: Value, kinds: Value, answer: bool | None, site: int) -> None:
    """`isinstance(value, kinds)` was asked inside a visitor."""
    if isinstance(value, ModuleRef) and run.visit is not None:
        _ask(run, "class", "isinstance", classes_of(run, kinds), value.id, answer, site)


def of_types(run: Run, module: Value, wanted: tuple[str, ...], answer: bool, site: int) -> None:
    """The same for types whose names are known already."""
    if isinstance(module, ModuleRef):
        _ask(run, "class", "isinstance", wanted, module.id, answer, site)


def classes_of(run: Run, kinds: Value) -> tuple[str, ...]:
    """The names by which lineages know the types that something is tested for."""
    return tuple(_key(run, kind) for kind in branches.flattened(run, kinds))


def of_comparison(run: Run, node: ir.Compare, left: Value, sign: str, right: Value, answer: bool | None) -> None:
    """Two values were compared inside a visitor: a question if it is about the class or name of what it visits."""
    if run.visit is None or run.watch.trial:
        return
    module = run.watch.visiting
    if isinstance(node.left, ir.Name) and node.left.id == run.watch.loops.get(run.frame.id):
        if isinstance(left, Known) and isinstance(left.value, str) and sign in ("==", "in"):
            texts = _texts(run, right)
            if texts:
                _ask(run, "parameter name", "==", texts, left.value, answer, node.site)
    elif module is not None and isinstance(left, External | ClassValue) and sign in ("==", "is", "in"):
        if _key(run, left) == run.modules[module].own_class:
            _ask(run, "exact class", sign, classes_of(run, right), module, answer, node.site)
    elif module is not None:
        text = _class_text(run, node, left, sign, right, module)
        if text is not None:
            _ask(run, "class name", "in" if sign != "==" else "==", (text,), module, answer, node.site)


def of_text(run: Run, node: ir.Call, answer: Value) -> None:
    """`name.endswith(...)` was asked inside a visitor."""
    match node:
        case ir.Call(
            function=ir.Attribute(value=ir.Name(id=variable), name=method),
            arguments=(ir.Constant(value=str() as text),),
        ) if method in OF_TEXT and run.visit is not None and variable == run.watch.loops.get(run.frame.id):
            name = run.now.frames[run.frame.id].get(variable)
            if isinstance(name, Known) and isinstance(name.value, str):
                verdict = bool(answer.value) if isinstance(answer, Known) else None
                _ask(run, "parameter name", method, (text,), name.value, verdict, node.site)
        case _:
            pass


def _class_text(run: Run, node: ir.Compare, left: Value, sign: str, right: Value, module: int) -> str | None:
    """The text that a comparison looks for in the name of the visited module's class."""
    name = name_of(run.modules[module].own_class)
    if sign == "in" and isinstance(left, Known) and isinstance(right, Known) and right.value == name:
        return left.value if isinstance(left.value, str) else None
    if sign == "==" and isinstance(left, Known) and isinstance(right, Known) and left.value == name:
        return right.value if isinstance(right.value, str) else None
    match node.left:
        case ir.Call(function=ir.Attribute(name="find"), arguments=(ir.Constant(value=str() as text),)):
            # What `find` gives where the name holds the text, and -1 where it does not.
            return text if isinstance(left, Known) and left.value == name.find(text) else None
        case _:
            return None


def _texts(run: Run, value: Value) -> tuple[str, ...]:
    parts = branches.flattened(run, value)
    texts = tuple(part.value for part in parts if isinstance(part, Known) and isinstance(part.value, str))
    return texts if len(texts) == len(parts) and all(len(text) < MOST_TEXT for text in texts) else ()


def _key(run: Run, value: Value) -> str:
    """The name by which a lineage knows a class; empty for anything else."""
    if isinstance(value, External):
        return layers.canonical(value.name)
    if isinstance(value, ClassValue):
        from initls.model.machine import classes

        return classes.class_key(run, value)
    return ""


def _ask(
    run: Run, about: About, sign: str, wanted: tuple[str, ...], of: int | str, answer: bool | None, site: int
) -> None:
    if run.watch.trial:
        return
    key = (run.place(site), run.visit)
    if key not in run.watch.asked:
        run.watch.asked[key] = Question(key[0], run.path, about, sign, wanted, run.visit)
    run.watch.reply(key, of, answer)
