"""What is remembered is bounded, and what is not remembered is gone at once."""

from __future__ import annotations

import gc
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from initls.bounded import Bounded, digest, remembered
from initls.check import Checker
from initls.document import Document
from initls.facts.store import MOST_TEXT
from initls.model.traces import tracer
from initls.model.traces.mentions import FEW, SPOKEN, TOKEN, USED, Mentions
from initls.model.traces.trace import Trace
from initls.model.traces.tracing import trace_class
from initls.programs import MOST_GONE_TEXT
from initls.settings import Settings
from initls.syntax.atoms import MOST_STATES
from initls.syntax.span import Point, Span
from initls.workspace.index import Index

FILES = sorted((Path(__file__).parents[1] / "examples").rglob("*.py"))
TYPED = ("(", ")", '"""', "x", "\n", "    self.more = nn.Linear(3, 3)\n", "nn.init.zeros_(self.more.weight)", "#", "[")


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    asked: list[str] = []

    @remembered(10, key=digest, weight=len)
    def upper(text: str) -> str:
        asked.append(text)
        return text.upper()

    assert [upper(text) for text in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb")] == [
        "AAAA", "BBBB", "AAAA", "CCCC", "AAAA", "BBBB"
    ]  # fmt: skip
    assert asked == ["aaaa", "bbbb", "cccc", "bbbb"]


def test_none_is_an_answer() -> None:
    asked: list[str] = []

    @remembered(3, key=digest)
    def nothing(text: str) -> None:
        asked.append(text)

    nothing("a")
    nothing("a")
    assert asked == ["a"]


def test_the_newest_answer_stays_whatever_it_weighs() -> None:
    known: Bounded[str] = Bounded(10)
    known.keep("small", "s", 2)
    known.keep("large", "l", 1000)
    assert (known.get("small", ""), known.get("large", ""), known.weight) == ("", "l", 1000)
    known.keep("small", "s", 2)
    assert (known.get("small", ""), known.get("large", ""), known.weight, len(known)) == ("s", "", 2, 1)


def test_an_analysis_leaves_nothing_to_the_garbage_collector() -> None:
    """A server that collects seldom would grow by each cycle: they hold traces, trees and texts."""

    def work() -> None:
        rng = random.Random(8)
        checker = Checker(Index())
        for file in FILES:
            document = Document.of(str(file), file.read_text(encoding="utf-8"))
            for _ in range(6):
                result = checker.check(document, Settings())
                for finding in result.findings[:3]:
                    result.fixes(finding)
                line = rng.randrange(len(document.text.lines))
                point = Point(line, rng.randint(0, len(document.text.line(line))))
                document = result.document.edit(0, Span(point, point), rng.choice(TYPED))
            checker.forget(str(file))

    on_a_deep_stack(work)  # What is imported and worked out once for all.
    with garbage() as left:
        on_a_deep_stack(work)
    assert left == Counter()


@contextmanager
def garbage() -> Iterator[Counter[str]]:
    """What of ours only the garbage collector could free at the end of the block, by kind."""
    left: Counter[str] = Counter()
    gc.collect()
    gc.disable()
    try:
        yield left
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        gc.set_debug(0)
        for one in gc.garbage:
            kind = one if isinstance(one, type(on_a_deep_stack)) else type(one)
            if str(kind.__module__).partition(".")[0] in ("initls", "libcst", "ast"):
                left[f"{kind.__module__}.{kind.__qualname__}"] += 1
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def on_a_deep_stack(work: object) -> None:
    before = threading.stack_size(64 * 1024 * 1024)
    try:
        thread = threading.Thread(target=work)  # type: ignore[arg-type]
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()


def test_all_that_is_kept_of_a_text_is_bounded() -> None:
    """Somebody types for long into a file of long functions, under open quotes and brackets too."""
    lines = "".join(f"    nn.init.constant_(layer.weight, {number})  # and so on\n" for number in range(60))
    source = "import torch\nfrom torch import nn\n\n\n" + "".join(
        f"def step{number}(layer, x):\n{lines}\n\n" for number in range(4)
    )
    checker = Checker()
    document = Document.of("a.py", source)
    for number in range(60):
        point = Point(8 + number, 0)
        new = ('"""', "(" * (number % 9 + 1), f"    y{number} = 1\n", f"def f{number}(x):\n    pass\n")[number % 4]
        typed = checker.check(document.edit(0, Span(point, point), new), Settings()).document
        back = Span(point, typed.text.point(typed.text.offset(point) + len(new)))
        document = typed if number % 8 == 7 else checker.check(typed.edit(0, back, ""), Settings()).document
        assert checker.programs.facts.weight <= MOST_TEXT
        here = document.parts[0].outline.index
        gone = [one for (_, unit), one in document.carried.items() if unit not in here]
        assert sum(len(one.segment.text) for one in gone) <= MOST_GONE_TEXT + len(source)
        for chunk in document.parts[0].outline.chunks:
            assert len(chunk._through) <= MOST_STATES
            assert all(len(atom._through) <= MOST_STATES for atom in chunk.atoms)


def test_a_file_that_stays_as_it_is_remembers_few_of_the_words_it_is_asked_about() -> None:
    """Each new name that is half typed in one file may be asked of the files around it."""
    texts = ["import torch", "def step(layer): layer.weight.fill_(layer.bias.sum())"]
    mentions = Mentions(len(texts))
    for number in range(10 * FEW):
        assert mentions.count(SPOKEN, f"half_typed{number}", texts) == 0
        assert len(mentions) <= FEW
        assert mentions.count(SPOKEN, "layer", texts) == 3
        assert mentions.count(USED, "torch", texts) == 0
    edited = [texts[0], texts[1].replace("bias", "layer")]
    after = mentions.followed(texts[1:], edited[1:], {*TOKEN.findall(" ".join([texts[1], edited[1]]))}, len(edited))
    assert after.count(SPOKEN, "layer", edited) == 4


def test_a_trace_that_holds_no_more_is_gone_before_the_next_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "from torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    text += "        self.fc = nn.Linear(2, 3)\n        nn.init.zeros_(self.fc.weight)\n"
    there: list[int] = []

    def counted(*arguments: Any, **more: Any) -> Trace | None:
        there.append(sum(isinstance(one, Trace) and one.root == "Net" for one in gc.get_objects()))
        return trace_class(*arguments, **more)

    monkeypatch.setattr(tracer, "trace_class", counted)
    checker = Checker()
    document = Document.of("a.py", text)
    for _ in range(3):
        checker.check(document, Settings())
        document = document.edit(0, Span(Point(6, 32), Point(6, 32)), "3")
    assert there == [0, 0, 0]
    assert sum(isinstance(one, Trace) and one.root == "Net" for one in gc.get_objects()) == 1
