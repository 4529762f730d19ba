"""What INI215 says, and how it is shown: the line raises."""

from __future__ import annotations

from tests.proofs.claims import raises_here

CLAIMS = (
    (
        r"`[\w.]+` holds whole numbers, of which `\w+` can draw none: this raises (?P<error>NotImplementedError)\.$",
        raises_here,
    ),
)
