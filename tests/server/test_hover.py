"""What a finding means, where the pointer is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lsp_client import JSON, Client, LspError, Start


def hover(client: Client, uri: str, line: int, character: int) -> JSON | None:
    place = {"line": line, "character": character}
    result: JSON | None = client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": place})
    return result


def test_the_finding_under_the_pointer_is_explained(editor: Client) -> None:
    uri = editor.open("x\n \U0001f40d BAD x\n")
    (item,) = editor.diagnostics(uri, 1)
    start, end = item["range"]["start"], item["range"]["end"]
    for character in (start["character"], start["character"] + 1, end["character"]):
        found = hover(editor, uri, 1, character)
        assert found is not None
        assert found["range"] == item["range"]
        assert "INI101" in found["contents"]["value"]
        assert "BAD is not good" in found["contents"]["value"]
    assert hover(editor, uri, 1, start["character"] - 1) is None
    assert hover(editor, uri, 1, end["character"] + 1) is None
    assert hover(editor, uri, 0, 0) is None


def test_markup_only_for_editors_that_show_it(session_of: Callable[[str], Client]) -> None:
    for profile, kind in (("vscode", "markdown"), ("bare", "plaintext")):
        client = session_of(profile)
        found = hover(client, client.open("BAD\n"), 0, 0)
        assert found is not None and found["contents"]["kind"] == kind
        assert ("](https://" in found["contents"]["value"]) == (kind == "markdown")


def test_an_edit_overtakes_the_question(editor: Client) -> None:
    uri = editor.open("SLOW BAD\n")
    asked = editor.begin("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 6}})
    editor.change(uri, 2, "BAD\n")
    assert editor.finish(asked) is None


def test_positions_outside_of_the_text_find_nothing(editor: Client) -> None:
    uri = editor.open("BAD\n")
    assert hover(editor, uri, 99, 99) is None
    assert hover(editor, "file:///w/none.py", 0, 0) is None


@pytest.mark.parametrize("position", [None, {}, {"line": None, "character": 0}, {"line": -1, "character": 0}])
def test_a_question_without_sense_gets_an_answer(editor: Client, uri: str, position: object) -> None:
    with pytest.raises(LspError) as error:
        editor.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})
    assert error.value.code == -32602


def test_it_can_be_switched_off_from_the_start(start: Start) -> None:
    client = start("bare", settings={"hover": False})
    assert "hoverProvider" not in client.capabilities


def test_it_can_be_switched_off_later(start: Start) -> None:
    client = start("bare")
    uri = client.open("BAD\n")
    assert hover(client, uri, 0, 0) is not None
    client.notify("workspace/didChangeConfiguration", {"settings": {"initls": {"hover": False}}})
    assert hover(client, uri, 0, 0) is None
