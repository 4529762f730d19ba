"""`initls clean`: takes away what `initls check` keeps on disk."""

from __future__ import annotations

from pathlib import Path

from initls.cli.cache import Place
from initls.cli.console import fail, warn
from initls.cli.exit import CLEAN, FAILED
from initls.workspace.config import Configuration
from initls.workspace.options import ConfigError


def run(folder: Path | None) -> int:
    """Remove the cache of the project that we are in, or `folder`; the result is the exit status."""
    try:
        # A settings file with a mistake in it says where the project begins, all the same.
        root = Configuration().resolve(Path.cwd()).root
    except ConfigError:
        root = Path.cwd()
    place = Place.of(root, folder)
    try:
        removed = place.clean()
    except OSError as error:
        fail(f"{place.folder}: the cache cannot be removed ({error.strerror}); remove the folder by hand")
        return FAILED
    warn(f"removed {place.folder}" if removed else f"there is no cache of initls in {place.folder}")
    return CLEAN
