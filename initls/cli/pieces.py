"""Which files travel to a process together, and in which order they are handed out.

Whoever is idle takes the next piece. What keeps all busy to the end is what every schedule of this kind rests on: the
heaviest come first, and the pieces become smaller as the work runs out. Apart from the heaviest, files go in their
order: neighbours import the same files, and what is found is printed in that order, as soon as it can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MOST_FILES = 8
"""Files that a piece holds at most: what a process has finished is heard of when its piece is."""

SHARE = 4
"""Into so many pieces a process's part of the work that is left falls at least, where files are small enough."""


def pieces(weights: Sequence[int], processes: int) -> list[list[int]]:
    """The numbers of the files, in pieces, in the order in which these are to be handed out."""
    heavy = sum(weights) / (processes * SHARE)
    alone = sorted((number for number, weight in enumerate(weights) if weight > heavy), key=lambda n: (-weights[n], n))
    rest = [number for number, weight in enumerate(weights) if weight <= heavy]
    return [*([number] for number in alone), *_shrinking(rest, weights, processes)]


def _shrinking(numbers: Sequence[int], weights: Sequence[int], processes: int) -> Iterator[list[int]]:
    """Pieces of neighbours, each a share of what is left."""
    left = sum(weights[number] for number in numbers)
    piece: list[int] = []
    weight = 0
    for number in numbers:
        if piece and (len(piece) == MOST_FILES or weight + weights[number] > left / (processes * SHARE)):
            yield piece
            left -= weight
            piece, weight = [], 0
        piece.append(number)
        weight += weights[number]
    if piece:
        yield piece
