"""Codes and words are completed in the comments that silence findings, and nowhere else."""

from __future__ import annotations

import pytest
from lsp_client import JSON, Client, apply, units

SNAKE = "\U0001f40d"


def complete(client: Client, text: str, behind: str | None = None) -> list[JSON]:
    """What is offered behind the last occurrence of some text, or at the end."""
    uri = client.open(text)
    before = text if behind is None else text[: text.rindex(behind) + len(behind)]
    line = before.count("\n")
    position = {"line": line, "character": units(before.rpartition("\n")[2], client.encoding)}
    result = client.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
    return result or []


@pytest.mark.parametrize(
    "text",
    [
        f"'{SNAKE}'  # initls: ignore[",
        "x = 1  # initls: ignore[INI101, ",
        "# initls:ignore-file[INI2",
        "x = 1  # noqa: ",
        f"# {SNAKE} # initls: ignore[",
        'x = "a # b"  # initls: ignore[',
    ],
)
def test_codes_are_offered(editor: Client, text: str) -> None:
    offered = [item["label"] for item in complete(editor, text)]
    assert "INI203" in offered and "overwritten-init" in offered
    assert ("INI101" in offered) == ("INI101" not in text)


def test_a_code_takes_the_place_of_what_is_typed(editor: Client) -> None:
    text = f"'{SNAKE}'  # initls: ignore[INI101, INI2]\n"
    (item,) = [item for item in complete(editor, text, "INI2") if item["label"] == "INI203"]
    edit = {"changes": {"u": [item["textEdit"]]}}
    assert apply(text, edit, "u", editor.encoding) == f"'{SNAKE}'  # initls: ignore[INI101, INI203]\n"


def test_a_name_brings_its_code(editor: Client) -> None:
    text = "x = 1  # initls: ignore[overw"
    (item,) = [item for item in complete(editor, text) if item["label"] == "overwritten-init"]
    edit = {"changes": {"u": [item["textEdit"]]}}
    assert apply(text, edit, "u", editor.encoding) == "x = 1  # initls: ignore[INI203"


def test_words_are_offered(editor: Client) -> None:
    assert [item["label"] for item in complete(editor, "x = 1  # initls: ig")] == ["ignore", "ignore-file"]


@pytest.mark.parametrize(
    "text",
    ["x = [", "x = '# initls: ignore[", 'x = """\n# initls: ignore[', "# initls", "# ignore[", "# initls: ignore[A] "],
)
def test_nothing_is_offered_elsewhere(editor: Client, text: str) -> None:
    assert complete(editor, text) == []
