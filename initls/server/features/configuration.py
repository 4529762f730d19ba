"""The editor's settings, and the settings files of the project, as they change."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from initls.server.params import field, folders
from initls.server.tasks import in_background
from initls.workspace.config import NAMES

if TYPE_CHECKING:
    from initls.server.server import Server

log = logging.getLogger(__name__)

SECTION = "initls"


def register(server: Server) -> None:
    """Offer it."""
    server.offer(types.INITIALIZED)(initialized)
    server.offer(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change_configuration)
    server.offer(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change_watched_files)
    server.offer(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change_workspace_folders)


def initialized(server: Server, params: Any) -> None:
    """The client is ready for our questions."""
    registrations: list[dict[str, Any]] = []
    if server.client.registers_watchers:
        watchers = {"watchers": [{"globPattern": f"**/{name}"} for name in (*NAMES, "*.py")]}
        registrations.append(_registration(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watchers))
    if server.client.registers_configuration:
        registrations.append(_registration(types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": SECTION}))
    if registrations:
        in_background(server.protocol.ask(types.CLIENT_REGISTER_CAPABILITY, {"registrations": registrations}))
    if server.client.has_configuration:
        in_background(_ask(server))


def did_change_configuration(server: Server, params: Any) -> None:
    """The user has changed a setting of the editor."""
    if server.client.has_configuration:
        in_background(_ask(server))
        return
    settings = params.get("settings") if isinstance(params, dict) else None
    # Some clients send our section by itself, others all that they have.
    section = settings.get(SECTION, settings) if isinstance(settings, dict) else None
    if isinstance(section, dict):
        server.prefer(section)


def did_change_watched_files(server: Server, params: Any) -> None:
    """A settings file was written, made or deleted."""
    server.analyses.look_again()


def did_change_workspace_folders(server: Server, params: Any) -> None:
    """The user has opened or closed a folder of the workspace."""
    event = field(params, "event", dict)
    server.change_folders(folders(event.get("removed")), folders(event.get("added")))


def _registration(method: str, options: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"initls-{method}", "method": method, "registerOptions": options}


async def _ask(server: Server) -> None:
    answers = await server.protocol.ask(types.WORKSPACE_CONFIGURATION, {"items": [{"section": SECTION}]})
    section = answers[0] if isinstance(answers, list) and answers else None
    if isinstance(section, dict):
        server.prefer(section)
