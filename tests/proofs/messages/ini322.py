"""What INI322 says, and how it is shown: the line raises."""

from __future__ import annotations

from tests.proofs.claims import raises_here

CLAIMS = ((r"`\w+` is asked for .+: this raises (?P<error>RuntimeError|ZeroDivisionError)\.$", raises_here),)
