"""The settings of the editor and of the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lsp_client import JSON, Client, Start, span, units


def codes(client: Client, uri: str, version: int = 1) -> list[str]:
    return [item["code"] for item in client.diagnostics(uri, version)]


def wait_for(client: Client, wanted: list[str]) -> None:
    """Wait until some document is shown with exactly these findings."""
    client.wait(
        lambda message: (
            message.get("method") == "textDocument/publishDiagnostics"
            and [item["code"] for item in message["params"]["diagnostics"]] == wanted
        )
    )


def test_settings_that_the_editor_starts_us_with(start: Start) -> None:
    client = start("vscode", settings={"ignore": ["INI101"], "path": "/usr/bin/initls", "select": [], "severity": None})
    assert codes(client, client.open("BAD LIKE\n")) == ["INI103"]
    assert "settings" not in client.logged()


def test_settings_that_the_editor_tells_when_asked(start: Start) -> None:
    client = start("vscode", configuration={"select": ["INI103"]})
    client.wait(lambda message: message.get("method") == "workspace/configuration")
    assert client.alive()
    assert codes(client, client.open("BAD LIKE\n")) == ["INI103"]
    client.configuration = {"select": ["INI101"]}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert codes(client, client.open("BAD LIKE\n")) == ["INI101"]


def test_settings_that_the_editor_sends_unasked(start: Start) -> None:
    client = start("bare")
    uri = client.open("BAD LIKE\n")
    assert codes(client, uri) == ["INI101", "INI103"]
    client.notify("workspace/didChangeConfiguration", {"settings": {"initls": {"ignore": ["INI103"]}}})
    wait_for(client, ["INI101"])
    client.notify("workspace/didChangeConfiguration", {"settings": {"ignore": ["INI101"]}})
    wait_for(client, ["INI103"])


def test_a_setting_that_cannot_be_obeyed_is_named_and_the_others_hold(start: Start) -> None:
    client = start("bare", settings={"selct": ["INI1"], "hover": "yes", "ignore": ["INI101"]})
    assert codes(client, client.open("BAD LIKE\n")) == ["INI103"]
    assert "did you mean `select`" in client.logged()
    assert "`hover`: expected true or false" in client.logged()


def test_settings_of_a_strange_shape_are_survived(start: Start) -> None:
    client = start("bare", settings=["x"])
    for params in ({"settings": []}, {"settings": {"initls": 7}}, {"settings": "x"}, [], None):
        client.notify("workspace/didChangeConfiguration", params)
        client.notify("workspace/didChangeWatchedFiles", params)
    assert codes(client, client.open("BAD\n")) == ["INI101"]


def test_the_nearest_settings_file_holds_for_each_document(start: Start, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.initls]\nignore = ["INI101"]\nexclude = ["generated"]\n')
    (inner / "initls.toml").write_text('ignore = ["INI103"]\n')
    client = start("bare")
    assert codes(client, client.open("BAD LIKE\n", (tmp_path / "a.py").as_uri())) == ["INI103"]
    assert codes(client, client.open("BAD LIKE\n", (inner / "a.py").as_uri())) == ["INI101"]
    assert codes(client, client.open("BAD LIKE\n", (tmp_path / "generated" / "a.py").as_uri())) == []
    assert codes(client, client.open("BAD LIKE\n", "untitled:Untitled-1")) == ["INI103"]


def test_a_file_of_the_users_choice_stands_for_all_others(start: Start, tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.toml"
    chosen.write_text('ignore = ["INI103"]\n')
    (tmp_path / "initls.toml").write_text('ignore = ["INI101"]\n')
    client = start("bare", settings={"configuration": str(chosen)})
    assert codes(client, client.open("BAD LIKE\n", (tmp_path / "a.py").as_uri())) == ["INI101"]


def test_a_settings_file_with_a_mistake_is_named_once_and_the_defaults_hold(start: Start, tmp_path: Path) -> None:
    (tmp_path / "initls.toml").write_text('ignore = ["INI101"\n')
    client = start("bare")
    uri = client.open("BAD\n", (tmp_path / "a.py").as_uri())
    assert codes(client, uri) == ["INI101"]
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    client.change(uri, 2, "BAD BAD\n")
    assert codes(client, uri, 2) == ["INI101", "INI101"]
    assert client.logged().count("not valid TOML") == 1
    assert "initls.toml:" in client.logged()


@pytest.mark.parametrize("profile", ["vscode", "emacs", "bare"])
def test_a_mistake_is_shown_in_the_settings_file_until_it_is_mended(start: Start, tmp_path: Path, profile: str) -> None:
    settings = tmp_path / "pyproject.toml"
    settings.write_text('[tool.initls]\n  "\U0001f40d" = 1\nselect = ["INI1"]\n')
    client = start(profile)
    uri = client.open("BAD\n", (tmp_path / "a.py").as_uri())
    client.diagnostics(uri, 1)

    def shown() -> list[JSON]:
        sent = client.sent("textDocument/publishDiagnostics")
        return [params["diagnostics"] for params in sent if params["uri"] == settings.as_uri()][-1]

    client.wait(lambda message: message.get("params", {}).get("uri") == settings.as_uri())
    (item,) = shown()
    assert item["code"] == "invalid-settings" and "there is no such setting" in item["message"]
    assert item["range"] == span(1, 2, 1, 2 + units('"\U0001f40d" = 1', client.encoding))
    settings.write_text('[tool.initls]\nselect = ["INI1"]\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": []})
    client.change(uri, 2, "BAD BAD\n")
    client.diagnostics(uri, 2)
    client.wait(lambda message: message.get("params", {}) == {"uri": settings.as_uri(), "diagnostics": []})
    assert shown() == []


def test_saving_is_a_reason_to_look_at_the_settings_files_again_where_nobody_watches_them(
    start: Start, tmp_path: Path
) -> None:
    client = start("bare")
    uri = client.open("BAD LIKE\n", (tmp_path / "a.py").as_uri())
    assert codes(client, uri) == ["INI101", "INI103"]
    (tmp_path / "initls.toml").write_text('ignore = ["INI101"]\n')
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    wait_for(client, ["INI103"])


def test_everything_can_be_switched_off(start: Start) -> None:
    client = start("bare", settings={"enable": False})
    assert codes(client, client.open("BAD\n")) == []


def test_syntax_errors_are_shown_only_on_request(start: Start, session_of: Callable[[str], Client]) -> None:
    text = "BAD\nBROKEN \U0001f40d\n"
    quiet = session_of("bare")
    assert codes(quiet, quiet.open(text)) == ["INI101"]
    assert "cannot be read" not in quiet.logged()
    telling = start("bare", settings={"showSyntaxErrors": True})
    items = telling.diagnostics(telling.open(text), 1)
    assert [item["code"] for item in items] == ["INI101", "invalid-syntax"]
    assert items[1]["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 9}}
    assert items[1]["severity"] == 1


def test_the_log_is_as_loud_as_the_user_wants(start: Start) -> None:
    client = start("bare", settings={"logLevel": "error"})
    client.change("file:///w/never-opened.py", 1, "x")
    assert client.diagnostics(client.open("DOOMED\n"), 1) == []
    assert "which is not open" not in client.logged()
    assert "failed" in client.logged()


@pytest.mark.parametrize(
    ("preference", "found"),
    [
        ("editorFirst", {"outside": ["INI104"], "inside": ["INI104"]}),
        ("filesystemFirst", {"outside": ["INI104"], "inside": ["INI101", "INI104"]}),
        ("editorOnly", {"outside": ["INI104"], "inside": ["INI104"]}),
    ],
)
def test_the_user_says_whose_settings_count_more(
    start: Start, tmp_path: Path, preference: str, found: dict[str, list[str]]
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "initls.toml").write_text('ignore = ["INI103"]\n')
    settings = {"select": ["INI104"], "configurationPreference": preference}
    client = start("bare", settings=settings)
    text = "BAD LIKE MUTE\n"
    assert codes(client, client.open(text, (tmp_path / "a.py").as_uri())) == found["outside"]
    assert codes(client, client.open(text, (inside / "a.py").as_uri())) == found["inside"]


def test_editor_alone_means_that_no_file_is_read(start: Start, tmp_path: Path) -> None:
    (tmp_path / "initls.toml").write_text("ignore = [")
    client = start("bare", settings={"configurationPreference": "editorOnly"})
    assert codes(client, client.open("BAD\n", (tmp_path / "a.py").as_uri())) == ["INI101"]
    assert "not valid TOML" not in client.logged()


@pytest.mark.parametrize("settings_file", [True, False])
def test_installed_packages_are_left_alone(start: Start, tmp_path: Path, settings_file: bool) -> None:
    if settings_file:
        (tmp_path / "initls.toml").touch()
    package = tmp_path / ".venv" / "lib" / "site-packages" / "pkg"
    package.mkdir(parents=True)
    client = start("bare")
    assert client.diagnostics(client.open("BAD\n", (package / "a.py").as_uri()), 1) == []
    assert len(client.diagnostics(client.open("BAD\n", (tmp_path / "a.py").as_uri()), 1)) == 1


def test_documents_that_were_never_saved_can_be_left_alone(start: Start) -> None:
    client = start("bare", settings={"untitled": False})
    assert codes(client, client.open("BAD\n", "untitled:Untitled-1")) == []
    assert codes(client, client.open("BAD\n")) == ["INI101"]


def test_the_user_may_say_how_positions_are_counted(start: Start) -> None:
    client = start("neovim-0.12", settings={"positionEncoding": "utf-16"})
    assert client.capabilities["positionEncoding"] == "utf-16"
    (item,) = client.diagnostics(client.open("'\U0001f40d' BAD\n"), 1)
    assert item["range"]["start"]["character"] == 5


def test_a_path_may_hold_a_variable_and_is_named_in_full_when_it_is_wrong(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chosen.toml").write_text('ignore = ["INI101"]\n')
    monkeypatch.setenv("HERE", str(tmp_path))
    client = start("bare", settings={"configuration": "$HERE/chosen.toml"})
    assert codes(client, client.open("BAD LIKE\n", (tmp_path / "a.py").as_uri())) == ["INI103"]
    client = start("bare", settings={"configuration": "$HERE/none.toml"})
    assert codes(client, client.open("BAD\n", (tmp_path / "a.py").as_uri())) == ["INI101"]
    assert f"there is no file $HERE/none.toml, which stands for {tmp_path}/none.toml" in client.logged()
