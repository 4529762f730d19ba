"""What the user sets in the editor, read from the loose values that editors send.

A setting that cannot be obeyed is reported and left out; the others hold.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, get_args

from msgspec import Struct, field

from initls.syntax.encoding import Encoding
from initls.workspace.config import Overrides
from initls.workspace.options import OPTIONS
from initls.workspace.shapes import Flag, Misfit, Shape, Text, Word, nearest

ORIGIN = "the editor's settings"

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
"""Names of log levels, as settings have them."""

MODES = {"openFilesOnly": False, "workspace": True}
"""Which files are looked at, as settings have it."""

PRECEDENCE = ("editorFirst", "filesystemFirst", "editorOnly")
"""Whose settings hold: the editor's over the files', the files' over the editor's, or the editor's alone."""

FOR_THE_CLIENT = frozenset({"path", "interpreter", "trace", "args", "env"})
"""Settings that say how to start the server. They arrive with the others and mean nothing here."""


class Preferences(Struct, frozen=True):
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


class Preference(Struct, frozen=True):
    """One setting that only an editor has; those of the settings files are settings of editors as well."""

    key: str
    shape: Shape
    default: object
    """What editors send where the user has set nothing."""
    description: str
    fills: str
    """The field of `Preferences` that it is for."""
    values: Mapping[Any, object] | None = None
    """What the field holds for each value, where that is not the value itself."""
    meanings: Mapping[str, str] = {}
    """A sentence for each word that is no plain name."""


def _switch(key: str, default: bool, description: str) -> Preference:
    snake = re.sub(r"([A-Z])", r"_\1", key).lower()
    return Preference(key, Flag(), default, description, snake)


PREFERENCES: tuple[Preference, ...] = (
    _switch("enable", True, "Check Python files with initls."),
    _switch("hover", True, "Explain a finding, and what it costs, when the pointer rests on it."),
    _switch("codeActions", True, "Offer repairs in the menu and on save."),
    _switch("codeLens", True, "Show above each model how many parameters it has, and by whom they are initialized."),
    _switch(
        "inlayHints",
        False,
        "Show the standard deviation that each layer starts with behind the line that makes it.",
    ),
    _switch("completion", True, "Complete the codes of rules in `# initls: ignore[...]` comments."),
    Preference(
        "diagnosticMode",
        Word(tuple(MODES)),
        "openFilesOnly",
        "Which files are checked.",
        "whole_workspace",
        MODES,
        {"openFilesOnly": "Only files that are open.", "workspace": "All files of the workspace."},
    ),
    _switch("showSyntaxErrors", False, "Show lines that cannot be read as well. Other tools do that already."),
    Preference(
        "configuration",
        Text("the path of a settings file"),
        "",
        "A settings file that stands for all that would be found in the project. `~` and variables of the environment "
        "are understood.",
        "configuration",
    ),
    Preference(
        "configurationPreference",
        Word(PRECEDENCE),
        "editorFirst",
        "Whose settings hold where editor and project speak of the same.",
        "precedence",
        meanings={
            "editorFirst": "The editor's settings go over those of the project's files.",
            "filesystemFirst": "Where the project has a settings file, that decides.",
            "editorOnly": "The project's files are not read.",
        },
    ),
    _switch("untitled", True, "Check documents that were never saved."),
    Preference(
        "positionEncoding",
        Word(get_args(Encoding)),
        None,
        "How columns are counted, where another server of the editor asks for the same.",
        "encoding",
    ),
    Preference("logLevel", Word(tuple(LEVELS)), "info", "How much the server writes to the log.", "log_level", LEVELS),
)
"""What an editor may set besides the options of the settings files."""

_OWN = {preference.key: preference for preference in PREFERENCES}
_SHARED = {name: option for option in OPTIONS for name in (option.key, option.camel)}
"""The options of the settings files, in their own spelling and in that of editors."""

CHOICES = ("select", "ignore", "extend-select")
"""Options that choose rules. Here they add to what the project's files choose, as they do on a command line."""


def read(raw: object, codes: Collection[str] = ()) -> tuple[Preferences, list[str]]:
    """The preferences in `raw`, and a message for each part that is not obeyed.

    `codes` are the codes of the rules that exist.
    """
    if not isinstance(raw, Mapping):
        return Preferences(), [] if raw is None else [f"{ORIGIN} should be an object"]
    complaints: list[str] = []
    options: dict[str, object] = {}
    own: dict[str, Any] = {}
    for key, value in raw.items():
        option, preference = _SHARED.get(key), _OWN.get(key)
        # An editor's default for "not set" is null, and for lists of codes the empty list.
        unset = (value is None and (option or preference)) or (option and option.key in CHOICES and value == [])
        if unset or key in FOR_THE_CLIENT:
            continue
        try:
            if preference is not None:
                own[preference.fills] = _value(preference, value)
            elif option is not None:
                option.shape.read(value, codes)
                options[option.key] = value
            else:
                raise Misfit("there is no such setting" + nearest(str(key), (*_OWN, *_SHARED)))
        except Misfit as misfit:
            complaints.append(f"{ORIGIN}: `{key}`: {misfit}")
    chosen = {key: _codes(options.pop(key)) for key in CHOICES if key in options}
    overrides = Overrides(
        select=chosen.get("select"),
        ignore=chosen.get("ignore", ()),
        extend_select=chosen.get("extend-select", ()),
        options=options,
        origin=ORIGIN,
    )
    return Preferences(overrides=overrides, **own), complaints


def _value(preference: Preference, value: object) -> object:
    read = preference.shape.read(value, ())
    if preference.fills == "configuration":
        return _path(read)
    return read if preference.values is None else preference.values[read]


def _path(value: str) -> Path | None:
    """The file that a setting names, with `~` and variables of the environment in it; raises `Misfit`."""
    if not value:
        return None
    expanded = os.path.expandvars(os.path.expanduser(value))
    if not Path(expanded).is_file():
        meant = "" if expanded == value else f", which stands for {expanded}"
        raise Misfit(f"there is no file {value}{meant}; the files of the project hold")
    return Path(expanded)


def _codes(value: object) -> tuple[str, ...]:
    assert isinstance(value, list | tuple)
    return tuple(str(code) for code in value)
