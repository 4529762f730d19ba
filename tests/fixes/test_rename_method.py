"""A method under another name."""

from __future__ import annotations

from initls.document import Document
from initls.fixes.plans import RenameMethod
from tests.fixes.marks import place, results

BODY = "class A(B):\n    def init_weight(self):  # init_weight\n        self.a = 1\n"


def renamed(source: str) -> list[str]:
    document = Document.of("a.py", source)
    return list(results(document, RenameMethod(place(document, "self.a = 1"), "init_weights", "Rename it")))


def test_the_definition_gets_the_name() -> None:
    assert renamed(BODY) == [BODY.replace("def init_weight(", "def init_weights(")]


def test_a_name_that_is_used_elsewhere_stays() -> None:
    assert renamed(BODY + "\n\nA().init_weight()\n") == []
    assert renamed(BODY + '\n\ngetattr(A(), "init_weight")()\n') == []
