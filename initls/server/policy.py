"""Which settings hold for an open document: the project's files and the editor's preferences together."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from pathlib import Path

from msgspec import Struct

from initls.server.preferences import Preferences
from initls.settings import Settings
from initls.workspace.config import ConfigError, Configuration, Resolved, without_ignored
from initls.workspace.discover import excluded_by

log = logging.getLogger(__name__)

FRESH = 1.0
"""Seconds for which an answer about a file is given again without a look at the disk."""

MOST_ANSWERS = 2_000
"""Files of which the answer is remembered."""


class _Answer(Struct, frozen=True):
    at: float
    resolved: Resolved
    settings: Settings | None


class Policy:
    """Answers which settings hold for a document, or that it is none of our business.

    The files are looked at again with every answer that is not fresh, so a change is seen by clients that do not watch
    files for us as well. Used by the analysis thread alone.
    """

    def __init__(
        self,
        preferences: Preferences,
        codes: Collection[str],
        folder: Path | None,
        bases: Collection[Path] = (),
        on_mistakes: Callable[[tuple[ConfigError, ...]], object] = lambda mistakes: None,
    ) -> None:
        """Answer for documents by `preferences` and the files around them.

        `bases` are the folders of the workspace: the globs of a project without a settings file start there.
        `on_mistakes` is told what is wrong with the settings files, each time that this becomes another thing; it is
        called on the thread that asks.
        """
        self._preferences = preferences
        self._codes = codes
        self._folder = folder
        """Stands for the place of documents that have none."""
        alone = preferences.precedence == "editorOnly"
        file = None if alone else preferences.configuration
        self._configuration = Configuration(
            codes, overrides=preferences.overrides, file=file, isolated=alone, bases=bases
        )
        self._files = Configuration(codes, file=file, bases=bases)
        """The same without what the editor wishes."""
        self._answers: dict[Path, _Answer] = {}
        self._on_mistakes = on_mistakes
        self._complaints: dict[Path, ConfigError] = {}
        """What is wrong with the settings of each folder that was asked about."""

    def settings(self, path: Path | None) -> Settings | None:
        """The settings for the document at `path` (None for one that was never saved); None when it is left alone.

        The same object is given until something changes.
        """
        if not self._preferences.enable or (path is None and not self._preferences.untitled):
            return None
        place = path or (self._folder or Path.cwd()) / "untitled.py"
        known = self._answers.get(place)
        now = time.monotonic()
        if known is not None and now - known.at < FRESH:
            return known.settings
        resolved = self._resolve(place.parent)
        if known is not None and known.resolved == resolved:
            settings = known.settings
        elif path is not None and excluded_by(path, resolved.settings, resolved.root):
            settings = None
        else:
            settings = without_ignored(resolved.settings, place, resolved.root, self._codes)
        if len(self._answers) >= MOST_ANSWERS:
            self._answers.clear()
        self._answers[place] = _Answer(now, resolved, settings)
        return settings

    def origin(self, path: Path | None) -> str:
        """Where the settings of a document come from; from any thread, of what has been answered before."""
        known = self._answers.get(path or (self._folder or Path.cwd()) / "untitled.py")
        source = None if known is None else known.resolved.source
        return "the defaults" if source is None else str(source)

    @property
    def wants_syntax_errors(self) -> bool:
        """Whether lines that cannot be read are shown."""
        return self._preferences.show_syntax_errors

    def look_again(self) -> None:
        """Trust no answer that was given so far."""
        self._answers.clear()

    def _resolve(self, folder: Path) -> Resolved:
        try:
            resolved = self._configuration.resolve(folder)
            if self._preferences.precedence == "filesystemFirst" and resolved.source is not None:
                resolved = self._files.resolve(folder)
        except ConfigError as error:
            # Said once, and again only when it has become another mistake.
            if str(self._complaints.get(folder)) != str(error):
                self._complaints[folder] = error
                log.error("%s; the defaults hold until this is corrected", error)
                self._tell()
            return Resolved(self._preferences.overrides.over(Settings(), self._codes), folder)
        if self._complaints.pop(folder, None) is not None:
            self._tell()
        return resolved

    def _tell(self) -> None:
        self._on_mistakes(tuple({str(error): error for error in self._complaints.values()}.values()))
