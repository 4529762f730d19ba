"""Repairs in the menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lsp_client import JSON, Client, LspError, apply, span

SNAKE = "\U0001f40d"
CONTENT_MODIFIED, REQUEST_CANCELLED = -32801, -32800


def titles(actions: list[JSON]) -> list[str]:
    return [action["title"] for action in actions if "command" not in action]


def chosen(editor: Client, action: JSON) -> JSON:
    """The action as the user has chosen it, with its edit."""
    if "edit" in action:
        return action
    resolved: JSON = editor.request("codeAction/resolve", action)
    return resolved


def test_the_whole_way_from_squiggle_to_repair(editor: Client) -> None:
    text = f"x\n  {SNAKE} BAD {SNAKE}\n"
    uri = editor.open(text)
    (item,) = editor.diagnostics(uri, 1)
    actions = editor.actions(uri, item["range"], [item])
    assert titles(actions) == ["Write GOOD", "Write FINE (suggestion)", "Ignore INI101 here"]
    repairs = actions[:3]
    assert [action["kind"] for action in repairs] == ["quickfix"] * 3
    assert [action.get("isPreferred") for action in repairs] == [True, None, None]
    assert all(action["diagnostics"] == [item] for action in repairs)
    results = [apply(text, action["edit"], uri, editor.encoding) for action in repairs]
    assert results == [
        f"x\n  {SNAKE} GOOD {SNAKE}\n",
        f"x\n  {SNAKE} FINE {SNAKE}\n",
        f"x\n  {SNAKE} BAD {SNAKE}  # initls: ignore[INI101]\n",
    ]


def test_edits_name_the_version_where_the_editor_can_use_it(editor: Client, profile: str) -> None:
    uri = editor.open("BAD\n")
    editor.change(uri, 7, (0, 0, 0, 0, " "))
    edit = editor.actions(uri, span(0, 2, 0, 2))[0]["edit"]
    if profile in {"vscode", "emacs", "helix"}:
        (change,) = edit["documentChanges"]
        assert change["textDocument"] == {"uri": uri, "version": 7}
    else:
        assert list(edit) == ["changes"]
    assert apply(" BAD\n", edit, uri, editor.encoding) == " GOOD\n"


def test_edits_are_for_the_text_of_now_though_the_diagnostic_is_of_before(editor: Client) -> None:
    uri = editor.open("BAD\n")
    (item,) = editor.diagnostics(uri, 1)
    editor.change(uri, 2, (0, 0, 0, 0, " "))
    actions = editor.actions(uri, span(0, 0, 0, 3), [item])
    assert apply(" BAD\n", actions[0]["edit"], uri, editor.encoding) == " GOOD\n"


def test_a_client_that_drops_our_data_is_served_as_well(editor: Client) -> None:
    uri = editor.open("BAD BAD\n")
    _, second = editor.diagnostics(uri, 1)
    second.pop("data", None)
    actions = editor.actions(uri, second["range"], [second])
    assert apply("BAD BAD\n", actions[0]["edit"], uri, editor.encoding) == "BAD GOOD\n"


def test_without_any_diagnostics_the_place_decides(editor: Client) -> None:
    uri = editor.open("BAD x BAD\n")
    assert titles(editor.actions(uri, span(0, 1, 0, 1)))[:1] == ["Write GOOD"]
    assert editor.actions(uri, span(0, 5, 0, 5)) == []
    assert editor.actions(uri, span(1, 0, 1, 0)) == []


def test_diagnostics_of_others_are_none_of_our_business(editor: Client) -> None:
    uri = editor.open("x BAD\n")
    strange: list[Any] = [
        {"message": "a", "range": {"start": {"line": None, "character": None}, "end": None}},
        {"message": "b", "source": "initls"},
        {"message": "c", "source": "initls", "code": "INI101", "range": None},
        {"message": "d", "source": "initls", "code": {"value": "INI101"}, "data": 7, "range": span(0, 2, 0, 5)},
        {"message": "e", "source": "other", "code": "INI101", "range": span(0, 2, 0, 5), "data": {"jsonrpc": "2.0"}},
        None,
        "f",
    ]
    assert editor.actions(uri, span(0, 0, 0, 0), strange) == []
    (item,) = editor.diagnostics(uri, 1)
    assert titles(editor.actions(uri, span(0, 2, 0, 2), [*strange, item]))[0] == "Write GOOD"


def test_one_cure_for_two_findings_is_one_action(editor: Client) -> None:
    uri = editor.open("TWIN\n")
    items = editor.diagnostics(uri, 1)
    assert len(items) == 2
    actions = editor.actions(uri, items[0]["range"], items)
    assert titles(actions) == ["Write GOOD", "Write FINE (suggestion)", "Ignore INI101 here", "Ignore INI103 here"]
    assert actions[0]["diagnostics"] == items


def test_a_finding_without_a_repair_can_still_be_silenced(editor: Client) -> None:
    uri = editor.open("f(\n  MUTE,\n)\n")
    (item,) = editor.diagnostics(uri, 1)
    action = editor.actions(uri, item["range"], [item])[0]
    assert action["title"] == "Ignore INI104 here"
    fixed = apply("f(\n  MUTE,\n)\n", action["edit"], uri, editor.encoding)
    assert fixed == "f(\n  MUTE,  # initls: ignore[INI104]\n)\n"


@pytest.mark.parametrize("only", [["source.fixAll.initls"], ["source.fixAll"], ["source"]])
def test_fix_all_when_it_is_asked_for(editor: Client, only: list[str]) -> None:
    text = f"SAFE\r\nBAD\n{SNAKE} SAFE x SAFE\nend SAFE"
    uri = editor.open(text)
    (action,) = editor.actions(uri, span(0, 0, 0, 0), [], only)
    assert action["kind"] == "source.fixAll.initls"
    assert apply(text, action["edit"], uri, editor.encoding) == text.replace("SAFE", "GOOD")
    edits = action["edit"].get("documentChanges", [{}])[0].get("edits") or action["edit"]["changes"][uri]
    # The line in between is not touched.
    assert [edit["range"]["start"]["line"] for edit in edits] == [0, 2]


def test_fix_all_is_not_offered_unasked_nor_when_it_would_change_nothing(editor: Client) -> None:
    uri = editor.open("SAFE\n")
    for only in (None, ["quickfix"], ["refactor"], ["source.organizeImports"], ["source.fixAll.other"]):
        kinds = {action["kind"] for action in editor.actions(uri, span(0, 0, 0, 0), [], only)}
        assert "source.fixAll.initls" not in kinds
    other = editor.open("BAD\n")
    assert editor.actions(other, span(0, 0, 0, 0), [], ["source.fixAll"]) == []


def test_all_that_one_rule_says_can_be_mended_at_once(editor: Client) -> None:
    text = f"{SNAKE} BAD LIKE\nSAFE\nBAD\n"
    uri = editor.open(text)
    actions = editor.actions(uri, editor.diagnostics(uri, 1)[0]["range"])
    (action,) = [action for action in actions if action["title"] == "Fix all INI101 in this file"]
    assert action["kind"] == "quickfix" and "isPreferred" not in action
    edit = chosen(editor, action)["edit"]
    assert apply(text, edit, uri, editor.encoding) == text.replace("BAD", "GOOD")
    alone = editor.open("BAD LIKE\n")
    assert not [title for title in titles(editor.actions(alone, span(0, 0, 0, 9))) if title.startswith("Fix all")]


def test_an_action_of_before_is_not_done_to_another_text(session_of: Callable[[str], Client]) -> None:
    editor = session_of("vscode")
    uri = editor.open("BAD\nBAD\n")
    (action,) = [action for action in editor.actions(uri, span(0, 0, 0, 0)) if action["title"].startswith("Fix all")]
    assert "edit" not in action
    editor.change(uri, 2, (0, 0, 0, 0, " "))
    with pytest.raises(LspError) as error:
        chosen(editor, action)
    assert error.value.code == CONTENT_MODIFIED


def test_the_page_of_a_rule_can_be_shown(session_of: Callable[[str], Client]) -> None:
    editor = session_of("vscode")
    uri = editor.open("MUTE\n")
    action = editor.actions(uri, span(0, 0, 0, 0))[-1]
    assert action["title"] == "Show the documentation of INI104"
    command = action["command"]
    assert command["command"] in editor.capabilities["executeCommandProvider"]["commands"]
    editor.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    shown = editor.wait(lambda message: message.get("method") == "window/showDocument")["params"]
    assert shown["external"] is True and shown["uri"].endswith("INI104.md")
    bare = session_of("bare")
    uri = bare.open("MUTE\n")
    assert not [action for action in bare.actions(uri, span(0, 0, 0, 0)) if "command" in action]


@pytest.mark.parametrize("arguments", [None, [], ["INI999"], [1], {}])
def test_a_command_without_sense_gets_an_answer(editor: Client, arguments: object) -> None:
    with pytest.raises(LspError) as error:
        params = {"command": "initls.server.showRule", "arguments": arguments}
        editor.request("workspace/executeCommand", params)
    assert error.value.code == -32602


def test_what_a_report_of_a_problem_should_hold(editor: Client, profile: str) -> None:
    uri = editor.open("BAD\n")
    editor.diagnostics(uri, 1)
    told = editor.request("workspace/executeCommand", {"command": "initls.server.debugInformation"})
    (line,) = [line for line in told.splitlines() if uri in line]
    assert "2 lines" in line and "settings from the defaults" in line and "1 findings" in line and "analysis" in line
    assert f"- encoding: {editor.encoding}" in told
    assert "- libcst " in told and "- inlay_hints: False" in told
    assert "BAD" not in told


@pytest.mark.parametrize("only", [["refactor"], ["quickfixes"], ["quickfix.other"], ["source.organizeImports"]])
def test_other_kinds_are_not_offered(editor: Client, only: list[str]) -> None:
    uri = editor.open("BAD\n")
    assert editor.actions(uri, span(0, 0, 0, 0), [], only) == []


def test_quick_fixes_when_they_are_asked_for_by_kind(editor: Client) -> None:
    uri = editor.open("BAD\n")
    assert titles(editor.actions(uri, span(0, 0, 0, 0), [], ["quickfix"]))[0] == "Write GOOD"


def test_a_document_that_is_not_open_has_no_actions(editor: Client, uri: str) -> None:
    assert editor.actions(uri, span(0, 0, 0, 0)) == []


def test_a_question_that_an_edit_overtakes_is_not_answered_for_another_text(editor: Client) -> None:
    uri = editor.open("SLOW\n")
    params = {"textDocument": {"uri": uri}, "range": span(0, 0, 0, 0), "context": {"diagnostics": []}}
    asked = editor.begin("textDocument/codeAction", params)
    editor.change(uri, 2, "BAD\n")
    with pytest.raises(LspError) as error:
        editor.finish(asked)
    assert error.value.code == CONTENT_MODIFIED


def test_a_question_can_be_cancelled(editor: Client) -> None:
    uri = editor.open("SLOW\n")
    params = {"textDocument": {"uri": uri}, "range": span(0, 0, 0, 0), "context": {"diagnostics": []}}
    asked = editor.begin("textDocument/codeAction", params)
    editor.notify("$/cancelRequest", {"id": asked})
    with pytest.raises(LspError) as error:
        editor.finish(asked)
    assert error.value.code == REQUEST_CANCELLED
    editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_a_question_does_not_wait_for_the_analysis_of_another_document(session_of: Callable[[str], Client]) -> None:
    editor = session_of("emacs")
    uri = editor.open("BAD\n")
    editor.diagnostics(uri, 1)
    slow = editor.open("SLOW\n")
    assert titles(editor.actions(uri, span(0, 0, 0, 0)))[0] == "Write GOOD"
    editor.notify("textDocument/didClose", {"textDocument": {"uri": slow}})


@pytest.mark.parametrize("params", [None, {}, {"textDocument": {"uri": None}}])
def test_a_question_without_sense_gets_an_answer(editor: Client, params: object) -> None:
    with pytest.raises(LspError) as error:
        editor.request("textDocument/codeAction", params)
    assert error.value.code == -32602


def test_a_repair_that_cannot_be_worked_out_costs_an_error_and_no_more(session_of: Callable[[str], Client]) -> None:
    client = session_of("vscode")
    uri = client.open("BAD CURSED\n")
    with pytest.raises(LspError) as error:
        client.actions(uri, span(0, 6, 0, 6))
    assert error.value.code == -32603
    assert titles(client.actions(uri, span(0, 0, 0, 0)))[0] == "Write GOOD"
