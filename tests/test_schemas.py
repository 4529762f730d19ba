"""The schemas of the settings say what the program takes, and nothing else."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend

from initls.rulebook import all_rules
from initls.server.preferences import FOR_THE_CLIENT, PREFERENCES, Preferences, read
from initls.settings import Settings
from initls.workspace import globs
from initls.workspace.config import load
from initls.workspace.options import KEYS, OPTIONS, ConfigError, apply_options
from initls.workspace.shapes import Flag, Glob, ListOf, Selector, Shape, TableOf, Text, Word

ROOT = Path(__file__).parents[1]
CODES = tuple(all_rules())


def _tool() -> Any:
    spec = importlib.util.spec_from_file_location("write_schemas", ROOT / "tools" / "write_schemas.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["write_schemas"] = module
    spec.loader.exec_module(module)
    return module


TOOL = _tool()


def _pattern(validator: Any, pattern: str, value: object, schema: object) -> Iterator[ValidationError]:
    # The patterns of a schema are ECMAScript's, where `$` is the very end, and not also in front of a last line feed.
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


Validator = extend(Draft7Validator, {"pattern": _pattern})
FILE = Validator(json.loads(TOOL.FILE.read_text(encoding="utf-8")))
EDITOR = Validator(json.loads(TOOL.EDITOR.read_text(encoding="utf-8")))


def test_the_committed_files_are_current() -> None:
    assert TOOL.stale() == [], "run make docs"


@pytest.mark.parametrize("schema", [FILE.schema, EDITOR.schema], ids=["file", "editor"])
def test_they_are_schemas(schema: dict[str, Any]) -> None:
    Draft7Validator.check_schema(schema)
    # The metaschema lets unknown words pass; a misspelled one would check nothing.
    known = {"$schema", "$id", "title", "description", "type", "properties", "additionalProperties", "definitions"}
    known |= {"items", "propertyNames", "$ref", "enum", "const", "anyOf", "oneOf", "pattern", "default"}

    def words(part: Any, *, names: bool) -> Iterator[str]:
        if isinstance(part, dict):
            for key, value in part.items():
                if not names:
                    yield key
                if key not in ("default", "enum", "const"):
                    yield from words(value, names=not names and key in ("properties", "definitions"))
        elif isinstance(part, list):
            for item in part:
                yield from words(item, names=False)

    assert set(words(schema, names=False)) <= known


def test_every_key_and_every_rule_is_described() -> None:
    assert list(FILE.schema["properties"]) == list(KEYS)
    named, beginnings = FILE.schema["definitions"]["selector"]["anyOf"]
    told = {one["const"]: one for one in named["oneOf"]}
    for rule in all_rules().values():
        assert told[rule.code]["title"] == rule.name
        assert rule.summary.strip() in told[rule.code]["description"]
    assert not told.keys() & set(beginnings["enum"])
    for part in FILE.schema["properties"].values():
        assert part["description"].endswith(".")


def test_the_defaults_are_those_of_the_program() -> None:
    defaults = {key: part["default"] for key, part in FILE.schema["properties"].items() if "default" in part}
    assert apply_options(Settings(), defaults, codes=CODES) == Settings()
    FILE.validate(defaults)


# ------------------------------------------------------------------- what one takes, the other takes

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8), st.just("INI1\n")
)
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
BEGINNINGS = [code[:end] for code in CODES for end in range(1, len(code) + 1)]


def fitting(shape: Shape) -> st.SearchStrategy[Any]:
    """Values that a shape takes."""
    match shape:
        case Flag():
            return st.booleans()
        case Word(words):
            return st.sampled_from(words)
        case Selector():
            return st.sampled_from(["ALL", *BEGINNINGS])
        case Glob():
            return st.one_of(st.sampled_from(["tests/**", "!src/*.py", "a b", "", "[ab]", "*.p?"]), st.text(max_size=6))
        case ListOf(item):
            return st.lists(fitting(item), max_size=3)
        case TableOf(key, value, _):
            return st.dictionaries(fitting(key), fitting(value), max_size=3)
        case Text(_, None):
            # What a path names has to be there, which no schema knows.
            return st.just("")
        case Text(_, form):
            return st.from_regex(form, fullmatch=True)
    raise AssertionError(shape)


WRONG = st.sampled_from(
    [
        "",
        "INI",
        "INI9",
        "ini101",
        "INI1011",
        "INI10l",
        "All",
        "loud",
        "Error",
        "2.6.",
        "2.6.1.0",
        "2.6\n",
        "fdsp",
        1,
        [],
    ]
)


@st.composite
def nearly(draw: st.DrawFn, shape: Shape) -> Any:
    """Values that a shape takes, with a part that it may not take."""
    value = draw(fitting(shape))
    if isinstance(value, list):
        return [*value, draw(st.one_of(WRONG, LEAVES))]
    if isinstance(value, dict):
        return {**value, draw(st.one_of(WRONG, LEAVES).map(str)): draw(st.one_of(WRONG, LEAVES, st.just(["INI1"])))}
    return draw(WRONG)


def tables(shapes: Mapping[str, Shape]) -> st.SearchStrategy[dict[str, Any]]:
    """Tables of settings: right ones, and ones with a mistake anywhere."""
    right = st.fixed_dictionaries({}, optional={key: fitting(shape) for key, shape in shapes.items()})
    wrong = st.one_of(
        *(st.tuples(st.just(key), st.one_of(nearly(shape), ANYTHING)) for key, shape in shapes.items()),
        st.tuples(st.sampled_from(["selct", "Select", "extend_select", "", "ignore "]), ANYTHING),
    )
    return st.one_of(right, st.tuples(right, wrong).map(lambda pair: {**pair[0], pair[1][0]: pair[1][1]}))


def holds_no_strange_glob(table: object) -> bool:
    """Whether every string would do as a glob: that is the one thing that a schema cannot tell."""
    if isinstance(table, dict):
        return all(map(holds_no_strange_glob, (*table, *table.values())))
    if isinstance(table, list):
        return all(map(holds_no_strange_glob, table))
    return not isinstance(table, str) or (globs.readable(table) and globs.readable(table.removeprefix("!")))


def loads(table: Mapping[str, Any]) -> bool:
    try:
        apply_options(Settings(), table, codes=CODES)
    except ConfigError:
        return False
    return True


@settings(max_examples=300, deadline=None)
@given(tables({option.key: option.shape for option in OPTIONS}).filter(holds_no_strange_glob))
@example({"select": []})
@example({"severity": {"INI1": "hint", "ALL": "error"}})
@example({"torch-version": "2.6\n"})
@example({"extendSelect": ["INI1"]})
def test_a_settings_file_loads_if_and_only_if_the_schema_takes_it(table: dict[str, Any]) -> None:
    assert FILE.is_valid(table) == loads(table)


@settings(max_examples=100, deadline=None)
@given(st.fixed_dictionaries({}, optional={option.key: fitting(option.shape) for option in OPTIONS}))
def test_right_tables_are_right(table: dict[str, Any]) -> None:
    # Without this the equality would also hold of a program and a schema that take nothing.
    if holds_no_strange_glob(table):
        assert loads(table)


EDITORS = {preference.key: preference.shape for preference in PREFERENCES} | {
    name: option.shape for option in OPTIONS for name in (option.key, option.camel)
}


def is_about_a_path(table: Mapping[str, Any]) -> bool:
    return isinstance(table.get("configuration"), str) and table["configuration"] != ""


@settings(max_examples=300, deadline=None)
@given(tables(EDITORS).filter(holds_no_strange_glob).filter(lambda table: not is_about_a_path(table)))
@example({"hover": None, "select": None, "path": "x", "trace": {"server": "verbose"}})
@example({"hover": 1})
def test_the_editor_is_obeyed_in_all_if_and_only_if_the_schema_takes_it(table: dict[str, Any]) -> None:
    assert EDITOR.is_valid(table) == (read(table, CODES)[1] == [])


@pytest.mark.parametrize("path", ["initls.toml", "pyproject.toml"])
def test_the_readmes_example_is_right_by_both(tmp_path: Path, path: str) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("```toml\n[tool.initls]\n")[1].split("```")[0]
    full = text.replace("tool.initls.", "") if path == "initls.toml" else f"[tool.initls]\n{text}"
    (tmp_path / path).write_text(full, encoding="utf-8")
    loaded = load(tmp_path / path, CODES)
    assert loaded is not None and loaded != Settings()
    FILE.validate({"ignore": list(loaded.ignore), "distribution": loaded.distribution})


# ------------------------------------------------------------------- the extension for VS Code

MANIFEST = json.loads(TOOL.EXTENSION.read_text(encoding="utf-8"))
PROPERTIES = MANIFEST["contributes"]["configuration"]["properties"]


def test_the_extension_hands_on_what_it_shows_of_the_servers_settings() -> None:
    source = (TOOL.EXTENSION.parent / "src" / "settings.ts").read_text(encoding="utf-8")
    handed = re.findall(r'"(\w+)"', source.partition("SERVER_SETTINGS = [")[2].partition("]")[0])
    shown = [name.removeprefix("initls.") for name in PROPERTIES]
    own = {key.partition(".")[0] for key in shown} & FOR_THE_CLIENT
    # `enable` is obeyed by the extension, which starts no server then.
    assert handed == [key for key in shown if key.partition(".")[0] not in own and key != "enable"]


def test_what_the_extension_sends_of_itself_changes_nothing() -> None:
    sent = {name.removeprefix("initls."): row["default"] for name, row in PROPERTIES.items()}
    assert read(sent | {"trace": None, "trace.server": None}, CODES)[0] == Preferences()
    EDITOR.validate({key: value for key, value in sent.items() if key != "trace.server"})


def test_no_folder_says_what_is_started_before_it_is_trusted() -> None:
    restricted = set(MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"])
    starting = {name for name in TOOL.FOR_STARTING if not name.startswith("initls.trace")}
    assert starting <= restricted
    assert all(PROPERTIES[name]["scope"] == TOOL.MACHINE for name in starting | {"initls.configuration"})
    # Whatever else the client knows how to start a server with is not offered at all.
    assert {name.removeprefix("initls.").partition(".")[0] for name in PROPERTIES} & FOR_THE_CLIENT == {
        "path",
        "interpreter",
        "trace",
    }


def test_the_pattern_of_the_extension_takes_every_selector() -> None:
    pattern = PROPERTIES["initls.select"]["items"]["pattern"]
    assert all(re.search(pattern, text) for text in ("ALL", *BEGINNINGS))
    assert not any(re.search(pattern, text) for text in ("XYZ", "ini1", "INI1011"))


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_row_of_the_extension_is_a_schema_that_takes_its_default(name: str) -> None:
    row = PROPERTIES[name]
    Draft7Validator.check_schema({key: value for key, value in row.items() if key not in ("scope", "order")})
    Validator(row).validate(row["default"])
