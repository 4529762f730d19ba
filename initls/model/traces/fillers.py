"""Methods that would fill parameters which hold no usable numbers, and that nothing in a trace calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from initls.facts.place import file_of, name_of
from initls.knowledge import frameworks
from initls.model.effects import hooks
from initls.model.machine import classes, objects
from initls.model.machine.machine import Run, TooMuch
from initls.model.state.contents import Garbage, not_finite
from initls.model.state.state import Alternative, agreed
from initls.model.state.values import ClassValue, FunctionValue, ModuleRef, UnitFunction
from initls.pattern import pattern

RESET = "reset_parameters"
"""What torch's own layers call the method that initializes them, and call from their constructors."""

_FILLS = pattern(r"(?:^|_)(?:re)?(?:init|initialize|initialise|reset|setup|build|create|materialize)(?:$|_)")
_ALL = ("self.named_parameters(", "self.parameters(", "self._parameters")
_LOADS = pattern(r"(?:^|_)(?:load|loader|restore|from_pretrained|from_state_dict)(?:$|_)")


def is_garbage(run: Run, number: int, ways: tuple[Alternative, ...]) -> bool:
    """Whether a trained parameter of the program's own is left as the memory was."""
    return _is_trained(run, number) and isinstance(agreed(ways), Garbage)


def is_infinite(run: Run, number: int, ways: tuple[Alternative, ...]) -> bool:
    """Whether a trained parameter is left with an infinity everywhere, or with what is no number."""
    return _is_trained(run, number) and not_finite(agreed(ways))


def _is_trained(run: Run, number: int) -> bool:
    return run.parameters[number].trainable and number not in run.now.frozen


def fillers(
    run: Run, models: tuple[ModuleRef, ...], called: frozenset[str], garbage: frozenset[int], infinite: frozenset[int]
) -> Mapping[int, str]:
    """The methods that would write such parameters, were they called: by parameter the unit of `reset_parameters`, or
    nothing where it is some other method, which somebody else may know of.
    """
    found = dict.fromkeys(written_later(run, models, called, infinite), "")
    if not garbage:
        return found
    found.update(dict.fromkeys(_fitted(run, models, called, garbage), ""))
    others = tuple(name for name in hooks.HOOKS if name != RESET)
    try:
        for model in models:
            for _, module, _ in objects.descendants(run, model):
                found.update(dict.fromkeys(_mentioned(run, module, called) & garbage, ""))
                found.update(dict.fromkeys(_configured(run, module) & garbage, ""))
                found.update(dict.fromkeys(hooks.written_by(run, module, called, others) & garbage, ""))
                unit = _reset(run, module)
                if unit is not None and unit not in called:
                    for number in hooks.written_by(run, module, called, (RESET,)) & garbage:
                        found.setdefault(number, unit)
    except TooMuch:
        return dict.fromkeys(garbage, "")
    return found


def _reset(run: Run, module: ModuleRef) -> str | None:
    found = classes.find(run, run.module(module).classes, RESET)
    return found.unit if isinstance(found, UnitFunction | FunctionValue) else None


def written_later(run: Run, models: tuple[ModuleRef, ...], called: frozenset[str], among: frozenset[int]) -> set[int]:
    """Those parameters that some method may write which nothing calls while the model is built, a `forward` included.

    Running minima and the scales of quantizers start at an infinity, and the first batch takes it away.
    """
    words = _words([(run.parameters[number].name, number) for number in among], _WAYS)
    return {number for module in _below(run, models, among) for number in _spoken_of(run, module, called, words)}


def _fitted(run: Run, models: tuple[ModuleRef, ...], called: frozenset[str], among: frozenset[int]) -> set[int]:
    """Those that a method of their own class surely writes, as a scale that waits for the first batch to fit it to.

    What `reset_parameters` writes is another matter: that is what should have been called.
    """
    found: set[int] = set()
    for module in _below(run, models, among):
        reset = _reset(run, module)
        own = [(name, ref.id) for name, ref, _ in objects.own_parameters(run, module) if ref.id in among]
        found |= _spoken_of(run, module, called | {reset or ""}, _words(own, _INTO))
    return found


