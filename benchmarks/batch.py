"""How long it takes to check whole packages, and how much memory: initls beside TorchFix and ruff.

They take turns; each is started as a user starts it, with its defaults, and what it prints is thrown away.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import plot
import tables
from sections import Options, Section, Target
from servers import BENCH, RUFF, TORCHFIX, environment, initls, package
from taken import Taken

COLD, ONE, WARM = "initls, cold", "initls, cold, one process", "initls, warm"
RUFF_CHECK, TORCHFIX_CHECK = "ruff, without cache", "TorchFix"

ROUNDS = {COLD: 5, ONE: 5, WARM: 5, RUFF_CHECK: 5, TORCHFIX_CHECK: 3}
"""How often each is started; TorchFix takes minutes."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What is checked."""

    name: str
    folder: Path
    rounds: Mapping[str, int] = field(default_factory=lambda: ROUNDS)
    """How often each is started here; who is not named is left out."""
    to_ruff: float | None = None
    """The target: how many times ruff's time initls may take."""
    to_torchfix: float | None = None
    memory: float | None = None
    """The most that a process may hold, in megabytes."""


@dataclass
class _Runs(Taken):
    """What one contender has taken on one tree."""

    name: str = field(kw_only=True)
    command: list[str] = field(kw_only=True)

    def go(self, tree: Tree) -> float:
        """Check a tree once, and give the seconds."""
        return self.run(self.command, cwd=tree.folder.parent, stderr=subprocess.DEVNULL)


def measure(options: Options) -> Section:
    """Check the packages that were asked for."""
    section = Section("batch")
    curves: dict[str, list[tuple[float, float]]] = {}
    for tree in _trees(options):
        try:
            runs = _measured(tree)
        except subprocess.CalledProcessError as error:
            section.failures.append(f"{tree.name}: {error}")
            continue
        files = list(tree.folder.rglob("*.py"))
        lines = sum(file.read_bytes().count(b"\n") for file in files)
        section.lines += _told(tree, len(files), lines, runs)
        section.targets += _targets(tree, {one.name: one for one in runs})
        for one in runs:
            curves.setdefault(one.name, []).append((lines, one.median))
    section.plots["batch.svg"] = _plot(curves)
    section.lines += ["![Time to check a package against its lines](batch.svg)", ""]
    return section


def _trees(options: Options) -> list[Tree]:
    timm = package("timm")
    if options.quick:
        return [Tree("the schedulers of timm 1.0.31", timm / "scheduler", dict.fromkeys(ROUNDS, 1))]
    ours = {name: times for name, times in ROUNDS.items() if name != TORCHFIX_CHECK}
    trees = [
        Tree("the optimizers of timm 1.0.31", timm / "optim"),
        Tree("the layers of timm 1.0.31", timm / "layers", ours),
        Tree("timm 1.0.31", timm, to_ruff=6, to_torchfix=1 / 50),
    ]
    if options.full:
        rounds = {COLD: 3, ONE: 1, WARM: 3, RUFF_CHECK: 3}
        trees.append(Tree("transformers 5.23.0", package("transformers"), rounds, to_ruff=10, memory=400))
    return trees


def _measured(tree: Tree) -> list[_Runs]:
    commands = _commands(tree.folder.name)
    contenders = [_Runs(name=name, command=commands[name]) for name in tree.rounds]
    for round_ in range(max(tree.rounds.values())):
        for turn in range(len(contenders)):
            one = contenders[(turn + round_) % len(contenders)]
            if round_ >= tree.rounds[one.name]:
                continue
            if one.name == WARM and not round_:
                # Whatever there is of an earlier run is brought up to date.
                replace(one, wall=[], processor=[], memory=[]).go(tree)
            wall = one.go(tree)
            if sys.stderr.isatty():
                print(f"{tree.name}: {one.name} took {wall:.2f} s", file=sys.stderr, flush=True)
    return contenders


def _commands(name: str) -> dict[str, list[str]]:
    """How each is told to check a folder."""
    ours = [str(initls() / "initls"), "check", "--isolated", "--exit-zero"]
    ruff = [str(environment("ruff", *RUFF) / "ruff"), "check", "--isolated", "--exit-zero", "--no-respect-gitignore"]
    return {
        COLD: [*ours, "--no-cache", name],
        ONE: [*ours, "--no-cache", "--jobs", "1", name],
        WARM: [*ours, "--cache-dir", str(BENCH / "cache" / name), name],
        RUFF_CHECK: [*ruff, "--no-cache", name],
        TORCHFIX_CHECK: [str(environment("torchfix", *TORCHFIX) / "torchfix"), name],
    }


def _told(tree: Tree, files: int, lines: int, runs: Sequence[_Runs]) -> list[str]:
    floor = next(one for one in runs if one.name == RUFF_CHECK).median
    head = ["", "seconds", "times ruff", "processor time, s", "largest process, MB", "runs"]
    rows = [
        [
            one.name,
            tables.spread(one.wall),
            f"{one.median / floor:.1f}",
            tables.spread(one.processor),
            f"{max(one.memory):,.0f}",
            str(len(one.wall)),
        ]
        for one in runs
    ]
    return [f"### {tree.name}", "", f"{files:,} files, {lines:,} lines.", "", *tables.grid([head, *rows]), ""]


def _targets(tree: Tree, runs: dict[str, _Runs]) -> list[Target]:
    cold, found = runs[COLD].median, []
    if tree.to_torchfix is not None:
        ratio = cold / runs[TORCHFIX_CHECK].median
        found.append(Target(f"{tree.name}: cold, part of TorchFix's time", tree.to_torchfix, ratio))
    if tree.to_ruff is not None:
        ruff = runs[RUFF_CHECK].median
        found.append(Target(f"{tree.name}: cold, times ruff's time", tree.to_ruff, cold / ruff))
        found.append(Target(f"{tree.name}: warm, times ruff's time without cache", 1, runs[WARM].median / ruff))
    if tree.memory is not None:
        found.append(Target(f"{tree.name}: cold, the largest process, MB", tree.memory, max(runs[COLD].memory)))
    return found


LOOKS = {
    TORCHFIX_CHECK: ("triangle", "2 4", False),
    ONE: ("cross", "8 3 2 3", False),
    COLD: ("disc", "", True),
    WARM: ("ring", "1 3", False),
    RUFF_CHECK: ("square", "8 4", False),
}


def _plot(curves: dict[str, list[tuple[float, float]]]) -> str:
    series = [plot.Series(name, sorted(curves[name]), *look) for name, look in LOOKS.items() if name in curves]
    return plot.drawn("Checking a package, by its lines", "lines of the package", "median, seconds", series)
