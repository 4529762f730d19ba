"""Facts by segment, each worked out once."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from initls.facts import abstract, ir
from initls.syntax.code import code
from initls.syntax.guards import Admitted, Unreadable, admit
from initls.syntax.newer import may_be_newer
from initls.syntax.segments import Segment

MOST_TEXT = 1_500_000
"""The characters of the segments whose facts are kept; the ones that were not asked for longest go first.

Who types for hours in a long function leaves a new state of it behind with every key, and facts take many times the
memory of the text that they are of.
"""

KEPT_TEXT = 1_400_000
"""The characters that are left when some are forgotten; looking for those takes as long as there are many."""


def extract(segment: Segment) -> ir.Facts | Unreadable:
    """The facts of a segment, or why it has none."""
    admitted = admit(segment)
    if isinstance(admitted, Unreadable):
        return admitted
    try:
        body = _read(segment, admitted)
    except RecursionError:
        return Unreadable("unreadable", "it is nested too deeply", 0)
    if isinstance(body, Unreadable):
        return body
    return ir.Facts(body, blake2b(repr(body).encode("utf-8", "surrogatepass"), digest_size=16).digest())


def _read(segment: Segment, admitted: Admitted) -> tuple[ir.Statement, ...] | Unreadable:
    """The statements of a segment: read by Python where it can, and by libcst where that may be too old."""
    tree = None if admitted.deep is not None else abstract.tree_of(admitted.source)
    if isinstance(tree, list):
        return abstract.Reading().block(abstract.statements(tree, segment.kind))
    if isinstance(tree, SyntaxError) and not may_be_newer(segment.text):
        return abstract.broken(segment, tree)
    # Most runs never need it, and it takes long to load.
    from initls.facts.extract import Extraction
    from initls.syntax.parse import parse, statements

    parsed = parse(segment)
    return parsed if isinstance(parsed, Unreadable) else Extraction().block(statements(parsed, segment.kind))


class FactStore:
    """Remembers the facts of segments by the segments' keys, and shares equal ones."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_key: OrderedDict[bytes, tuple[ir.Facts | Unreadable, int]] = OrderedDict()
        """The facts of a segment, with the length of its text."""
        self.weight = 0
        """The characters of all of them."""
        self._by_code: dict[bytes, ir.Facts] = {}
        self._uncoded: list[tuple[Segment, ir.Facts]] = []
        """What was read before anything was edited: most files are opened, and closed again as they were."""
        self.is_first = True
        """Whether it is the first look at a file, of which nothing has been edited yet."""
        self._interned: dict[bytes, ir.Facts] = {}
        self.extracted = 0
        """Segments that were parsed, for benchmarks that count work."""
        self.fresh: set[bytes] = set()
        """The keys of the segments that were looked at for the first time, since somebody cleared this."""

    def reads(self, segment: Segment) -> bool:
        """Whether a segment was asked for, and had facts."""
        found = self._by_key.get(segment.key)
        return found is not None and isinstance(found[0], ir.Facts)

    def facts(self, segment: Segment) -> ir.Facts | Unreadable:
        """The facts of a segment, or why it has none."""
        known = self._by_key.get(segment.key)
        if known is not None:
            self._by_key.move_to_end(segment.key)
            return known[0]
        found = self._by_code_of(segment)
        self._by_key[segment.key] = found, len(segment.text)
        self.fresh.add(segment.key)
        self.weight += len(segment.text)
        if self.weight > MOST_TEXT:
            self._forget()
        return found

    def _forget(self) -> None:
        """Forget what was not asked for longest, and all that is kept on its account."""
        while self.weight > KEPT_TEXT and len(self._by_key) > 1:
            _, (_, length) = self._by_key.popitem(last=False)
            self.weight -= length
        kept = {id(facts): facts for facts, _ in self._by_key.values() if isinstance(facts, ir.Facts)}
        self._interned = {facts.fingerprint: facts for facts in kept.values()}
        self._by_code = {key: facts for key, facts in self._by_code.items() if id(facts) in kept}
        self._uncoded = [(segment, facts) for segment, facts in self._uncoded if id(facts) in kept]

    def clear(self) -> None:
        """Forget all facts."""
        self._by_key.clear()
        self.weight = 0
        self._by_code.clear()
        self._uncoded.clear()
        self._interned.clear()

    def _by_code_of(self, segment: Segment) -> ir.Facts | Unreadable:
        """The facts of a segment that is new; one whose code was there before need not be parsed.

        Of a broken segment it has to be said what is wrong with it and where, so that has to be looked at anew.
        """
        key = None
        if not self.is_first:
            while self._uncoded:
                self._note(*self._uncoded.pop())
            key = _code_key(segment)
            if key is not None and key in self._by_code:
                return self._by_code[key]
        found = extract(segment)
        self.extracted += 1
        if isinstance(found, ir.Facts):
            # Parentheses and the like give the same facts as before, and then everything behind is there already.
            found = self._interned.setdefault(found.fingerprint, found)
            if key is not None:
                self._by_code[key] = found
            elif self.is_first:
                self._uncoded.append((segment, found))
        return found

    def _note(self, segment: Segment, facts: ir.Facts) -> None:
        key = _code_key(segment)
        if key is not None:
            self._by_code.setdefault(key, facts)


def _code_key(segment: Segment) -> bytes | None:
    """The key that segments of the same code share; None where it takes more than a glance to tell."""
    essence = code(segment.text)
    return None if essence is None else Segment.of(segment.kind, segment.name, essence).key
