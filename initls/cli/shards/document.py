"""What a part of a run leaves behind for the whole: enough to print each format as one run would have printed it.

It stands in the output itself: in JSON beside the findings, in SARIF among the properties of the run. Files go by their
names as seen from the folder of the run, so that it does not matter where that is.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from initls import __version__
from initls.cli.outcome import Outcome, Shown, Task, named
from initls.cli.shards.plain import plain
from initls.cli.shards.shard import Shard
from initls.settings import Settings


class Whole(Struct, frozen=True):
    """What all parts of a run have in common."""

    files: int
    """How many there are."""
    names: str
    """A digest of the names of all files, in their order."""
    settings: str
    """A digest of the settings that hold for them."""


class Absent(Struct, frozen=True):
    """A path that was asked for and is not there, or a folder that cannot be listed; see `workspace.discover`."""

    name: str
    reason: str
    named: bool

    @property
    def words(self) -> str:
        """What is to be said about it."""
        return f"{self.name}: {self.reason}" + ("; check the name" if self.named else "; left out")


class Looked(Struct, frozen=True):
    """What became of one file; see `Outcome`."""

    place: int
    """The number of the file among all files of the run, from 0."""
    name: str
    settings: int
    """The number of its settings among those of the part, from 0."""
    named: bool
    shown: tuple[Shown, ...]
    texts: tuple[str, ...]
    cells: tuple[int, ...]
    failure: str | None
    crashed: bool
    notes: tuple[str, ...]

    def outcome(self, settings: Sequence[Settings]) -> Outcome:
        """The same as the run had it, with the folder that we are in as that of the run."""
        path = Path(self.name)
        task = Task(path, named(path), settings[self.settings], named=self.named)
        shown = tuple(map(_renamed(os.path.abspath), self.shown))
        return Outcome(
            task, shown, self.texts, self.cells, failure=self.failure, crashed=self.crashed, notes=self.notes
        )


class Part(Struct, frozen=True):
    """All that a part of a run leaves behind."""

    initls: str
    """The version of the program."""
    number: int
    of: int
    whole: Whole
    missing: tuple[Absent, ...]
    settings: tuple[Settings, ...]
    """Those that hold for any file of the run, each once."""
    files: tuple[Looked, ...]

    @staticmethod
    def made(shard: Shard, tasks: Sequence[Task], missing: tuple[Absent, ...], outcomes: Iterable[Outcome]) -> Part:
        """The part `shard` of the run of `tasks`, of which these have come to `outcomes`."""
        places = {task.path: place for place, task in enumerate(tasks)}
        settings = {one: place for place, one in enumerate(dict.fromkeys(task.settings for task in tasks))}
        asked = [[settings[task.settings], task.named] for task in tasks]

        def looked(outcome: Outcome) -> Looked:
            task = outcome.task
            return Looked(
                places[task.path],
                name_of(task.path),
                settings[task.settings],
                task.named,
                tuple(map(_renamed(name_of), outcome.shown)),
                outcome.texts,
                outcome.cells,
                outcome.failure,
                outcome.crashed,
                outcome.notes,
            )

        return Part(
            __version__,
            shard.number,
            shard.of,
            Whole(
                len(tasks),
                _digest([name_of(task.path) for task in tasks]),
                _digest([[plain(one) for one in settings], asked]),
            ),
            missing,
            tuple(settings),
            tuple(map(looked, outcomes)),
        )


def name_of(path: str | Path) -> str:
    """How a file is called whatever the machine: from the folder of the run where it is below, with slashes."""
    return Path(named(Path(path))).as_posix()


def _renamed(rename: Callable[[str], str]) -> Callable[[Shown], Shown]:
    """Calls the other files that a finding points at by other names."""

    def renamed(shown: Shown) -> Shown:
        related = tuple(
            one if one.filename is None else dataclasses.replace(one, filename=rename(one.filename))
            for one in shown.finding.related
        )
        return replace(shown, finding=replace(shown.finding, related=related))

    return renamed


def _digest(told: Any) -> str:
    return hashlib.blake2b(json.dumps(told).encode("ascii"), digest_size=16).hexdigest()
