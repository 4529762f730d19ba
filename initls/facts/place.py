"""Places in a program, named so that they outlive edits elsewhere."""

from __future__ import annotations

from msgspec import Struct

BETWEEN = "\0"
"""What parts the name of a file from the name of a unit in it; no path and no unit can hold it."""


class Place(Struct, frozen=True, order=True, gc=False):
    """One site of one unit.

    `unit` is the name that the outline of a document gives a segment (`LeNet.__init__`), whatever line it stands on.
    That of another file than the one under analysis has the file's name in front (`in_file`).
    `site` is the number of a statement, call or operation within that segment, in program order.
    """

    unit: str
    site: int

    @property
    def foreign(self) -> bool:
        """Whether the place is in another file than the one under analysis."""
        return BETWEEN in self.unit


def in_file(file: str, unit: str) -> str:
    """The name of a unit as an analysis of another file knows it; `file` is empty for the file under analysis."""
    return f"{file}{BETWEEN}{unit}" if file else unit


def file_of(unit: str) -> str:
    """The file that a unit is in; empty for the file under analysis."""
    return unit.partition(BETWEEN)[0] if BETWEEN in unit else ""


def inside(unit: str) -> str:
    """The name of a unit within its file."""
    return unit.rpartition(BETWEEN)[2]


def class_of(unit: str) -> str:
    """The unit of the class that a method belongs to, file included; the unit itself for anything else."""
    return in_file(file_of(unit), inside(unit).partition(".")[0])


def name_of(unit: str) -> str:
    """The bare name of what a unit, or the key of a class, defines."""
    return inside(unit).rpartition(":")[2].rpartition(".")[2].partition("#")[0]
