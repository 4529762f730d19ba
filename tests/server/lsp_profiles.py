"""What real editors declare of themselves, as far as it can bear on a server of this kind.

Each was read from what the editor itself sends (Neovim 0.12.4, Emacs 30.1 and Helix 25.07.1 from Debian's packages), or
from the library that speaks for it (vscode-languageclient 11.0.0). Neovim 0.11 is what pytest-lsp ships.
"""

from __future__ import annotations

import json
from copy import deepcopy
from importlib import resources
from typing import Any, get_args

from initls.syntax.encoding import Encoding

JSON = dict[str, Any]

ENCODINGS: tuple[str, ...] = get_args(Encoding)

BOTH_TAGS: JSON = {"valueSet": [1, 2]}
KINDS = ["quickfix", "refactor", "refactor.extract", "refactor.inline", "refactor.rewrite", "source"]


def _shipped(name: str) -> JSON:
    profile = json.loads(resources.files("pytest_lsp.clients").joinpath(name).read_text("utf-8"))
    capabilities: JSON = profile["capabilities"]
    return capabilities


def _literals(*kinds: str) -> JSON:
    return {"codeActionKind": {"valueSet": [*kinds]}}


VSCODE: JSON = {
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "failureHandling": "textOnlyTransactional",
            "normalizesLineEndings": True,
            "changeAnnotationSupport": {"groupsOnLabel": True},
            "metadataSupport": True,
            "snippetEditSupport": True,
        },
        "configuration": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
        "didChangeConfiguration": {"dynamicRegistration": True},
        "workspaceFolders": True,
        "codeLens": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
        "diagnostics": {"refreshSupport": True},
    },
    "textDocument": {
        "publishDiagnostics": {
            "relatedInformation": True,
            "versionSupport": False,
            "tagSupport": BOTH_TAGS,
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
            "codeActionLiteralSupport": _literals("", *KINDS, "source.organizeImports", "source.fixAll"),
            "honorsChangeAnnotations": True,
        },
        "codeLens": {"dynamicRegistration": True, "resolveSupport": {"properties": ["command"]}},
        "inlayHint": {"dynamicRegistration": True, "resolveSupport": {"properties": ["tooltip", "textEdits"]}},
        "diagnostic": {
            "dynamicRegistration": True,
            "relatedInformation": True,
            "tagSupport": BOTH_TAGS,
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

# It pulls, is told to ask again, and keeps what is pulled for a document apart from what belongs to others. It watches
# no files for a server, and says nothing of `documentChanges`.
NEOVIM_12: JSON = {
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "resourceOperations": ["rename", "create", "delete"],
            "normalizesLineEndings": True,
            "changeAnnotationSupport": {"groupsOnLabel": True},
        },
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": False},
        "didChangeWatchedFiles": {"dynamicRegistration": False, "relativePatternSupport": True},
        "workspaceFolders": True,
        "codeLens": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
        "diagnostics": {"refreshSupport": True},
    },
    "textDocument": {
        "synchronization": {
            "dynamicRegistration": False,
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
            "honorsChangeAnnotations": True,
            "resolveSupport": {"properties": ["edit", "command"]},
            "codeActionLiteralSupport": _literals("", *KINDS, "source.organizeImports"),
        },
        "codeLens": {"dynamicRegistration": False, "resolveSupport": {"properties": ["command"]}},
        "completion": {
            "dynamicRegistration": False,
            "contextSupport": True,
            "completionItem": {
                "snippetSupport": True,
                "commitCharactersSupport": False,
                "deprecatedSupport": True,
                "documentationFormat": ["markdown", "plaintext"],
                "insertReplaceSupport": True,
                "labelDetailsSupport": True,
                "preselectSupport": False,
                "tagSupport": {"valueSet": [1]},
            },
            "completionList": {"itemDefaults": ["editRange", "insertTextFormat", "insertTextMode", "data"]},
        },
        "inlayHint": {
            "dynamicRegistration": True,
            "resolveSupport": {"properties": ["textEdits", "tooltip", "location", "command"]},
        },
        "diagnostic": {
            "dynamicRegistration": True,
            "relatedInformation": True,
            "relatedDocumentSupport": True,
            "dataSupport": True,
            "tagSupport": BOTH_TAGS,
        },
        "publishDiagnostics": {"relatedInformation": True, "dataSupport": True, "tagSupport": BOTH_TAGS},
    },
    "window": {
        "showMessage": {"messageActionItem": {"additionalPropertiesSupport": True}},
        "showDocument": {"support": True},
        "workDoneProgress": True,
    },
    "general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]},
}