def _words(parameters: list[tuple[str, int]], ways: tuple[str, ...]) -> Mapping[str, set[int]]:
    """The words by which parameters with these names are written."""
    words: dict[str, set[int]] = {}
    for name, number in parameters:
        for way in ways:
            words.setdefault(f".{name}{way}", set()).add(number)
    return words


def _below(run: Run, models: tuple[ModuleRef, ...], among: frozenset[int]) -> Iterator[ModuleRef]:
    """All modules of some models, if there is anything to look for among their parameters."""
    for model in models if among else ():
        yield from (module for _, module, _ in objects.descendants(run, model))


def _spoken_of(run: Run, module: ModuleRef, called: frozenset[str], words: Mapping[str, set[int]]) -> set[int]:
    """What the words stand for that are in methods of a module which nothing calls."""
    found: set[int] = set()
    for key in run.module(module).classes if words else ():
        if key in run.nested or classes.is_dotted(key):
            continue
        for unit in run.reading.members(key).values():
            if unit not in called:
                found.update(*(words[word] for word in run.reading.mentioned(unit, tuple(words))))
    return found


_WAYS = (".data", ".detach()", ".copy_(", ".fill_(", ".set_(", ".mul_(", ".add_(", "[", " =", "=")
"""What may stand behind the name of a parameter where it is written."""

_INTO = (".data.copy_(", ".data.fill_(", ".data = ", ".data[", ".copy_(", ".detach().copy_(", " = ")
"""The same where it surely is: what is only read may stand in front of a bracket as well."""


def _configured(run: Run, module: ModuleRef) -> set[int]:
    """What a class of mmengine in the file may fill in a module, because its `init_cfg` names the module's class.

    For a module that is seen to hold others, the names by which it holds them count as well.
    """
    found: set[int] = set()
    if not run.reading.spoken("init_cfg"):
        return found
    for path, below, _ in objects.descendants(run, module):
        own = name_of(run.module(below).own_class)
        names = (
            (own, path.rpartition(".")[2])
            if path and frameworks.MMENGINE.derives(run.module(module).classes)
            else (own,)
        )
        quoted = tuple(f"{quote}{name}{quote}" for name in names for quote in ("'", '"'))
        if any(_quotes(run, unit, quoted) for unit in run.reading.classes()):
            found.update(ref.id for _, ref, _ in objects.own_parameters(run, below))
    return found


def _quotes(run: Run, unit: str, quoted: tuple[str, ...]) -> bool:
    """Whether a class of mmengine has one of these strings in a method."""
    if not any(run.reading.mentioned(method, quoted) for method in run.reading.members(unit).values()):
        return False
    return frameworks.MMENGINE.derives(classes.linearize(run, ClassValue(unit, name_of(unit))).names)


def _mentioned(run: Run, module: ModuleRef, called: frozenset[str]) -> set[int]:
    """What methods that nothing calls may fill, by their names and by what they name."""
    own = [(name, ref.id) for name, ref, _ in objects.own_parameters(run, module)]
    found: set[int] = set()
    for key in run.module(module).classes:
        if key in run.nested or classes.is_dotted(key):
            continue
        for name, unit in run.reading.members(key).items():
            if name == RESET or unit in called or name.startswith("__"):
                continue
            if _LOADS.search(name) and not file_of(unit):
                found.update(ref.id for ref in objects.parameters_below(run, module))
            elif _FILLS.search(name) and run.reading.mentioned(unit, _ALL):
                # It goes through them all, and may hand them to whatever a configuration names.
                found.update(ref.id for ref in objects.parameters_below(run, module))
            elif _FILLS.search(name):
                named = run.reading.mentioned(unit, tuple(f".{attribute}" for attribute, _ in own))
                found.update(number for attribute, number in own if f".{attribute}" in named)
    return found
