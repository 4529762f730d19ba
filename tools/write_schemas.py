"""Write the JSON Schemas of the settings, and the settings of the extension for VS Code, from the tables in initls.

python tools/write_schemas.py            write what has changed
python tools/write_schemas.py --check    write nothing, and fail where a file is not current
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "schemas"
FILE = FOLDER / "initls.schema.json"
EDITOR = FOLDER / "initls-editor.schema.json"
EXTENSION = ROOT / "editors" / "vscode" / "package.json"

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from initls.rulebook import all_rules  # noqa: E402
from initls.server.preferences import CHOICES, FOR_THE_CLIENT, PREFERENCES, Preference  # noqa: E402
from initls.settings import Settings  # noqa: E402
from initls.workspace.options import BY_KEY, OPTIONS, TABLES, Option  # noqa: E402
from initls.workspace.shapes import JSON, SELECTOR, Word  # noqa: E402

DRAFT = "http://json-schema.org/draft-07/schema#"
HOME = "https://raw.githubusercontent.com/initls/initls/main/schemas/"


# --------------------------------------------------------------------------- the schemas


def file_schema() -> JSON:
    """Of `initls.toml`, and of the table `tool.initls` of `pyproject.toml`."""
    return _schema(
        FILE.name,
        "The settings of initls, in `initls.toml` or in the table `tool.initls` of `pyproject.toml`.",
        {option.key: _described(option.shape.schema(), option) for option in OPTIONS},
    )


def editor_schema() -> JSON:
    """Of the settings that an editor hands to the server."""
    properties = {
        preference.key: {
            **_or_null(preference.shape.schema()),
            "description": preference.description,
            "default": preference.default,
        }
        for preference in PREFERENCES
    }
    for option in OPTIONS:
        properties[option.camel] = {**_or_null(option.shape.schema()), "description": option.description}
        if option.camel != option.key:
            also = f"The same as `{option.camel}`, as settings files spell it."
            properties[option.key] = {**_or_null(option.shape.schema()), "description": also}
    for key in sorted(FOR_THE_CLIENT):
        properties[key] = {"description": "For the client, which starts the server; the server passes it by."}
    about = "What an editor tells `initls server`: `initializationOptions.settings`, or the section `initls`."
    return _schema(EDITOR.name, about, properties)


def _schema(name: str, description: str, properties: dict[str, JSON]) -> JSON:
    return {
        "$schema": DRAFT,
        "$id": HOME + name,
        "title": "initls",
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "definitions": {"selector": selector()},
    }


def selector() -> JSON:
    """The codes of all rules with what they find, and all beginnings of them."""
    rules = all_rules()
    families = {family: list(codes) for family, codes in groupby(rules, key=lambda code: code[:4])}
    named: list[JSON] = [{"const": "ALL", "description": "All rules, those that are off by default too."}]
    named += [{"const": "INI", "description": "All rules that are on by default."}]
    named += [
        {"const": family, "description": f"The {len(codes)} rules from {codes[0]} to {codes[-1]}."}
        for family, codes in families.items()
    ]
    named += [
        {"const": rule.code, "title": rule.name, "description": f"{rule.name}: {rule.summary.strip()}"}
        for rule in rules.values()
    ]
    told = {one["const"] for one in named}
    beginnings = sorted({code[:end] for code in rules for end in range(1, len(code))} - told)
    return {
        "description": "The code of a rule, the beginning of one, or ALL.",
        "anyOf": [{"oneOf": named}, {"enum": beginnings, "description": "All rules whose code begins so."}],
    }


def _described(shape: JSON, option: Option) -> JSON:
    default = getattr(Settings(), option.field)
    told = {} if default is None else {"default": dict(default) if option.key in TABLES else default}
    return {**shape, "description": option.description, **told}


def _or_null(shape: JSON) -> JSON:
    """The shape, or null, which is how editors say that nothing is set."""
    if "enum" in shape:
        return {"enum": [*shape["enum"], None]}
    return {**shape, "type": [shape["type"], "null"]}


# --------------------------------------------------------------------------- the extension for VS Code

MACHINE = "machine-overridable"
"""The scope of what names a program or a file of this machine. A workspace may set it only once it is trusted, as the
list of restricted settings says: until then nobody starts what a folder brings along."""

FOR_STARTING: dict[str, JSON] = {
    "initls.path": {
        "type": "string",
        "default": "",
        "scope": MACHINE,
        "markdownDescription": "The `initls` program to start. `~`, `${workspaceFolder}` and `${env:NAME}` are "
        "understood. When empty, initls is looked for in the selected Python interpreter and on `PATH`, and is else "
        "installed into an environment of the extension's own.",
    },
    "initls.interpreter": {
        "type": "string",
        "default": "",
        "scope": MACHINE,
        "markdownDescription": "The Python interpreter that has initls installed, when it is not the one that the "
        "workspace has selected. Not used when `#initls.path#` is set.",
    },
    "initls.trace.server": {
        "type": "string",
        "enum": ["messages", "verbose"],
        "enumDescriptions": ["The name of each message.", "Each message with its contents."],
        "default": "messages",
        "scope": "window",
        "markdownDescription": "What the log says about the messages between editor and server while the log level of "
        "the initls output is Trace.",
    },
}
"""The settings of the extension that the server never sees."""

SHOWN = (
    *("enable", "path", "interpreter"),
    *("select", "ignore", "extend-select", "severity", "distribution", "framework"),
    *("hover", "codeActions", "codeLens", "inlayHints", "completion", "diagnosticMode", "showSyntaxErrors"),
    *("configuration", "configurationPreference", "untitled", "logLevel", "trace.server"),
)
"""What the extension offers, in the order of its page. VS Code counts in UTF-16 alone, so there is no encoding to set,
and which files are left out is for the project to say."""


def contributed() -> JSON:
    """The settings of the extension, as its manifest has them."""
    own = {preference.key: preference for preference in PREFERENCES}
    properties: dict[str, JSON] = {}
    for order, key in enumerate(SHOWN):
        if key in own:
            name, row = key, _preference(own[key])
        elif key in BY_KEY:
            name, row = BY_KEY[key].camel, _option(BY_KEY[key])
        else:
            name, row = key, FOR_STARTING[f"initls.{key}"]
        properties[f"initls.{name}"] = {**row, "order": order}
    return {"title": "initls", "properties": properties}


def _preference(preference: Preference) -> JSON:
    shape = preference.shape.schema()
    row = {"type": shape.get("type", "string")}
    if isinstance(preference.shape, Word):
        row["enum"] = shape["enum"]
        if preference.meanings:
            row["enumDescriptions"] = [preference.meanings[word] for word in shape["enum"]]
    scope = MACHINE if preference.key == "configuration" else "window"
    return {**row, "default": preference.default, "scope": scope, "markdownDescription": preference.description}


def _option(option: Option) -> JSON:
    # Without a value of the user's the project decides: nothing is sent, so the default is none of ours.
    shape = _without_references(option.shape.schema())
    if option.key in CHOICES:
        row = {**shape, "default": []}
    elif "enum" in shape:
        row = {"type": ["string", "null"], "enum": [*shape["enum"], None], "default": None}
    else:
        row = {**shape, "type": [shape["type"], "null"], "default": None}
    adds = option.key in ("ignore", "extend-select")
    project = "It adds to the project's own `[tool.initls]`." if adds else "When not set, the project decides."
    return {**row, "scope": "window", "markdownDescription": f"{option.description} {project}"}


def _without_references(shape: JSON) -> JSON:
    """The shape with a pattern for the codes: the manifest cannot define them, and new rules should not change it."""
    if shape == SELECTOR:
        return {"type": "string", "pattern": "^(ALL|I|IN|INI[0-9]{0,3})$"}
    return {key: _without_references(value) if isinstance(value, dict) else value for key, value in shape.items()}


# --------------------------------------------------------------------------- writing


def files() -> dict[Path, str]:
    """Every file that is written with what it has to hold."""
    manifest = json.loads(EXTENSION.read_text(encoding="utf-8"))
    manifest["contributes"]["configuration"] = contributed()
    return {FILE: _text(file_schema()), EDITOR: _text(editor_schema()), EXTENSION: _text(manifest)}


def _text(value: JSON) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def stale() -> list[Path]:
    """The files that are missing or out of date."""
    return [path for path, text in files().items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def main(argv: Iterable[str] | None = None) -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is not current")
    old = stale()
    if parser.parse_args(None if argv is None else [*argv]).check:
        for path in old:
            print(f"{path.relative_to(ROOT)} is not current: run make docs")
        return 1 if old else 0
    wanted = files()
    FOLDER.mkdir(exist_ok=True)
    for path in old:
        path.write_text(wanted[path], encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
