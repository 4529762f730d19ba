"""Answers that are remembered up to a bound.

A server runs for days, and each keystroke is a new text. So nothing that is remembered of texts may be filed under the
texts themselves, which would keep each of them, and what counts is how much the answers weigh together, not how many
there are: a half-typed string makes one piece of a whole file.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from hashlib import blake2b
from threading import Lock
from typing import Generic, TypeVar

A = TypeVar("A")
R = TypeVar("R")
D = TypeVar("D")


class _Missing:
    """What stands for an answer that is not there; None may be one."""


_MISSING = _Missing()


class Bounded(Generic[R]):
    """Answers by keys; those that were not asked for longest go when all of them weigh more than `most`.

    The newest one stays whatever it weighs: who has just asked will ask again.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.weight = 0
        """What all of them weigh now."""
        self._answers: OrderedDict[Hashable, tuple[R, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: Hashable, default: D) -> R | D:
        """The answer for a key, or `default` where there is none (any more)."""
        with self._lock:
            found = self._answers.get(key)
            if found is None:
                return default
            self._answers.move_to_end(key)
            return found[0]

    def keep(self, key: Hashable, answer: R, weight: int = 1) -> None:
        """Remember an answer."""
        with self._lock:
            replaced = self._answers.pop(key, None)
            self.weight += weight - (0 if replaced is None else replaced[1])
            self._answers[key] = answer, weight
            while self.weight > self.most and len(self._answers) > 1:
                _, (_, lighter) = self._answers.popitem(last=False)
                self.weight -= lighter


def remembered(
    most: int, *, key: Callable[[A], Hashable], weight: Callable[[A], int] = lambda about: 1
) -> Callable[[Callable[[A], R]], Callable[[A], R]]:
    """Have a pure function of one value remember its answers by the `key` of the value, up to a bound.

    What an answer weighs is told by the value that it is about: by default each weighs one.
    """

    def decorate(work: Callable[[A], R]) -> Callable[[A], R]:
        known: Bounded[R] = Bounded(most)

        @wraps(work)
        def answer(about: A) -> R:
            name = key(about)
            found = known.get(name, _MISSING)
            if not isinstance(found, _Missing):
                return found
            made = work(about)
            known.keep(name, made, weight(about))
            return made

        return answer

    return decorate


def digest(text: str) -> bytes:
    """A key that stands for a text without keeping it."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
