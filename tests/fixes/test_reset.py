"""A loop that has every layer initialize itself, behind what has taken its values away."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import ResetModules
from tests.fixes.marks import place, results


def become(text: str, code: str) -> list[str]:
    document = Document.of("a.py", text)
    return list(results(document, ResetModules(place(document, code))))


LOOP = """\
{margin}for module in {model}.modules():
{margin}{step}if hasattr(module, "reset_parameters"):
{margin}{step}{step}module.reset_parameters()
"""


@pytest.mark.parametrize(
    ("line", "code", "model"),
    [
        ("model.to_empty(device=d)", "model.to_empty(device=d)", "model"),
        ("self.model.to_empty(device=d)  # cuda", "self.model.to_empty(device=d)", "self.model"),
        # What is assigned goes on to be the model.
        ("net = model.to_empty(device=d)", "model.to_empty(device=d)", "net"),
        ("self.net = make(d).to_empty(device=d)", "make(d).to_empty(device=d)", "self.net"),
    ],
)
def test_behind_the_statement(line: str, code: str, model: str) -> None:
    text = f"def f(self, model, d):\n    with d:\n        {line}\n    return model\n"
    loop = LOOP.format(margin=" " * 8, step=" " * 4, model=model)
    after = text.replace(f"{line}\n", f"{line}\n{loop}")
    assert become(text, code) == [after]


def test_at_the_module_level_in_tabs_and_at_the_end_of_a_text() -> None:
    loop = LOOP.format(margin="\t", step="\t", model="m").removesuffix("\n")
    assert become("if x:\n\tm.to_empty(device=d)", "m.to_empty(device=d)") == [f"if x:\n\tm.to_empty(device=d)\n{loop}"]


@pytest.mark.parametrize(
    "line",
    [
        "return m.to_empty(device=d)",  # There is nothing behind it.
        "make().to_empty(device=d)",  # The model has no name.
        "m.to_empty(device=d).train()",
        "a, b = m.to_empty(device=d)",
        "m.to_empty(device=d); x = 1",
    ],
)
def test_no_loop_where_there_is_no_room(line: str) -> None:
    text = f"def f(m, d, make):\n    {line}\n"
    code = "make().to_empty(device=d)" if line.startswith("make") else "m.to_empty(device=d)"
    assert become(text, code) == []
