"""The parts of a run, read from what they have printed and put together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from initls import __version__
from initls.cli.formats import Format
from initls.cli.outcome import Outcome
from initls.cli.output import json as json_format
from initls.cli.output import sarif
from initls.cli.shards.document import Absent, Part
from initls.cli.shards.plain import Misshapen, made
from initls.cli.shards.shard import Shard
from initls.workspace.options import ConfigError
from initls.workspace.recording import bytes_of


class Read(Struct, frozen=True):
    """A part, and where it was read."""

    file: str
    format: Format
    part: Part

    @property
    def shard(self) -> Shard:
        """Which part it is."""
        return Shard(self.part.number, self.part.of)


class Joined(Struct, frozen=True):
    """The whole run."""

    outcomes: tuple[Outcome, ...]
    """Of all files, in their order."""
    missing: tuple[Absent, ...]


def read(file: str) -> Read:
    """The part of a run that has been printed into `file`; raises `ConfigError`."""
    data = bytes_of(file)
    if data is None:
        raise ConfigError("the file cannot be read; check the name", source=file)
    try:
        whole = json.loads(data)
    except ValueError:
        raise ConfigError("it is not valid JSON" if data.strip() else "it is empty", source=file) from None
    form, told = _told(whole)
    if not isinstance(told, dict):
        raise ConfigError(
            "it is no part of a run; `initls check --shard K/N --output-format json` (or sarif) prints one", source=file
        )
    version = told.get("initls")
    if version != __version__:
        # Of another version even the shape could be another.
        raise ConfigError(f"it was printed by initls {version}, and this is {__version__}", source=file)
    try:
        part = made(Part, told)
    except Misshapen as misshapen:
        raise ConfigError(f"it is not as initls has printed it: {misshapen}", source=file) from None
    return Read(file, form, part)


def _told(whole: Any) -> tuple[Format, Any]:
    """The format, and what is told of the part in it, if there is anything."""
    match whole:
        case {json_format.SHARD: told}:
            return "json", told
        case {"runs": [{"properties": {sarif.SHARD: told}}]}:
            return "sarif", told
    return "json", None


def join(parts: Sequence[Read]) -> Joined:
    """The run that these are all parts of; raises `ConfigError` where they are not."""
    first = parts[0]
    seen: dict[Shard, Read] = {}
    for one in parts:
        if one.shard.of != first.shard.of:
            words = f"it is shard {one.shard}, and {first.file} is shard {first.shard}"
            raise ConfigError(words, source=one.file)
        if one.shard in seen:
            raise ConfigError(f"it is shard {one.shard}, and so is {seen[one.shard].file}", source=one.file)
        if one.part.whole.names != first.part.whole.names:
            raise ConfigError(f"it belongs to another run than {first.file}: other files were found", source=one.file)
        if one.part.whole != first.part.whole:
            raise ConfigError(f"it belongs to another run than {first.file}: other settings held", source=one.file)
        seen[one.shard] = one
    lacking = [f"{shard}" for shard in _all(first.shard.of) if shard not in seen]
    if lacking:
        more = f" and {len(lacking) - _MOST_NAMED} more" if len(lacking) > _MOST_NAMED else ""
        raise ConfigError(f"not all shards are given; missing: {', '.join(lacking[:_MOST_NAMED])}{more}")
    outcomes: dict[int, Outcome] = {}
    for one in parts:
        outcomes.update(_outcomes(one))
    if outcomes.keys() != set(range(first.part.whole.files)):
        raise ConfigError("the shards do not hold all files of the run; were they cut short?")
    missing = dict.fromkeys(absent for one in parts for absent in one.part.missing)
    return Joined(tuple(outcome for _, outcome in sorted(outcomes.items(), key=lambda pair: pair[0])), tuple(missing))


_MOST_NAMED = 10


def _all(of: int) -> Iterator[Shard]:
    return (Shard(number, of) for number in range(1, of + 1))


def _outcomes(one: Read) -> Iterator[tuple[int, Outcome]]:
    for looked in one.part.files:
        if not 0 <= looked.settings < len(one.part.settings):
            raise ConfigError(f"it is not as initls has printed it: {looked.name} has no settings", source=one.file)
        yield looked.place, looked.outcome(one.part.settings)