# Eglot waits for diagnostics, drops their data, shows no related places, and without markdown-mode no markup.
EMACS: JSON = {
    "workspace": {
        "applyEdit": True,
        "executeCommand": {"dynamicRegistration": False},
        "workspaceEdit": {"documentChanges": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "symbol": {"dynamicRegistration": False},
        "configuration": True,
        "workspaceFolders": True,
    },
    "textDocument": {
        "synchronization": {
            "dynamicRegistration": False,
            "willSave": True,
            "willSaveWaitUntil": True,
            "didSave": True,
        },
        "completion": {
            "dynamicRegistration": False,
            "contextSupport": True,
            "completionItem": {
                "snippetSupport": False,
                "deprecatedSupport": True,
                "resolveSupport": {"properties": ["documentation", "details", "additionalTextEdits"]},
                "tagSupport": {"valueSet": [1]},
            },
        },
        "hover": {"dynamicRegistration": False, "contentFormat": ["plaintext"]},
        "codeAction": {
            "dynamicRegistration": False,
            "resolveSupport": {"properties": ["edit", "command"]},
            "dataSupport": True,
            "codeActionLiteralSupport": _literals(*KINDS, "source.organizeImports"),
            "isPreferredSupport": True,
        },
        "inlayHint": {"dynamicRegistration": False},
        "publishDiagnostics": {
            "relatedInformation": False,
            "codeDescriptionSupport": False,
            "tagSupport": BOTH_TAGS,
        },
    },
    "window": {"showDocument": {"support": True}, "workDoneProgress": True},
    "general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]},
    "experimental": {},
}

# Helix pulls but says nothing of what it shows of a pulled diagnostic, and calls what the protocol calls
# `workspace.diagnostics` by the name that its library has for it.
HELIX: JSON = {
    "workspace": {
        "applyEdit": True,
        "configuration": True,
        "workspaceFolders": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "failureHandling": "abort",
            "normalizesLineEndings": False,
        },
        "didChangeConfiguration": {"dynamicRegistration": False},
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
        "executeCommand": {"dynamicRegistration": False},
        "inlayHint": {"refreshSupport": False},
        "diagnostic": {"refreshSupport": True},
    },
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "deprecatedSupport": True,
                "insertReplaceSupport": True,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
                "tagSupport": {"valueSet": [1]},
            },
            "completionItemKind": {},
        },
        "hover": {"contentFormat": ["markdown"]},
        "codeAction": {
            "codeActionLiteralSupport": _literals("", *KINDS, "source.organizeImports", "source.fixAll"),
            "isPreferredSupport": True,
            "disabledSupport": True,
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit", "command"]},
        },
        "inlayHint": {"dynamicRegistration": False},
        "diagnostic": {"dynamicRegistration": False, "relatedDocumentSupport": True},
        "publishDiagnostics": {"tagSupport": BOTH_TAGS, "versionSupport": True},
    },
    "window": {
        "showMessage": {"messageActionItem": {"additionalPropertiesSupport": True}},
        "showDocument": {"support": True},
        "workDoneProgress": True,
    },
    "general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]},
}

BARE: JSON = {}

PROFILES: dict[str, JSON] = {
    "vscode": VSCODE,
    "neovim-0.11": _shipped("neovim_v0.11.0.json"),
    "neovim-0.12": NEOVIM_12,
    "emacs": EMACS,
    "helix": HELIX,
    "bare": BARE,
}

PULLING = tuple(name for name, profile in PROFILES.items() if "diagnostic" in profile.get("textDocument", {}))
WAITING = tuple(name for name in PROFILES if name not in PULLING)
"""Those that ask for diagnostics, and those that are sent them."""


def counting(name: str, encoding: str) -> JSON:
    """The capabilities of an editor as if it knew but this encoding."""
    profile = deepcopy(PROFILES[name])
    profile.setdefault("general", {})["positionEncodings"] = [encoding]
    return profile
