"""What INI301 says, and how it is shown: the line raises."""

from __future__ import annotations

from tests.proofs.claims import raises_here

CLAIMS = (
    (
        r"`(?P<function>\w+)` takes tensors of [\w ]+ axes, and `[\w.]+` of .+ has \w+: "
        r"this raises (?P<error>ValueError)\.$",
        raises_here,
    ),
    (
        r"`(?P<function>\w+)` takes tensors of [\w ]+ axes, and (?P<names>(?:(?! of ).)+) (?:has|have) \w+: "
        r"this raises (?P<error>ValueError)\.$",
        raises_here,
    ),
)
