"""One seeded bug, and the ways in which a real PyTorch can show it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import nn

from initls.rules.registry import RULES
from tests.corpus import symptoms
from tests.corpus.patient import HERE, Change, Layer, Patient, Text, at_end, method

Lines = tuple[int, ...]


@dataclass(frozen=True)
class Mutant:
    """One seeded bug.

    `kind` is what the tables count it under: the code of a rule, or the id of a class of bugs.
    `shown` runs it on PyTorch and gives the lines on which a finding is expected: none where there is no symptom, and
    None where that cannot be told.
    """

    patient: Patient
    kind: str
    spelling: str
    text: Text
    shown: Callable[[], Lines | None]
    codes: frozenset[str]
    within: bool
    """Whether the file tells by itself what the layers are that the bug is about."""
    mild: bool = False
    """Whether it is true in any case that the weight is zero, so that only an error would be a false alarm."""

    def __str__(self) -> str:
        return f"{self.kind} {self.patient.name} ({self.spelling})"


def codes_of(*classes: str) -> frozenset[str]:
    """The rules that find these classes of bugs: any of them will do."""
    return frozenset(code for code, rule in RULES.items() if set(rule.classes) & set(classes))


def told(patient: Patient, about: Sequence[Layer]) -> bool:
    """Whether the file by itself says what some of the layers are."""
    return any(patient.shows(layer.statement) for layer in about)


def raising(
    patient: Patient, classes: str, spelling: str, changes: Sequence[Change], *, about: Sequence[Layer]
) -> Mutant:
    """A mutant that ends in an exception on a marked line."""
    text = patient.changed(changes)

    def run() -> Lines | None:
        try:
            patient.make(text)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            here = {frame.lineno for frame in frames if frame.filename == "<mutant>"}
            return text.marked if here & set(text.marked) else None
        return ()

    return Mutant(patient, classes.split()[0], spelling, text, run, codes_of(*classes.split()), told(patient, about))


def differing(
    patient: Patient,
    classes: str,
    spelling: str,
    changes: Sequence[Change],
    meant: Sequence[Change],
    *,
    about: Sequence[Layer],
) -> Mutant:
    """A mutant some parameter of which starts otherwise than in the class as it was meant."""
    good = patient.changed(meant)

    def shown(model: nn.Module) -> bool | None:
        return symptoms.differing(model, patient.make(good) if meant else patient.model)

    return showing(patient, classes, spelling, changes, shown, about=about)


def lost(
    patient: Patient,
    classes: str,
    spelling: str,
    changes: Sequence[Change],
    meant: Sequence[Change],
    *,
    about: Sequence[Layer],
) -> Mutant:
    """A mutant that leaves everything as it was before, where the class as it was meant does not."""
    good = patient.changed(meant)

    def shown(model: nn.Module) -> bool | None:
        if not symptoms.differing(patient.make(good), patient.model):
            return None
        return not symptoms.differing(model, patient.model)

    return showing(patient, classes, spelling, changes, shown, about=about)


def showing(
    patient: Patient,
    classes: str,
    spelling: str,
    changes: Sequence[Change],
    shown: Callable[[nn.Module], bool | None],
    *,
    about: Sequence[Layer],
) -> Mutant:
    """A mutant that can be built, and shows its symptom, if any, where the text is marked."""
    text = patient.changed(changes)

    def run() -> Lines | None:
        try:
            symptom = shown(patient.make(text))
        except Exception:  # What cannot be built or run is no mutant of these kinds.
            return None
        return None if symptom is None else text.marked if symptom else ()

    return Mutant(patient, classes.split()[0], spelling, text, run, codes_of(*classes.split()), told(patient, about))


# --------------------------------------------------------------------------- visitors

FORMS = ("apply of a method", "loop over modules", "apply of a nested function", "method with a loop")
"""How a visitor is written and reached."""


def visitor(patient: Patient, form: str, body: Sequence[str], *, mark_call: bool = False) -> list[Change]:
    """The changes that let every module `m` below the class be visited by `body`."""
    name = "_fill_weights" if hasattr(patient.model, "_init_weights") else "_init_weights"
    mark = HERE if mark_call else ""
    deep = [f"    {line}" for line in body]
    match form:
        case "apply of a method":
            return [at_end(patient, f"self.apply(self.{name}){mark}"), method(patient, f"def {name}(self, m):", *deep)]
        case "loop over modules":
            return [at_end(patient, f"for m in self.modules():{mark}", *deep)]
        case "apply of a nested function":
            return [at_end(patient, "def visit(m):", *deep, f"self.apply(visit){mark}")]
        case _:
            loop = ("    for m in self.modules():", *(f"    {line}" for line in deep))
            return [at_end(patient, f"self.{name}(){mark}"), method(patient, f"def {name}(self):", *loop)]
