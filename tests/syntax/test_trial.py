"""Texts that might end the process are tried out in another one, which is here made to die in earnest."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from initls.check import Checker, Result
from initls.deep import STACK
from initls.document import Document
from initls.settings import Settings
from initls.syntax import parse as parsing
from initls.syntax import trial
from initls.syntax.depth import LIMIT, USUAL, too_deep
from initls.syntax.guards import Unreadable
from initls.syntax.parse import parse
from initls.syntax.segments import Kind, Segment
from initls.syntax.trial import Trial

SERVE = "from initls.syntax import trial; import libcst, os, signal, time, ctypes; parse = libcst.parse_module; "

DEATHS = {
    "abort": "libcst.parse_module = lambda text: os.abort() if 'DEADLY' in text else parse(text)",
    "a signal": "libcst.parse_module = lambda text: signal.raise_signal(11) if 'DEADLY' in text else parse(text)",
    "memory that is not there": (
        "libcst.parse_module = lambda text: ctypes.string_at(0) if 'DEADLY' in text else parse(text)"
    ),
    "an exit": "libcst.parse_module = lambda text: os._exit(3) if 'DEADLY' in text else parse(text)",
    "a stack that is used up": (
        "from initls import deep; deep.STACK = 256 * 1024; "
        "libcst.parse_module = lambda text: parse(text) if 'DEADLY' in text else parse('')"
    ),
}
"""What the other process does with a text that holds the word, each in its own way; the last is libcst's very own."""


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Trial]]:
    """Has the parser ask a process that runs other code in front of the usual."""
    made: list[Trial] = []

    def prepare(code: str = "") -> Trial:
        monkeypatch.setattr(
            trial, "COMMAND", f"import sys; sys.path[:] = sys.argv[1:]; {SERVE}{code or 'pass'}; trial.serve()"
        )
        one = Trial()
        made.append(one)
        monkeypatch.setattr(parsing, "TRIAL", one)
        return one

    yield prepare
    for one in made:
        if one._process is not None:
            trial._end(one._process)


def deep(word: str, depth: int = LIMIT - 30) -> str:
    """A statement that is nested deeper than usual, but not too deep to be read."""
    text = f"{word} = " + "(" * depth + "1" + ",)" * depth + "\n"
    assert too_deep(text, USUAL) is not None and too_deep(text) is None
    return text


def read(text: str) -> object:
    """What the parser says, on the stack that it is to have."""
    found: list[object] = []
    before = threading.stack_size(STACK)
    try:
        thread = threading.Thread(target=lambda: found.append(parse(Segment.of(Kind.RUN, "", text))))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return found[0]


def test_usual_texts_need_no_other_process(tried: Callable[[str], Trial]) -> None:
    one = tried("")
    assert not isinstance(read("fine = [(1, 2), {3: f(g(h(4)))}]\n"), Unreadable)
    assert one.process is None


def test_what_is_survived_is_read_here_too(tried: Callable[[str], Trial]) -> None:
    one = tried("")
    assert not isinstance(read(deep("first")), Unreadable)
    process = one.process
    assert process is not None
    assert not isinstance(read(deep("second")), Unreadable)
    assert one.process == process
    assert isinstance(read("third = " + "(" * 60 + "1 1" + ")" * 60), Unreadable)
    assert one.process == process


@pytest.mark.parametrize("death", DEATHS)
def test_what_is_not_survived_is_not_read(tried: Callable[[str], Trial], death: str) -> None:
    one = tried(DEATHS[death])
    found = read(f"# {death}\n" + deep("DEADLY"))
    assert found == Unreadable("unreadable", "the parser dies of it", 1)
    assert one.process is None
    assert not isinstance(read(f"# {death}\n" + deep("harmless")), Unreadable)
    assert one.process is not None


def test_the_rest_of_the_file_keeps_its_findings(tried: Callable[[str], Trial]) -> None:
    tried(DEATHS["abort"])
    source = "import torch\n\nlayer = torch.nn.Linear(2, 2)\ntorch.nn.init.kaiming_normal_(layer.bias)\n\n\n"
    document = Document.of("a.py", source + "def f():\n    " + deep("DEADLY"))
    found: list[Result] = []

    def check() -> None:
        # What no Python takes is looked at in every segment.
        broken = Document.of("a.py", document.source + "\n\ny = 1 1\n")
        found.append(Checker().check(broken, Settings(), syntax=True))

    thread = threading.Thread(target=check)
    thread.start()
    thread.join()
    assert [finding.span.start.line for finding in found[0].findings] == [3]
    said = [(problem.kind, problem.message, problem.line) for problem in found[0].problems]
    assert ("unreadable", "the parser dies of it", 7) in said


def test_one_text_kills_once(tried: Callable[[str], Trial], monkeypatch: pytest.MonkeyPatch) -> None:
    one = tried(DEATHS["abort"])
    assert not one.survives(deep("DEADLY"))
    monkeypatch.setattr(trial, "_start", lambda: pytest.fail("a second process for the same text"))
    assert not one.survives(deep("DEADLY"))


def test_there_is_no_crash_loop(tried: Callable[[str], Trial], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each keystroke makes another deadly text."""
    one = tried(DEATHS["abort"])
    started: list[None] = []
    start = trial._start
    monkeypatch.setattr(trial, "_start", lambda: (started.append(None), start())[1])
    for number in range(10):
        assert not one.survives(deep(f"DEADLY{number}"))
    assert len(started) == trial.MOST_DEATHS
    monkeypatch.setattr(trial, "PERIOD", 0.0)
    assert one.survives(deep("harmless"))


def test_one_that_takes_too_long_is_not_waited_for(
    tried: Callable[[str], Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = tried("libcst.parse_module = lambda text: time.sleep(60)")
    monkeypatch.setattr(trial, "PATIENCE", 0.3)
    began = time.monotonic()
    assert not one.survives(deep("endless"))
    assert time.monotonic() - began < 30


def test_the_process_ends_when_it_has_nothing_to_do(tried: Callable[[str], Trial]) -> None:
    one = tried("trial.IDLE = 0.2")
    assert one.survives(deep("first"))
    process = one._process
    assert process is not None and process.wait(20) == 0
    assert one.survives(deep("second")) and not one._deaths


def test_where_no_process_can_be_started_the_measure_has_to_do(
    tried: Callable[[str], Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert tried("").survives(deep("first"))
    monkeypatch.undo()
    assert tried("raise SystemExit(4)").survives(deep("second"))
