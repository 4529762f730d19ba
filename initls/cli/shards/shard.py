"""One part of a run, such as the second of three."""

from __future__ import annotations

import re
from typing import NamedTuple


class Shard(NamedTuple):
    """Part `number` of a run that is done in `of` parts; counted from 1."""

    number: int
    of: int

    @staticmethod
    def named(text: str) -> Shard | None:
        """The part that `2/3` names; None for a text that names none."""
        match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
        shard = Shard(int(match[1]), int(match[2])) if match else None
        return shard if shard and 1 <= shard.number <= shard.of else None

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, name: str) -> bool:
        """Whether a file belongs here. That hangs on its name alone, so that a new file moves no other."""
        from hashlib import blake2b

        digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.of == self.number - 1
