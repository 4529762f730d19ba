"""The bar of a long run: on standard error of a terminal, and nowhere else."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from initls.cli import progress
from initls.cli.progress import Progress


class Terminal(io.StringIO):
    """Standard error as a terminal would be."""

    def isatty(self) -> bool:
        return True


Terminals = Callable[[], Terminal]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminals:
    """Puts a terminal in the place of standard error, from within the test: pytest has a stream of its own before."""
    monkeypatch.setenv("TERM", "xterm")

    def terminal() -> Terminal:
        stream = Terminal()
        monkeypatch.setattr("sys.stderr", stream)
        return stream

    return terminal


def count(total: int, *, quiet: bool = False) -> None:
    with Progress(total, quiet=quiet) as bar:
        for _ in range(total):
            bar.advance()


def test_a_long_run_draws_a_bar_and_takes_it_away(terminal: Terminals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    stream = terminal()
    count(3)
    assert "Checking" in stream.getvalue()
    # The last thing is the erasure of the line.
    assert stream.getvalue().rstrip().endswith("\x1b[2K")


def test_a_short_run_draws_none(terminal: Terminals) -> None:
    stream = terminal()
    count(3)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("total", "quiet"), [(3, True), (1, False)])
def test_nobody_waits_for_it(terminal: Terminals, monkeypatch: pytest.MonkeyPatch, total: int, quiet: bool) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    stream = terminal()
    count(total, quiet=quiet)
    assert stream.getvalue() == ""


def test_a_pipe_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    count(3)
    assert stream.getvalue() == ""


def test_the_bar_makes_room_for_other_words(terminal: Terminals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    stream = terminal()
    with Progress(3) as bar:
        bar.advance()
        with bar.aside():
            # The line of the bar is empty when the words come, and it is drawn again behind them.
            assert stream.getvalue().rstrip().endswith("\x1b[2K")
            before = len(stream.getvalue())
        assert "Checking" in stream.getvalue()[before:]
        bar.advance()
    before = len(stream.getvalue())
    with bar.aside():
        pass
    assert stream.getvalue()[before:] == ""
