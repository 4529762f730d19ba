"""The server's copy of a document is the client's document, whatever is done to it."""

from __future__ import annotations

import random
import re

import pytest
from lsp_client import JSON, Client, span, units

SNAKE = "\U0001f40d"  # two units of UTF-16, four bytes
LETTERS = [
    "a",
    "BAD ",
    " BAD\n",
    "\n",
    "\r\n",
    "\r",
    "\f",
    "\u2028",
    "\x85",
    "é",
    SNAKE,
    "\u0301",
    "  ",
    "\t",
    "",
    "\x00",
]


def shown(text: str, encoding: str) -> list[tuple[int, int]]:
    """Where a client would see each BAD."""
    lines = re.split(r"\r\n|\r|\n", text)
    return [
        (number, units(line[: match.start()], encoding))
        for number, line in enumerate(lines)
        for match in re.finditer(r"\bBAD\b", line)
    ]


def seen(items: list[JSON]) -> list[tuple[int, int]]:
    return [(item["range"]["start"]["line"], item["range"]["start"]["character"]) for item in items]


@pytest.mark.parametrize("seed", range(3))
def test_random_edits(editor: Client, uri: str, seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choices(LETTERS, k=40))
    editor.open(text, uri)
    for version in range(2, 30):
        changes = []
        for _ in range(chance.randint(1, 3)):
            lines = re.split(r"(\r\n|\r|\n)", text)
            starts = [sum(map(len, lines[:n])) for n in range(0, len(lines), 2)]
            places = sorted(
                (line, chance.randint(0, len(lines[2 * line])))
                for line in (chance.randrange(len(starts)), chance.randrange(len(starts)))
            )
            new = "".join(chance.choices(LETTERS, k=chance.randint(0, 4)))
            low, high = (starts[line] + column for line, column in places)
            counted = [(line, units(lines[2 * line][:column], editor.encoding)) for line, column in places]
            changes.append((*counted[0], *counted[1], new))
            text = text[:low] + new + text[high:]
        editor.change(uri, version, *changes)
        assert seen(editor.diagnostics(uri, version)) == shown(text, editor.encoding)


def test_astral_characters_in_front_of_and_inside_an_edit(editor: Client, uri: str) -> None:
    line = f"{SNAKE}{SNAKE} x{SNAKE}y BAD"
    editor.open(line, uri)
    before = units(f"{SNAKE}{SNAKE} ", editor.encoding)
    inside = units(f"x{SNAKE}y", editor.encoding)
    editor.change(uri, 2, (0, before, 0, before + inside, f"{SNAKE}{SNAKE}"))
    after = f"{SNAKE}{SNAKE} {SNAKE}{SNAKE} BAD"
    assert seen(editor.diagnostics(uri, 2)) == shown(after, editor.encoding)


def test_a_change_without_a_range_is_the_whole_text(editor: Client, uri: str) -> None:
    editor.open("x\nBAD\n", uri)
    editor.change(uri, 2, (0, 0, 0, 1, "BAD"), " BAD", (0, 0, 0, 1, "\n\n"))
    assert seen(editor.diagnostics(uri, 2)) == [(2, 0)]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((0, 99, 0, 99), "x = 1BAD\ny"),
        ((99, 0, 99, 5), "x = 1\nyBAD"),
        ((1, 99, 99, 99), "x = 1\nyBAD"),
        ((1, 1, 0, 5), "x = 1BAD"),
        ((0, 10**30, 10**30, 10**30), "x = 1BAD"),
    ],
    ids=["past the line", "past the text", "both", "ends in the wrong order", "huge"],
)
def test_positions_outside_of_the_text_are_taken_for_the_nearest_inside(
    editor: Client, uri: str, place: tuple[int, int, int, int], expected: str
) -> None:
    editor.open("x = 1\ny", uri)
    editor.change(uri, 2, (*place, " BAD"))
    assert seen(editor.diagnostics(uri, 2)) == shown(expected.replace("BAD", " BAD"), editor.encoding)


@pytest.mark.parametrize(
    "change",
    [
        {"range": span(-1, 0, 0, 0), "text": ""},
        {"range": span(0, 0, 0, -1), "text": ""},
        {"range": {"start": None, "end": None}, "text": ""},
        {"range": {"start": {"line": "0", "character": 0}, "end": {"line": 0, "character": True}}, "text": ""},
        {"range": 7, "text": ""},
        {"range": span(0, 0, 0, 0)},
        {"text": None},
        None,
        "x",
    ],
)
def test_a_change_that_makes_no_sense_is_left_out(editor: Client, uri: str, change: object) -> None:
    editor.open("BAD\n", uri)
    editor.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": uri, "version": 2},
            "contentChanges": [change, {"range": span(0, 0, 0, 0), "text": " "}],
        },
    )
    assert seen(editor.diagnostics(uri, 2)) == [(0, 1)]
    assert "Left out a change" in editor.logged()


def test_an_edit_of_a_document_that_is_not_open_is_ignored(editor: Client, uri: str) -> None:
    editor.change(uri, 2, "BAD")
    editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    editor.open("x BAD", uri, version=5)
    assert seen(editor.diagnostics(uri, 5)) == [(0, 2)]
    assert f"{uri}, which is not open" in editor.logged()


def test_opened_twice_the_newer_text_holds(editor: Client, uri: str) -> None:
    editor.open("BAD\n", uri, version=1)
    editor.open("\nBAD\n", uri, version=2)
    assert seen(editor.diagnostics(uri, 2)) == [(1, 0)]


def test_closed_and_opened_again_it_starts_anew(editor: Client, uri: str) -> None:
    editor.open("BAD\n", uri, version=7)
    editor.diagnostics(uri, 7)
    editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    editor.open(" BAD\n", uri, version=3)
    assert seen(editor.diagnostics(uri, 3)) == [(0, 1)]


@pytest.mark.parametrize(
    "params", [None, [], {}, {"textDocument": {}}, {"textDocument": {"uri": 1}}, {"textDocument": None}]
)
@pytest.mark.parametrize("method", ["didOpen", "didChange", "didClose", "didSave"])
def test_notifications_without_sense_are_survived(editor: Client, method: str, params: object) -> None:
    editor.notify(f"textDocument/{method}", params)
    assert editor.alive()


def test_a_text_that_no_codec_could_write(editor: Client, uri: str) -> None:
    editor.write_body(
        b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"%s","languageId":"python",'
        b'"version":1,"text":"\\ud800 BAD\\u0000"}}}' % uri.encode()
    )
    (place,) = seen(editor.diagnostics(uri, 1))
    assert place == (0, 4 if editor.encoding == "utf-8" else 2)


def test_a_document_that_is_no_file_yet(editor: Client) -> None:
    uri = editor.open("BAD\n", "untitled:Untitled-1")
    assert seen(editor.diagnostics(uri, 1)) == [(0, 0)]


@pytest.mark.parametrize(("name", "language"), [("file:///w/notes.md", "markdown"), ("git:/w/a.py?%7B%7D", "python")])
def test_documents_of_others_are_left_alone(editor: Client, name: str, language: str) -> None:
    editor.open("BAD\n", name, language=language)
    editor.change(name, 2, "BAD BAD\n")
    assert editor.alive()
    if editor.pulls:
        assert editor.diagnostics(name, 2) == []
    assert editor.versions(name) == []
