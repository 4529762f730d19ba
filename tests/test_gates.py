"""Promise: text that is never read would have changed nothing.

`tests/corpus/test_gates.py` holds the same over public code.
"""

from __future__ import annotations

from itertools import groupby

import pytest

from initls.check import Checker
from initls.document import Document
from initls.settings import Settings
from tests.gates import GATES, open_all
from tests.rules.cases import cases, found

EXAMPLES = {file: tuple(of_file) for file, of_file in groupby(cases(), key=lambda case: case.file)}

APART = {
    "files": "def area(width, height):\n    return width * height\n",
    "roots": "import torch\n\n\nclass Shape:\n    def area(self, width):\n        return width * width\n",
    "declarations": "import keras\n\n\nclass Shape:\n    def area(self, width):\n        return width * width\n",
    "forwards": (
        "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.fc = nn.Linear(2, 2)\n"
        "        nn.init.xavier_uniform_(self.fc.weight)\n\n"
        "    def forward(self, x):\n        return self.fc(x)\n"
    ),
}
"""For each gate a text of which it keeps something out."""


@pytest.mark.parametrize("file", EXAMPLES)
def test_nothing_else_is_found_where_everything_is_looked_at(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_all(monkeypatch)
    for case in EXAMPLES[file]:
        expected = sorted((one.line, one.code, one.severity) for one in case.expected)
        assert found(case.check()) == expected, case.title


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_keeps_something_out(gate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed() -> int:
        checker = Checker()
        checker.check(Document.of("model.py", APART[gate]), Settings())
        return checker.programs.facts.extracted

    if gate == "files":
        # Behind the gate of the file stand those of its parts.
        GATES["roots"](monkeypatch)
    closed = parsed()
    GATES[gate](monkeypatch)
    assert closed < parsed()
