"""Commands that a client may run: the page of a rule, the report on a model, what a report of a problem should hold."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from initls import __version__, rulebook
from initls.server.features import report
from initls.server.params import field
from initls.server.tasks import in_background

if TYPE_CHECKING:
    from initls.server.server import Server

SHOW_RULE = "initls.server.showRule"
DEBUG_INFORMATION = "initls.server.debugInformation"
MODEL_REPORT = "initls.server.report"


def register(server: Server) -> None:
    """Offer them."""
    for command in (SHOW_RULE, DEBUG_INFORMATION, MODEL_REPORT):
        server.protocol.fm.command(command)(_never_called)
    server.protocol.direct[types.WORKSPACE_EXECUTE_COMMAND] = lambda params: execute(server, params)


def _never_called() -> None:
    """Stands for a command where commands are announced; our own dispatch comes before."""


def execute(server: Server, params: Any) -> Any:
    """Run a command."""
    command = field(params, "command", str)
    arguments = params.get("arguments")
    if command == DEBUG_INFORMATION:
        return "\n".join(_information(server)) + "\n"
    if command == MODEL_REPORT:
        return server.reports.answer(report.of_command(arguments))
    code = arguments[0] if command == SHOW_RULE and isinstance(arguments, list) and arguments else None
    url = rulebook.url_of(code) if isinstance(code, str) else None
    if url is None:
        raise JsonRpcInvalidParams(f"there is no command {command} with these arguments")
    if server.client.shows_documents:
        in_background(server.protocol.ask(types.WINDOW_SHOW_DOCUMENT, {"uri": url, "external": True}))
    return url


def _information(server: Server) -> Iterator[str]:
    """All that somebody who is to find a problem would ask for, as Markdown; no line of anybody's code."""
    yield "## initls"
    yield f"- initls {__version__}, Python {platform.python_version()}, {platform.platform()}"
    yield "- " + ", ".join(f"{name} {_version(name)}" for name in ("libcst", "pygls", "lsprotocol"))
    yield f"- started as `{sys.argv[0]}` with `{sys.executable}`"
    yield "\n## Client"
    yield f"- {server.client_name or 'gives no name'}"
    for name, value in sorted(server.client_abilities().items()):
        yield f"- {name}: {value}"
    yield "\n## Settings of the editor"
    for name, value in sorted(server.preferences_told().items()):
        yield f"- {name}: {value}"
    yield "\n## Open documents"
    for line in server.analyses.told():
        yield f"- {line}"


def _version(package: str) -> str:
    # Seldom asked for, and it takes a mail reader to find out.
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"
