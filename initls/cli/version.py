"""Which initls this is."""

from __future__ import annotations

from importlib import metadata


def number() -> str:
    """The version of the installed package."""
    try:
        return metadata.version("initls")
    except metadata.PackageNotFoundError:
        # Run from a source tree that was never installed.
        return "0+unknown"


def text() -> str:
    """What `initls --version` prints."""
    return f"initls {number()}"
