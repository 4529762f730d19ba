"""Reading what editors send as settings."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from initls.server.preferences import Preferences, read

CODES = ("INI101", "INI103", "INI203")


def test_nothing_is_the_defaults() -> None:
    for raw in (None, {}, {"hover": None, "select": [], "path": "/x", "trace": {"server": "verbose"}}):
        assert read(raw, CODES) == (Preferences(), [])


def test_each_setting_arrives_where_it_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "initls.toml").touch()
    wanted, complaints = read(
        {
            "enable": False,
            "hover": False,
            "showSyntaxErrors": True,
            "logLevel": "debug",
            "configuration": "~/initls.toml",
            "select": ["INI1"],
            "ignore": ["INI101"],
            "extendSelect": ["INI203"],
            "distribution": "uniform",
            "torchVersion": "2.6",
        },
        CODES,
    )
    assert complaints == []
    assert (wanted.enable, wanted.hover, wanted.show_syntax_errors) == (False, False, True)
    assert wanted.log_level == logging.DEBUG
    assert wanted.configuration == tmp_path / "initls.toml"
    overrides = wanted.overrides
    assert (overrides.select, overrides.ignore, overrides.extend_select) == (("INI1",), ("INI101",), ("INI203",))
    assert overrides.options == {"distribution": "uniform", "torch-version": "2.6"}


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"selct": ["INI1"]}, "did you mean `select`"),
        ({"hovr": True}, "did you mean `hover`"),
        ({"select": "INI103"}, "expected a list"),
        ({"select": ["XYZ"]}, "XYZ"),
        ({"hover": "yes"}, "expected true or false"),
        ({"logLevel": "loud"}, 'expected "debug"'),
        ({"configuration": 7}, "expected the path"),
        ({"distribution": "cauchy"}, "normal"),
        ([], "should be an object"),
    ],
)
def test_what_cannot_be_obeyed_is_named(settings: object, complaint: str) -> None:
    wanted, complaints = read(settings, CODES)
    assert wanted == Preferences()
    (said,) = complaints
    assert complaint in said and "the editor's settings" in said
