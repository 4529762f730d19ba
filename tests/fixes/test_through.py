"""Writes that go astray, made to reach the tensor that they were meant for."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import CopyInto, WriteThrough
from tests.fixes.marks import place, results


def through(source: str, code: str, way: str) -> list[str]:
    document = Document.of("a.py", source)
    return list(results(document, WriteThrough(place(document, code), way, "Write through")))


HEAD = "import copy\nimport torch\nfrom torch import nn\nfrom torch.nn import init\n"

COPIES = {
    "init.zeros_(w.clone())": "init.zeros_(w)",
    "w.clone().zero_()": "w.data.zero_()",
    "w.data.clone().zero_()": "w.data.zero_()",
    "w.detach().to(torch.float16).normal_(0, 1)": "w.detach().normal_(0, 1)",
    "init.zeros_(copy.deepcopy(m.weight))": "init.zeros_(m.weight)",
    "w[[0, 1]].zero_()": "w.data[[0, 1]] = 0",
    "w.data[w > 0].fill_(x)": "w.data[w > 0] = x",
    "init.normal_(w[[0, 1]], std=0.02)": "w.data[[0, 1]] = init.normal_(w[[0, 1]], std=0.02)",
    "w[mask].data.uniform_(-1, 1)": "w.data[mask] = w[mask].data.uniform_(-1, 1)",
    "w.clone()[0] = 1": "w[0] = 1",
}


@pytest.mark.parametrize("code", COPIES)
def test_a_write_to_a_copy(code: str) -> None:
    assert through(HEAD + code + "\n", code, "copy") == [HEAD + COPIES[code] + "\n"]


@pytest.mark.parametrize("code", ["w[choose()].uniform_()", "w[[0, 1]].t().normal_()", "(w * 1).zero_()", "w.zero_()"])
def test_a_copy_that_is_left(code: str) -> None:
    assert through(HEAD + code + "\n", code, "copy") == []


RESULTS = {
    "w.mul(0.1)": "w.data.mul_(0.1)",
    "w.data.clamp(-1, 1)": "w.data.clamp_(-1, 1)",
    "torch.zeros_like(w)": "init.zeros_(w)",
    "torch.full_like(m.weight, 0.5)": "init.constant_(m.weight, 0.5)",
}


@pytest.mark.parametrize("code", RESULTS)
def test_a_result_that_is_dropped(code: str) -> None:
    assert through(HEAD + code + "\n", code, "result") == [HEAD + RESULTS[code] + "\n"]


NAMES = {
    "p = torch.zeros_like(p)": "p.data = torch.zeros_like(p)",
    "p = nn.Parameter(torch.zeros(3))": "p.data = torch.zeros(3)",
}


@pytest.mark.parametrize("code", NAMES)
def test_a_name_that_is_given_away(code: str) -> None:
    assert through(HEAD + code + "\n", code, "name") == [HEAD + NAMES[code] + "\n"]


def test_a_copy_with_a_name() -> None:
    source = HEAD + "v = w.clone()\nv.zero_()\n"
    assert through(source, "w.clone()", "source") == [HEAD + "v = w.data\nv.zero_()\n"]
    assert through(HEAD + "w.clone().zero_()\n", "w.clone()", "source") == []


PARAMETERS = {
    "m.weight = nn.Parameter(torch.zeros(3))": "m.weight.data.copy_(torch.zeros(3))",
    "m.w = torch.nn.Parameter(data=x)": "m.w.data.copy_(x)",
}


@pytest.mark.parametrize("code", PARAMETERS)
def test_another_parameter_is_copied_into_the_one_that_is_there(code: str) -> None:
    document = Document.of("a.py", HEAD + code + "\n")
    found = results(document, CopyInto(place(document, code), "Copy"))
    assert list(found) == [HEAD + PARAMETERS[code] + "\n"]


@pytest.mark.parametrize("code", ["w = nn.Parameter(x)", "m.w = nn.Parameter(x, False)", "m.w = nn.Linear(3, 4)"])
def test_what_is_no_new_parameter_stays(code: str) -> None:
    document = Document.of("a.py", HEAD + code + "\n")
    assert list(results(document, CopyInto(place(document, code), "Copy"))) == []
