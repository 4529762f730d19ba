"""The settings of a run: what the files say, with the flags on top; and how they are shown."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from initls.cli.options import Options
from initls.findings import Severity
from initls.rulebook import all_codes
from initls.settings import Settings
from initls.workspace import toml
from initls.workspace.config import Configuration, Overrides
from initls.workspace.options import KEYS, TABLES, ConfigError, selectors


def configuration_of(options: Options) -> Configuration:
    """Answers for every file which settings hold; raises `ConfigError` for flags that make no sense."""
    codes = all_codes()
    file: Path | None = None
    settings: list[str] = []
    for text in options.config:
        if "=" in text and not Path(text).is_file():
            settings.append(text)
        elif file is not None:
            raise ConfigError("only one settings file can be given", source="--config", key=text)
        else:
            file = Path(os.path.expandvars(text)).expanduser()
    if file is not None and options.isolated:
        raise ConfigError("--isolated looks at no settings file, but one is given", source="--config", key=str(file))

    def codes_of(flag: str, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(code for text in texts for code in selectors(text, codes=codes, source=flag))

    overrides = Overrides(
        select=codes_of("--select", options.select) if options.select else None,
        ignore=codes_of("--ignore", options.ignore),
        extend_select=codes_of("--extend-select", options.extend_select),
        options=_inline(settings),
        origin="--config",
    )
    bases = (Path.cwd(),)
    return Configuration(codes, overrides=overrides, file=file, isolated=options.isolated, bases=bases)


def _inline(settings: Iterable[str]) -> dict[str, object]:
    """The settings that `--config KEY=VALUE` gives, each a line of TOML."""
    merged: dict[str, object] = {}
    for text in settings:
        merged.update(toml.parse(text, f"--config {text}"))
    return merged


def shown(settings: Settings) -> str:
    """The settings as the TOML that would say the same."""
    values = {key: _plain(key, getattr(settings, key.replace("-", "_"))) for key in KEYS}
    return "".join(f"{key} = {_toml(value)}\n" for key, value in values.items() if value is not None)


def _plain(key: str, value: Any) -> object:
    """The value as a file would have it: with lists for tuples, and a table for pairs."""
    if key in TABLES:
        return {name: item.value if isinstance(item, Severity) else list(item) for name, item in value}
    return list(value) if isinstance(value, tuple) else value


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    # A JSON string is a TOML basic string.
    return json.dumps(value, ensure_ascii=False)
