"""The fuzzed functions hold for what hypothesis thinks of, and would notice what they are there to notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from initls.syntax import outline, text
from tests.fuzz import targets
from tests.fuzz.run import seeds
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_each_holds_for_any_bytes(name: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=120))
    def holds(data: bytes) -> None:
        TARGETS[name](data)

    targets.on_deep_stack(holds)


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_hold(name: str) -> None:
    targets.on_deep_stack(lambda: [TARGETS[name](seed) for seed in seeds(name)] and None)


def caught(target: Callable[[bytes], None], name: str) -> bool:
    try:
        for seed in seeds(name):
            target(seed)
    except Exception:  # Whichever way it shows.
        return True
    return False


@pytest.mark.parametrize(
    ("name", "where", "what", "worse"),
    [
        # As `str.splitlines` would have it: form feeds and line separators end lines.
        ("buffer", text, "split", lambda source: [*source.splitlines(keepends=True), ""]),
        ("cut", outline, "_shared", lambda old, new: old),
        ("files", targets, "encode", lambda source, like: source.encode("utf-8", "surrogateescape")),
        ("read", targets, "layout", lambda source: type("L", (), {"statements": ((0, 10**9),), "comments": {}})),
    ],
)
def test_a_defect_is_noticed(
    monkeypatch: pytest.MonkeyPatch, name: str, where: Any, what: str, worse: Callable[..., Any]
) -> None:
    assert not caught(TARGETS[name], name)
    monkeypatch.setattr(where, what, worse)
    assert caught(TARGETS[name], name)
