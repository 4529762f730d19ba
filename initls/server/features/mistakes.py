"""What is wrong with a settings file, shown in that file at its line.

Settings files are none of the documents that clients ask about, so this is always pushed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from initls.server.convert import SEVERITIES, SOURCE
from initls.server.features.diagnostics_push import PUBLISH
from initls.syntax.encoding import Encoding, to_units
from initls.syntax.text import Text

if TYPE_CHECKING:
    from initls.findings import Severity
    from initls.server.server import Server
    from initls.workspace.config import ConfigError

CODE = "invalid-settings"


class Mistakes:
    """The mistakes that the client shows now."""

    def __init__(self, server: Server, severity: Severity) -> None:
        self._server = server
        self._severity = SEVERITIES[severity]
        self._shown: dict[str, list[dict[str, Any]]] = {}
        self._known: dict[str, tuple[ConfigError, ...]] = {}

    def show(self, mistakes: tuple[ConfigError, ...], source: str = "documents") -> None:
        """Show these, and no others any more of those that came from the same `source`."""
        self._known[source] = mistakes
        now: dict[str, list[dict[str, Any]]] = {}
        # Who looks at documents and who looks at the other files may have met the same mistake.
        for mistake in {str(one): one for some in self._known.values() for one in some}.values():
            path = Path(mistake.source)
            # What comes from the editor's own settings has no file to be shown in; the log names it.
            if path.is_absolute():
                now.setdefault(path.as_uri(), []).append(self._item(path, mistake))
        for uri in {**now, **self._shown}:
            if now.get(uri, []) != self._shown.get(uri, []):
                self._server.protocol.tell(PUBLISH, {"uri": uri, "diagnostics": now.get(uri, [])})
        self._shown = now

    def _item(self, path: Path, mistake: ConfigError) -> dict[str, Any]:
        line = (mistake.line or 1) - 1
        start, end = _extent(path, line, self._server.client.encoding)
        return {
            "range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}},
            "severity": self._severity,
            "code": CODE,
            "source": SOURCE,
            "message": f"`{mistake.key}`: {mistake.message}" if mistake.key else mistake.message,
        }


def _extent(path: Path, number: int, encoding: Encoding) -> tuple[int, int]:
    """Where the words of a line begin and end, in the client's units."""
    try:
        text = Text.of(path.read_bytes().decode("utf-8-sig", "replace"))
    except OSError:
        return 0, 0
    line = text.line(number) if number < len(text.lines) else ""
    start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    return to_units(line, start, encoding), to_units(line, end, encoding)
