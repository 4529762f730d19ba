"""TOML, with errors in our own terms."""

from __future__ import annotations

import re
import sys
from typing import Any

from initls.workspace.options import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def parse(text: str, source: str) -> dict[str, Any]:
    """The table that `text` writes down. Raises `ConfigError` in the name of `source`, with the line."""
    try:
        table: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \(at line (\d+), column \d+\)", message)
        line = int(place.group(1)) if place else None
        shown = message[: place.start()] if place else message
        raise ConfigError(f"not valid TOML: {shown}", source=source, line=line) from None
    return table
