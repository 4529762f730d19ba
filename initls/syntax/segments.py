"""Segments: the smallest pieces of a text that can be read alone."""

from __future__ import annotations

from enum import Enum
from hashlib import blake2b
from typing import NamedTuple

from msgspec import Struct

from initls.pattern import pattern

CLASS_NAME = pattern(r"class[ \t]+(\w+)")
"""The first line of a class behind its decorators, and its name."""


class Kind(Enum):
    """What a segment is a piece of."""

    RUN = "run"
    """A paragraph of statements at module level."""
    FUNCTION = "function"
    """A function at column 0, with its decorators."""
    CLASS_HEAD = "class-head"
    """A class at column 0: decorators, header, and the statements in front of its first method."""
    METHOD = "method"
    """A function in the body of such a class, with its decorators."""
    CLASS_RUN = "class-run"
    """Statements in the body of such a class that stand behind a method."""
    NESTED = "nested"
    """A class in the body of such a class, whole."""

    @property
    def indented(self) -> bool:
        """Whether the segment's own lines begin inside a block."""
        return self in _INDENTED


_INDENTED = frozenset({Kind.METHOD, Kind.CLASS_RUN, Kind.NESTED})


class Segment(Struct, frozen=True, gc=False):
    """One piece: its exact text, and the key by which everything derived from it is remembered."""

    kind: Kind
    name: str
    """The name that the piece defines; for a run, one made from its key."""
    text: str
    key: bytes

    @staticmethod
    def of(kind: Kind, name: str, text: str) -> Segment:
        """The segment of that kind and text; a run needs no name."""
        digest = blake2b(kind.value.encode() + b"\0", digest_size=16)
        digest.update(text.encode("utf-8", "surrogatepass"))
        key = digest.digest()
        return Segment(kind, name or f"<run:{key.hex()[:8]}>", text, key)


def key_of(segment: Segment) -> bytes:
    """The key of a segment; whatever is remembered of it goes by that."""
    return segment.key


def size_of(segment: Segment) -> int:
    """The characters of a segment; what is remembered of it weighs many times as much."""
    return len(segment.text)


class Placed(NamedTuple):
    """A segment in its document.

    It does not know its line, so that an edit above leaves it the same object; `Outline.lines` knows.
    """

    unit: str
    """The name of this segment alone: `fit`, `LeNet`, `LeNet.__init__`, `<run:1f2e3d4c>`; a second `fit` is `fit#1`."""
    owner: str | None
    """The unit of the class that this segment is a member of."""
    segment: Segment
