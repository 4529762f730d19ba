"""What is known of the rules without loading any: their codes, by the names of their modules; when each is asked."""

from __future__ import annotations

import os
from collections.abc import Mapping

from initls import rules
from initls.pattern import pattern

QUIET = frozenset(
    {
        "INI108", "INI207", "INI214", "INI216", "INI217", "INI224", "INI304", "INI306",
        "INI307", "INI309", "INI317", "INI324", "INI326", "INI413", "INI414"
    }
)  # fmt: skip
"""The rules that are off where nothing is said, and speak when a longer part of their code is named."""

PACKED: Mapping[str, tuple[str, ...]] = {"INI218": ("deepspeed",), "INI219": ("fsdp",)}
"""The packs (`initls.knowledge.packs`) of which one has to be on for a rule to be asked."""

NEEDS: Mapping[str, tuple[str, ...]] = {
    "INI105": ("Replicated",),
    "INI201": ("early",),
    "INI202": ("missed", "NotThere"),
    "INI204": ("LoadedInto",),
    "INI205": ("LostWrite",),
    "INI206": ("Tied",),
    "INI208": ("Replaced",),
    "INI209": ("recurring",),
    "INI210": ("UsedUnwritten",),
    "INI211": ("UnmadeWritten",),
    "INI214": ("UsedCold",),
    "INI215": ("Initialized",),
    "INI216": ("LoadedInto",),
    "INI217": ("Synchronized",),
    "INI218": ("WrittenAway",),
    "INI219": ("WrittenAway", "nested"),
    "INI222": ("unchained",),
    "INI223": ("unguarded",),
    "INI224": ("unredone",),
    "INI225": ("mistied",),
    "INI226": ("misconfigured",),
    "INI301": ("Initialized", "RefusedByType"),
    "INI302": ("Initialized", "Gained"),
    "INI307": ("Initialized",),
    "INI316": ("Initialized",),
    "INI317": ("Initialized",),
    "INI320": ("NothingThere",),
    "INI321": ("Initialized",),
    "INI322": ("Initialized",),
    "INI401": ("uncalled",),
    "INI402": ("Uncallable",),
    "INI403": ("Dropped",),
    "INI404": ("Shadowed",),
    "INI405": ("census.questions",),
    "INI406": ("census.questions",),
    "INI407": ("Lacked",),
    "INI408": ("LeftEarly",),
    "INI409": ("LostCopy",),
    "INI410": ("Hidden",),
    "INI411": ("NothingThere", "TruthAsked"),
    "INI412": ("unheard",),
    "INI413": ("EmptyInit",),
    "INI414": ("Initialized",),
    "INI420": ("Lacked",),
    "INI501": ("DeclaredConstant",),
    "INI502": ("DeclaredSpread",),
    "INI503": ("DeclaredTwice",),
}
"""What a trace has to show so that a rule can have anything to say: one of these kinds of events, or fields.

Most programs show little of all this. A rule that has nothing to say need not be asked.
"""

_NAMED_AFTER_A_CODE = pattern(r"(ini\d{3})\.py\Z")


def codes() -> list[str]:
    """The codes of all rules about models, in order."""
    # `pkgutil` would tell as well, and takes longer to load than all rules together take to be listed.
    named = (_NAMED_AFTER_A_CODE.match(name) for folder in rules.__path__ for name in os.listdir(folder))
    return sorted(found.group(1).upper() for found in named if found is not None)
