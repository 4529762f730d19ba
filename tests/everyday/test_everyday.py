"""Promise: on files as good engineers write them, nothing is said but what is meant to be said.

Each file beside this one is whole and real. A line on which a finding is due says so as the examples of the rules do;
every other word from any rule that is on by default is a false alarm.
"""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

import pytest

from tests.rules.cases import check, expected, found

FOLDER = Path(__file__).parent
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix in (".py", ".ipynb") and not path.name.startswith("_"))
FILES = [path for path in FILES if not path.name.startswith("test_")]

RUN = ("gan", "gnn", "lora", "ppo", "resnet", "tagger", "vit")
"""Those that need no library but PyTorch and numpy, and draw no pictures."""


def source_of(path: Path) -> str:
    """The code of a file; of a notebook the cells one after another, magics silenced."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    lines = "\n\n\n".join(cells).splitlines()
    return "\n".join(f"# {line}" if line.startswith(("%", "!")) else line for line in lines) + "\n"


def test_there_are_ten() -> None:
    assert len(FILES) == 10
    assert sum(path.suffix == ".ipynb" for path in FILES) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_said_but_what_is_due(path: Path) -> None:
    source = source_of(path)
    result = check(source, f"{path.stem}.py")
    assert not result.problems
    due = [(one.line, one.code, one.severity) for one in expected(source, path.name)]
    assert found(result) == due, [finding.message for finding in result.findings]


@pytest.mark.torch
@pytest.mark.parametrize("name", RUN)
def test_it_runs(name: str) -> None:
    """The files are real: they train on a real PyTorch."""
    path = next(path for path in FILES if path.stem == name)
    module = types.ModuleType(name)
    sys.modules[name] = module  # dataclasses look their module up
    try:
        exec(compile(source_of(path), str(path), "exec"), vars(module))
    finally:
        del sys.modules[name]
    loss = module.main(2)
    assert loss == loss
