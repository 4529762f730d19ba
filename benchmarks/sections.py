"""What a part of the benchmark hands over: figures as text, targets that they meet or miss, plots."""

from __future__ import annotations

from dataclasses import dataclass, field

import tables


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    quick: bool = False
    """Only see that everything works."""
    full: bool = False
    """Also what takes many minutes."""
    comparison: bool = True
    """Whether what is said in the middle of typing is held to what a fresh server says."""
    file: str | None = None
    """The one file to type into, instead of those that are usual."""


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio that may not be larger than so much."""

    what: str
    at_most: float
    measured: float

    @property
    def met(self) -> bool:
        """Whether it is not."""
        return self.measured <= self.at_most


@dataclass
class Section:
    """The figures of one part."""

    name: str
    """Its marks in the page bear this name."""
    lines: list[str] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """What is wrong whatever the figures are."""
    plots: dict[str, str] = field(default_factory=dict)
    """Pictures by the names of their files."""

    def judged(self) -> list[str]:
        """The targets as a table."""
        rows = [_row(target) for target in self.targets]
        return tables.grid([["target", "at most", "measured", "met"], *rows]) if rows else []


def _row(target: Target) -> list[str]:
    measured = f"{target.measured:.2f}" if target.measured >= 0.1 else f"{target.measured:.3f}"
    return [target.what, f"{target.at_most:g}", measured, "yes" if target.met else "**no**"]
