"""The analysis, with a note of what it wants to know about other files."""

from __future__ import annotations

from initls.check import Checker
from initls.workspace.recording import Asked, Recording


class NotingChecker(Checker):
    """A checker that tells what a look at one file rests on."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._recording = Recording()
        super().__init__(self._recording, passing=True)

    def forget(self, filename: str) -> None:
        """Drop what is remembered of a file, and begin a new note."""
        super().forget(filename)
        self._recording.forget()

    def asked(self) -> Asked:
        """What was asked about other files since a file was last forgotten."""
        return self._recording.asked()
