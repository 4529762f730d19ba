"""From loosely typed options, as a TOML file or an editor gives them, to settings or to an error that helps."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from initls.findings import Severity
from initls.knowledge.packs import PACKS
from initls.settings import Settings

_CODE = re.compile(r"[A-Z]+[0-9]*\Z")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+){0,2}\Z")


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


@dataclass(frozen=True, slots=True)
class _Reader:
    """Checks values against what a key expects; `codes` are the codes of the rules that exist."""

    codes: Collection[str]

    def strings(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"expected a list of strings, got {_shown(value)}")
        return tuple(value)

    def selector(self, text: str) -> str:
        if text == "ALL":
            return text
        if not _CODE.match(text) or (self.codes and not any(code.startswith(text) for code in self.codes)):
            raise ConfigError(
                f"`{text}` is neither a rule's code nor the beginning of one" + _nearest(text, self.codes)
            )
        return text

    def selectors(self, value: object) -> tuple[str, ...]:
        return tuple(self.selector(item) for item in self.strings(value))

    def globs_to_selectors(self, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(
            (glob, self.selectors(codes)) for glob, codes in _table(value, "globs with lists of codes").items()
        )

    def severities(self, value: object) -> tuple[tuple[str, Severity], ...]:
        names = [severity.value for severity in Severity]
        pairs = []
        for code, name in _table(value, "codes with severities").items():
            pairs.append((self.selector(code), Severity(_one_of(name, names))))
        return tuple(pairs)

    def packs(self, value: object) -> tuple[str, ...]:
        return tuple(_one_of(item, list(PACKS)) for item in self.strings(value))

    def distribution(self, value: object) -> str:
        return _one_of(value, ["normal", "uniform"])

    def version(self, value: object) -> str:
        if not isinstance(value, str) or not _VERSION.match(value):
            raise ConfigError(f'expected a version such as "2.6", got {_shown(value)}')
        return value


_KEYS: dict[str, tuple[str, Callable[[_Reader, object], Any]]] = {
    "select": ("select", _Reader.selectors),
    "ignore": ("ignore", _Reader.selectors),
    "extend-select": ("extend_select", _Reader.selectors),
    "per-file-ignores": ("per_file_ignores", _Reader.globs_to_selectors),
    "exclude": ("exclude", _Reader.strings),
    "extend-exclude": ("extend_exclude", _Reader.strings),
    "severity": ("severity", _Reader.severities),
    "distribution": ("distribution", _Reader.distribution),
    "torch-version": ("torch_version", _Reader.version),
    "framework": ("framework", _Reader.packs),
}
"""Each key of a file with the field of `Settings` that it fills and the check that its value must pass."""

KEYS: tuple[str, ...] = tuple(_KEYS)
"""The keys that a settings file may hold."""

TABLES: frozenset[str] = frozenset(
    key for key, (_, read) in _KEYS.items() if read in (_Reader.globs_to_selectors, _Reader.severities)
)
"""Those of them whose value is a table."""


def apply_options(
    base: Settings, options: Mapping[str, object], *, codes: Collection[str] = (), source: str = ""
) -> Settings:
    """`base` with `options` written over it.

    Keys are the kebab-case names of the settings files; the camelCase that editors are used to is taken as well.
    With `codes`, selectors that name no rule are errors. Raises `ConfigError`.
    """
    reader = _Reader(codes)
    fields: dict[str, Any] = {}
    for written, value in options.items():
        key = _kebab(written)
        if key not in _KEYS:
            raise ConfigError("there is no such setting" + _nearest(key, KEYS), source=source, key=written)
        name, read = _KEYS[key]
        try:
            fields[name] = read(reader, value)
        except ConfigError as error:
            raise ConfigError(error.message, source=source, key=written) from None
    return replace(base, **fields)


def selectors(text: str, *, codes: Collection[str] = (), source: str = "") -> tuple[str, ...]:
    """The codes and prefixes of a list such as `INI1,INI203`, as it is written on a command line."""
    try:
        return _Reader(codes).selectors([piece for piece in re.split(r"[,\s]+", text) if piece])
    except ConfigError as error:
        raise ConfigError(error.message, source=source) from None


def _kebab(key: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", key).lower()


def _table(value: object, content: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"expected a table of {content}, got {_shown(value)}")
    return value


def _one_of(value: object, names: list[str]) -> str:
    if isinstance(value, str) and value in names:
        return value
    expected = ", ".join(f'"{name}"' for name in names[:-1]) + f' or "{names[-1]}"'
    hint = _nearest(value, names) if isinstance(value, str) else ""
    raise ConfigError(f"expected {expected}, got {_shown(value)}{hint}")


def _nearest(text: str, names: Collection[str]) -> str:
    near = difflib.get_close_matches(text, names, n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
