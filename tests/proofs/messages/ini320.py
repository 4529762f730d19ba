"""What INI320 says, and how it is shown: the line raises."""

from __future__ import annotations

from tests.proofs.claims import raises_here

CLAIMS = ((r"(?P<names>.+) (?:is|are) None: this raises (?P<error>AttributeError)\.$", raises_here),)
