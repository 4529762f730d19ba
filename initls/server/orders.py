"""What the server and the process for files that are not open say to each other; neither has to load the other's part.

Messages are pickled, each behind its length. To the process: `Orders` once, then `Survey` and `Stop`. From it: one
`Seen` a file, and `Done`.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct, field

from initls.memory import calm_garbage_collector
from initls.server.client import Client
from initls.server.preferences import Preferences

if TYPE_CHECKING:
    from initls.check import Checker

SIZE = 4
"""The bytes that tell how long a message is."""

PATIENCE = 2.0
"""Seconds for which files that are not open are taken to be as they were."""


def usual_checker() -> Checker:
    """What documents are checked with."""
    # The analysis takes longer to load than all the rest, and nobody needs it before there is a document.
    from initls.check import Checker
    from initls.workspace.index import Index

    checker = Checker(Index(patience=PATIENCE))
    calm_garbage_collector()
    return checker


Mistake: TypeAlias = tuple[str, str, "int | None", str]
"""What is wrong with a settings file: message, file, line, key."""


class Orders(Struct, frozen=True):
    """What holds for as long as the process lives."""

    make_checker: Callable[[], Checker]
    client: Client
    preferences: Preferences
    folder: Path | None
    bases: tuple[Path, ...]


class Survey(Struct, frozen=True):
    """One look at all files below some folders."""

    number: int
    folders: tuple[Path, ...]
    before: dict[str, Any]
    """The names of the reports that the client has, by file."""
    opened: frozenset[str]
    """The files that are open: these are told of by themselves."""
    names: frozenset[str] = frozenset()
    """The same as the analysis calls them."""
    texts: dict[str, str] = field(default_factory=dict)
    """The texts on the screen that have changed since the last time, by the names of the files."""
    passed: frozenset[str] = frozenset()
    """The files that have been looked at already, or are not to be."""


class Stop(Struct, frozen=True):
    """Nobody waits for a survey any more."""

    number: int


class Seen(Struct, frozen=True):
    """A file has been looked at; `following` is next."""

    number: int
    uri: str
    report: dict[str, Any] | None
    """None where there is nothing to tell."""
    following: str
    done: int
    """Percent."""
    mistakes: tuple[Mistake, ...] | None = None
    """What is wrong with settings files, where that has become another thing."""
    failure: str = ""


class Done(Struct, frozen=True):
    """A survey is over; `gone` are files that the client has reports of, and that are no more."""

    number: int
    gone: tuple[str, ...]
    mistakes: tuple[Mistake, ...] | None = None


Message: TypeAlias = "Survey | Stop | Seen | Done"


def packed(message: object) -> bytes:
    """A message as it travels."""
    data = pickle.dumps(message)
    return len(data).to_bytes(SIZE, "big") + data
