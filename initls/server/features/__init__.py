"""What the server offers, one module a feature: take a snapshot, ask the analysis, convert, answer."""

from __future__ import annotations

from types import ModuleType

from initls.server.client import Client
from initls.server.features import code_action, configuration, diagnostics_pull, diagnostics_push, hover, sync
from initls.server.preferences import Preferences


def suiting(client: Client, preferences: Preferences) -> list[ModuleType]:
    """The features for `client`, each a module with a function `register`.

    A client gets its diagnostics through one channel only. A feature that is switched off is not even announced.
    """
    channel = diagnostics_pull if client.pulls else diagnostics_push
    return [sync, configuration, channel, code_action, *([hover] if preferences.hover else [])]
