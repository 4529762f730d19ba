"""What INI302 says, and how it is shown: the line raises."""

from __future__ import annotations

from tests.proofs.claims import raises_here

CLAIMS = ((r"`(?P<function>\w+)` .+: this raises (?P<error>ValueError|TypeError)\.$", raises_here),)
