"""What the server offers, one module a feature: take a snapshot, ask the analysis, convert, answer."""

from __future__ import annotations

from types import ModuleType

from initls.server.client import Client
from initls.server.features import (
    code_action,
    code_lens,
    commands,
    completion,
    configuration,
    diagnostics_pull,
    diagnostics_push,
    hover,
    inlay_hint,
    progress,
    report,
    sync,
    workspace_diagnostics,
)
from initls.server.preferences import Preferences


def suiting(client: Client, preferences: Preferences) -> list[ModuleType]:
    """The features for `client`, each a module with a function `register`.

    A client gets its diagnostics through one channel only. A feature that is switched off is not even announced.
    """
    channel = diagnostics_pull if client.pulls else diagnostics_push
    wanted = {
        code_action: preferences.code_actions,
        hover: preferences.hover,
        code_lens: preferences.code_lens,
        inlay_hint: preferences.inlay_hints,
        completion: preferences.completion,
        workspace_diagnostics: preferences.whole_workspace and client.pulls,
    }
    return [
        sync,
        configuration,
        commands,
        channel,
        progress,
        report,
        *(feature for feature, on in wanted.items() if on),
    ]
