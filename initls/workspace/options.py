"""From loosely typed options, as a TOML file or an editor gives them, to settings or to an error that helps."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from initls.findings import Severity
from initls.knowledge.packs import PACKS
from initls.settings import Settings
from initls.workspace.shapes import Glob, ListOf, Misfit, Selector, Shape, TableOf, Text, Word, nearest


class ConfigError(Exception):
    """A setting that cannot be obeyed, said so that the reader knows where it stands and what to write instead."""

    def __init__(self, message: str, *, source: str = "", line: int | None = None, key: str = "") -> None:
        self.message = message
        self.source = source
        """The file, or the words for whatever else the option came from."""
        self.line = line
        """One-based."""
        self.key = key
        super().__init__(message)

    def __str__(self) -> str:
        where = self.source + (f":{self.line}" if self.line is not None else "")
        what = f"`{self.key}`: {self.message}" if self.key else self.message
        return f"{where}: {what}" if where else what


class Option(Struct, frozen=True):
    """One key of a settings file."""

    key: str
    shape: Shape
    description: str
    """One sentence in Markdown, for people who write a settings file."""
    into: Callable[[Any], Any] = lambda value: value
    """What the field of `Settings` holds for a value that was read."""

    @property
    def field(self) -> str:
        """The field of `Settings` that it fills."""
        return self.key.replace("-", "_")

    @property
    def camel(self) -> str:
        """The same key as editors are used to write it."""
        return re.sub(r"-([a-z])", lambda match: match.group(1).upper(), self.key)


def _severities(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, Severity], ...]:
    return tuple((code, Severity(name)) for code, name in pairs)


_CODES = ListOf(Selector())
_GLOBS = ListOf(Glob())

OPTIONS: tuple[Option, ...] = (
    Option(
        "select",
        _CODES,
        "Codes, or beginnings of codes, to report. Rules that are off by default are on where a longer beginning names "
        "them; `ALL` is all of them.",
    ),
    Option("ignore", _CODES, "Codes, or beginnings of codes, to leave out. The longer of two entries decides."),
    Option("extend-select", _CODES, "Codes, or beginnings of codes, to report besides those of `select`."),
    Option(
        "per-file-ignores",
        TableOf(Glob(negated=True), _CODES, "globs with lists of codes"),
        "Globs, each with codes to leave out in the files that match.",
    ),
    Option("exclude", _GLOBS, "Globs of files and folders to pass by, instead of the usual ones."),
    Option("extend-exclude", _GLOBS, "Globs of files and folders to pass by besides those of `exclude`."),
    Option(
        "severity",
        TableOf(Selector(), Word(tuple(severity.value for severity in Severity)), "codes with severities"),
        "Codes, or beginnings of codes, each with how loudly it speaks.",
        _severities,
    ),
    Option(
        "distribution",
        Word(("normal", "uniform")),
        "Which of `kaiming_normal_` and `kaiming_uniform_` (and so for Xavier) the fixes prefer.",
    ),
    Option(
        "torch-version",
        Text('a version such as "2.6"', r"[0-9]+(\.[0-9]+){0,2}"),
        "The release of PyTorch that the code is written for.",
    ),
    Option(
        "framework",
        ListOf(Word(tuple(PACKS))),
        "Frameworks whose rules are asked in all files, and not only where a file uses the framework.",
    ),
)
"""What a settings file may hold. Files, the command line, editors and the published schemas all go through this."""

BY_KEY: Mapping[str, Option] = {option.key: option for option in OPTIONS}

KEYS: tuple[str, ...] = tuple(BY_KEY)
"""The keys that a settings file may hold."""

TABLES: frozenset[str] = frozenset(option.key for option in OPTIONS if isinstance(option.shape, TableOf))
"""Those of them whose value is a table."""


def apply_options(
    base: Settings, options: Mapping[str, object], *, codes: Collection[str] = (), source: str = ""
) -> Settings:
    """`base` with `options` written over it.

    With `codes`, selectors that name no rule are errors. Raises `ConfigError`.
    """
    fields: dict[str, Any] = {}
    for key, value in options.items():
        option = BY_KEY.get(key)
        if option is None:
            raise ConfigError("there is no such setting" + nearest(_kebab(key), KEYS), source=source, key=key)
        try:
            fields[option.field] = option.into(option.shape.read(value, codes))
        except Misfit as misfit:
            raise ConfigError(str(misfit), source=source, key=key) from None
    return replace(base, **fields)


def selectors(text: str, *, codes: Collection[str] = (), source: str = "") -> tuple[str, ...]:
    """The codes and prefixes of a list such as `INI1,INI203`, as it is written on a command line."""
    try:
        read: tuple[str, ...] = _CODES.read([piece for piece in re.split(r"[,\s]+", text) if piece], codes)
    except Misfit as misfit:
        raise ConfigError(str(misfit), source=source) from None
    return read


def _kebab(key: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", key).lower().replace("_", "-")
