"""Facts by segment, each worked out once."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from initls.facts import ir
from initls.facts.extract import Extraction
from initls.syntax.code import code
from initls.syntax.parse import Unreadable, parse, statements
from initls.syntax.segments import Segment

MOST_SEGMENTS = 20_000
"""Segments whose facts are kept; the ones that were not asked for longest go first."""


def extract(segment: Segment) -> ir.Facts | Unreadable:
    """The facts of a segment, or why it has none."""
    tree = parse(segment)
    if isinstance(tree, Unreadable):
        return tree
    try:
        body = Extraction().block(statements(tree, segment.kind))
    except RecursionError:
        return Unreadable("unreadable", "it is nested too deeply", 0)
    return ir.Facts(body, blake2b(repr(body).encode("utf-8", "surrogatepass"), digest_size=16).digest())


class FactStore:
    """Remembers the facts of segments by the segments' keys, and shares equal ones."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_key: OrderedDict[bytes, ir.Facts | Unreadable] = OrderedDict()
        self._by_code: dict[bytes, ir.Facts] = {}
        self._interned: dict[bytes, ir.Facts] = {}
        self.extracted = 0
        """Segments that were parsed, for benchmarks that count work."""

    def reads(self, segment: Segment) -> bool:
        """Whether a segment was asked for, and had facts."""
        return isinstance(self._by_key.get(segment.key), ir.Facts)

    def facts(self, segment: Segment) -> ir.Facts | Unreadable:
        """The facts of a segment, or why it has none."""
        found = self._by_key.get(segment.key)
        if found is not None:
            self._by_key.move_to_end(segment.key)
            return found
        found = self._by_code_of(segment)
        self._by_key[segment.key] = found
        if len(self._by_key) > MOST_SEGMENTS:
            self._by_key.popitem(last=False)
        if len(self._interned) > MOST_SEGMENTS:
            self._interned = {
                facts.fingerprint: facts for facts in self._by_key.values() if isinstance(facts, ir.Facts)
            }
        return found

    def clear(self) -> None:
        """Forget all facts."""
        self._by_key.clear()
        self._by_code.clear()
        self._interned.clear()

    def _by_code_of(self, segment: Segment) -> ir.Facts | Unreadable:
        """The facts of a segment that is new; one whose code was there before need not be parsed.

        Of a broken segment it has to be said what is wrong with it and where, so that has to be looked at anew.
        """
        essence = code(segment.text)
        key = None if essence is None else Segment.of(segment.kind, segment.name, essence).key
        if key is not None and key in self._by_code:
            return self._by_code[key]
        found = extract(segment)
        self.extracted += 1
        if isinstance(found, ir.Facts):
            # Parentheses and the like give the same facts as before, and then everything behind is there already.
            found = self._interned.setdefault(found.fingerprint, found)
            if len(self._by_code) >= MOST_SEGMENTS:
                self._by_code.clear()
            if key is not None:
                self._by_code[key] = found
        return found
