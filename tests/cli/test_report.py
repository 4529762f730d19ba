"""`initls report`: what it tells, in each form, and what it says where it can tell nothing."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from initls.cli.main import main

MODEL = """\
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(64)
        self.fc = nn.Linear(64, 64)

    def forward(self, x):
        return x + torch.tanh(self.fc(self.norm(x)))


class Net(nn.Module):
    def __init__(self, names):
        super().__init__()
        self.first = nn.Linear(256, 64)
        self.blocks = nn.Sequential(*[Block(64) for _ in range(10)])
        self.head = nn.Linear(64, 8)
        self.bag = nn.Linear(len(names), 64)
        nn.init.zeros_(self.head.weight)

    def forward(self, x):
        return self.head(self.blocks(self.first(x)))


class Config:
    pass
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(MODEL, encoding="utf-8")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *argv: str, status: int = 0) -> tuple[str, str]:
    assert main(["report", *argv]) == status
    captured = capsys.readouterr()
    return captured.out, captured.err


def told(capsys: pytest.CaptureFixture[str], target: str = "net.py:Net", *more: str) -> dict[str, Any]:
    found = json.loads(said(capsys, target, "--format", "json", *more)[0])
    assert found["version"] == 1
    (model,) = found["models"]
    assert isinstance(model, dict)
    return model


def test_a_loop_is_told_by_the_names_that_pytorch_gives(capsys: pytest.CaptureFixture[str]) -> None:
    model = told(capsys)
    names = [one["name"] for one in model["parameters"]]
    assert "blocks.1-8.fc.weight" in names and "blocks.9.fc.weight" in names
    assert model["summary"].startswith(f"{6 + 10 * 4} parameters")
    steps = [step["name"] for step in model["signal"] if step["kind"] == "Linear"]
    assert steps == ["first", *(f"blocks.{number}.fc" for number in range(10)), "head"]
    assert model["known"]["signal"][0] == model["known"]["signal"][1]


def test_what_is_not_known_is_said_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    model = told(capsys)
    bag = next(one for one in model["parameters"] if one["name"] == "bag.weight")
    assert bag["std"] is None and bag["std_unknown_because"] == "a size or an argument is not shown"
    (step,) = told(capsys, "net.py:Block")["signal"][:1]
    assert step["std"] == pytest.approx(1.0, rel=1e-4)


def test_a_dead_head_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(capsys, "net.py:Net")
    assert "No gradient comes back to 11 layers, the last of them blocks.9.fc (Linear)." in out
    assert all(step["gradient"] == 0 for step in told(capsys)["signal"][:-1])


@pytest.mark.parametrize("width", [60, 100, 200])
def test_a_table_is_as_wide_as_it_may_be(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(capsys, "net.py", "--width", str(width))
    assert max(map(len, out.splitlines())) <= width
    assert "\x1b" not in out
    assert "blocks.1-8" in out.replace("\n", "")


def test_without_a_class_all_models_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    models = json.loads(said(capsys, ".", "--format", "json")[0])["models"]
    assert [model["name"] for model in models] == ["Block", "Net"]


class Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: set[int] = set()
        self.needed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "tr" and found.get("data-line"):
            assert str(found["data-uri"]).startswith("file:///") and str(found["data-uri"]).endswith("net.py")
            self.lines.add(int(found["data-line"] or 0))
        if tag in ("script", "link", "img", "iframe"):
            self.needed.append(tag)


def test_a_page_needs_nothing_else(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "net.py:Net", "--format", "html", "-o", "net.html") == ("", "")
    page = (folder / "net.html").read_text(encoding="utf-8")
    rows = Rows()
    rows.feed(page)
    assert not rows.needed
    lines = MODEL.splitlines()
    assert {lines.index("        self.first = nn.Linear(256, 64)")} <= rows.lines
    assert "<svg" in page and "prefers-color-scheme: dark" in page and "--vscode-foreground" in page


def test_a_notebook_names_its_cells(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head, _, body = MODEL.partition("\n\n\n")
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "words"},
        *({"cell_type": "code", "metadata": {}, "outputs": [], "source": text} for text in (head, body)),
    ]
    (folder / "net.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    place = told(capsys, "net.ipynb:Block")["location"]
    assert (place["cell"], place["row"]) == (3, 1)
    assert "Block (net.ipynb:cell 3:1)" in said(capsys, "net.ipynb:Block")[0]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere.py", "nowhere.py: there is no such file or folder"),
        ("nowhere.py:Net", "nowhere.py: there is no such file or folder"),
        ("net.py:Nett", "net.py: no model is called `Nett`; did you mean `Net`? There are: Block, Net"),
        ("net.py:Config", "net.py: no model is called `Config`"),
        ("plain.py", "plain.py: no class of this file is a model"),
        ("empty", "empty: no class of this folder is a model"),
        (".:Net", "`Net` is in several files (net.py:15, more/net.py:15); name one: initls report net.py:Net"),
        ("binary.py", "binary.py: "),
    ],
)
def test_what_is_wrong_is_said_with_the_way_out(
    target: str, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "plain.py").write_text("class Config:\n    pass\n")
    (folder / "binary.py").write_bytes(b"\xff\xfe\x00\x01")
    (folder / "empty").mkdir()
    if target.startswith("."):
        (folder / "more").mkdir()
        (folder / "more" / "net.py").write_text(MODEL)
    out, err = said(capsys, target, status=2)
    assert out == ""
    assert err.splitlines()[-1].startswith("error: ") and words in err.splitlines()[-1]


@pytest.mark.parametrize("arguments", [["--image-size", "0"], ["--tokens", "x"], ["--format", "pdf"], []])
def test_wrong_usage_ends_the_program(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    target = ["net.py"] if arguments else []
    with pytest.raises(SystemExit) as ended:
        main(["report", *target, *arguments])
    assert ended.value.code == 2


def test_what_is_assumed_can_be_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(3, 64, 3, padding=1)\n        self.pool = nn.AdaptiveAvgPool2d(1)\n\n"
        "    def forward(self, x):\n        return self.pool(self.conv(x))\n"
    )
    (folder / "image.py").write_text(text)
    small, large = (told(capsys, "image.py", "--image-size", size)["signal"] for size in ("8", "64"))
    # At the edges of small images more of each window lies outside, and the mean is over fewer positions.
    assert small[0]["std"] < large[0]["std"] and small[1]["std"] > large[1]["std"]
