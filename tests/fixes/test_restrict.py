"""A visitor run over a model that goes over some of its layers alone."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import Restrict
from tests.fixes.marks import place, results

TEXT = "from torch import nn\n\n\ndef f(self, net, init):\n    self.x = 1\n    {}  # last\n"


def become(code: str, *layers: str, at: str = "") -> list[str]:
    document = Document.of("a.py", TEXT.format(code))
    found = results(document, Restrict(place(document, at or code), layers, "Initialize them alone"))
    head, tail = TEXT.split("{}")
    return [one.removeprefix(head).removesuffix(tail) for one in found]


@pytest.mark.parametrize(
    ("code", "layers", "after"),
    [
        ("self.apply(init)", ("head",), "self.head.apply(init)"),
        ("net.model.apply(lambda m: None)", ("head",), "net.model.head.apply(lambda m: None)"),
        ("self.apply(init)", ("a", "b"), "self.a.apply(init)\n    self.b.apply(init)"),
        (
            "self.apply(\n        init,\n    )",
            ("a", "b"),
            "self.a.apply(\n        init,\n    )\n    self.b.apply(\n        init,\n    )",
        ),
        ("for m in self.modules(): init(m)", ("head",), "for m in self.head.modules(): init(m)"),
        (
            "for p in net.parameters(recurse=True): init(p)",
            ("head",),
            None,
        ),
        (
            "for p in net.parameters(): init(p)",
            ("a", "b"),
            "for p in (*net.a.parameters(), *net.b.parameters()): init(p)",
        ),
    ],
)
def test_new_layers_alone(code: str, layers: tuple[str, ...], after: str | None) -> None:
    assert become(code, *layers) == ([] if after is None else [after])


@pytest.mark.parametrize(
    ("code", "at"),
    [
        ("return self.apply(init)", "self.apply(init)"),  # What is given back is the model.
        ("net = self.apply(init)", "self.apply(init)"),
        ("f().apply(init)", "f().apply(init)"),  # It may be another one each time.
        ("init(self)", "init(self)"),
        ("for n, p in self.named_parameters(): init(p)", "for n, p in self.named_parameters(): init(p)"),
        ("for m in self.children(): init(m)", "for m in self.children(): init(m)"),
    ],
)
def test_no_room(code: str, at: str) -> None:
    assert become(code, "head", at=at) == []


def test_two_layers_on_a_line_that_is_shared() -> None:
    assert become("self.y = 2; self.apply(init)", "a", "b", at="self.apply(init)") == []
