"""What real editors declare of themselves."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

JSON = dict[str, Any]


def _shipped(name: str) -> JSON:
    profile = json.loads(resources.files("pytest_lsp.clients").joinpath(name).read_text("utf-8"))
    capabilities: JSON = profile["capabilities"]
    return capabilities


# The profile of Visual Studio Code that pytest-lsp ships is of 2022: it knows neither pulled diagnostics nor encodings.
VSCODE: JSON = {
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "failureHandling": "textOnlyTransactional",
            "normalizesLineEndings": True,
            "changeAnnotationSupport": {"groupsOnLabel": True},
        },
        "configuration": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
        "didChangeConfiguration": {"dynamicRegistration": True},
        "workspaceFolders": True,
        "diagnostics": {"refreshSupport": True},
    },
    "textDocument": {
        "publishDiagnostics": {
            "relatedInformation": True,
            "versionSupport": False,
            "tagSupport": {"valueSet": [1, 2]},
            "codeDescriptionSupport": True,
            "dataSupport": True,
        },
        "synchronization": {
            "dynamicRegistration": True,
            "willSave": True,
            "willSaveWaitUntil": True,
            "didSave": True,
        },
        "hover": {"dynamicRegistration": True, "contentFormat": ["markdown", "plaintext"]},
        "codeAction": {
            "dynamicRegistration": True,
            "isPreferredSupport": True,
            "disabledSupport": True,
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
            "codeActionLiteralSupport": {
                "codeActionKind": {
                    "valueSet": ["", "quickfix", "refactor", "source", "source.organizeImports", "source.fixAll"]
                }
            },
            "honorsChangeAnnotations": True,
        },
        "diagnostic": {
            "dynamicRegistration": True,
            "relatedInformation": True,
            "tagSupport": {"valueSet": [1, 2]},
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "relatedDocumentSupport": False,
        },
    },
    "window": {
        "showMessage": {"messageActionItem": {"additionalPropertiesSupport": True}},
        "showDocument": {"support": True},
        "workDoneProgress": True,
    },
    "general": {
        "staleRequestSupport": {"cancel": True, "retryOnContentModified": ["textDocument/semanticTokens/full"]},
        "positionEncodings": ["utf-16"],
    },
    "notebookDocument": {"synchronization": {"dynamicRegistration": True, "executionSummarySupport": True}},
}

BARE: JSON = {}

PROFILES: dict[str, JSON] = {
    "vscode": VSCODE,
    "neovim": _shipped("neovim_v0.11.0.json"),
    "emacs": _shipped("emacs_v29.1.json"),
    "bare": BARE,
}
