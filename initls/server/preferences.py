"""What the user sets in the editor, read from the loose values that editors send.

A setting that cannot be obeyed is reported and left out; the others hold.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from initls.settings import Settings
from initls.syntax.encoding import Encoding
from initls.workspace.config import ConfigError, Overrides
from initls.workspace.options import apply_options

ORIGIN = "the editor's settings"

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
"""Names of log levels, as settings have them."""

MODES = {"openFilesOnly": False, "workspace": True}
"""Which files are looked at, as settings have it."""

PRECEDENCE = ("editorFirst", "filesystemFirst", "editorOnly")
"""Whose settings hold: the editor's over the files', the files' over the editor's, or the editor's alone."""

FOR_THE_CLIENT = frozenset({"path", "interpreter", "trace", "args", "env"})
"""Settings that say how to start the server. They arrive with the others and mean nothing here."""


@dataclass(frozen=True)
class Preferences:
    """The settings of one editor; `overrides` go over those of the project's files."""

    enable: bool = True
    hover: bool = True
    code_actions: bool = True
    code_lens: bool = True
    inlay_hints: bool = False
    completion: bool = True
    whole_workspace: bool = False
    """Whether files that are not open are looked at as well."""
    show_syntax_errors: bool = False
    log_level: int = logging.INFO
    configuration: Path | None = None
    """A settings file that stands for all that would be found."""
    untitled: bool = True
    """Whether documents are looked at that were never saved."""
    precedence: str = "editorFirst"
    """Whose settings hold where the project's files and the editor's settings speak of the same."""
    encoding: Encoding | None = None
    """How positions are counted, where the user does not leave that to editor and server."""
    overrides: Overrides = field(default_factory=lambda: Overrides(origin=ORIGIN))


def read(raw: object, codes: Collection[str] = ()) -> tuple[Preferences, list[str]]:
    """The preferences in `raw`, and a message for each part that is not obeyed.

    `codes` are the codes of the rules that exist.
    """
    if not isinstance(raw, Mapping):
        return Preferences(), [] if raw is None else [f"{ORIGIN} should be an object"]
    complaints: list[str] = []
    options: dict[str, object] = {}
    own: dict[str, object] = {}
    for key, value in raw.items():
        # An editor's default for "not set" is null, and for lists of codes the empty list.
        if value is None or key in FOR_THE_CLIENT or (key in _CHOICES and value == []):
            continue
        if key in _FLAGS:
            if isinstance(value, bool):
                own[_FLAGS[key]] = value
            else:
                complaints.append(f"{ORIGIN}: `{key}`: expected true or false")
        elif key in _WORDS:
            name, words = _WORDS[key]
            if isinstance(value, str) and value in words:
                own[name] = words[value]
            else:
                complaints.append(f"{ORIGIN}: `{key}`: expected one of {', '.join(words)}")
        elif key == "configuration":
            try:
                own["configuration"] = _path(value)
            except ConfigError as error:
                complaints.append(f"{ORIGIN}: `{key}`: {error}")
        else:
            try:
                apply_options(Settings(), {key: value}, codes=codes, source=ORIGIN)
            except ConfigError as error:
                complaints.append(str(error))
            else:
                options[key] = value
    chosen = {field_name: _codes(options.pop(key)) for key, field_name in _CHOICES.items() if key in options}
    overrides = Overrides(
        select=chosen.get("select"),
        ignore=chosen.get("ignore", ()),
        extend_select=chosen.get("extend_select", ()),
        options=options,
        origin=ORIGIN,
    )
    return Preferences(overrides=overrides, **own), complaints  # type: ignore[arg-type]


def _path(value: object) -> Path | None:
    """The file that a setting names, with `~` and variables of the environment in it; raises `ConfigError`."""
    if not isinstance(value, str):
        raise ConfigError("expected the path of a settings file")
    if not value:
        return None
    expanded = os.path.expandvars(os.path.expanduser(value))
    if not Path(expanded).is_file():
        meant = "" if expanded == value else f", which stands for {expanded}"
        raise ConfigError(f"there is no file {value}{meant}; the files of the project hold")
    return Path(expanded)


def _codes(value: object) -> tuple[str, ...]:
    assert isinstance(value, list | tuple)
    return tuple(str(code) for code in value)


_FLAGS = {
    "untitled": "untitled",
    "enable": "enable",
    "hover": "hover",
    "codeActions": "code_actions",
    "codeLens": "code_lens",
    "inlayHints": "inlay_hints",
    "completion": "completion",
    "showSyntaxErrors": "show_syntax_errors",
}
"""Settings that are true or false, with the fields that they fill."""

_WORDS: dict[str, tuple[str, Mapping[str, object]]] = {
    "logLevel": ("log_level", LEVELS),
    "diagnosticMode": ("whole_workspace", MODES),
    "configurationPreference": ("precedence", {word: word for word in PRECEDENCE}),
    "positionEncoding": ("encoding", {word: word for word in get_args(Encoding)}),
}
"""Settings that take one of some words, with the fields that they fill and what each word stands for."""

_CHOICES = {"select": "select", "ignore": "ignore", "extendSelect": "extend_select", "extend-select": "extend_select"}
"""Settings that choose rules. Here they add to what the project's files choose, as they do on a command line."""
