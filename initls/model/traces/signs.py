"""What the text of a segment alone says about whether it is worth tracing."""

from __future__ import annotations

import re
from sys import intern

from msgspec import Struct

from initls.bounded import remembered
from initls.model.traces import declarations
from initls.model.traces.recurring import AGAIN
from initls.pattern import pattern
from initls.syntax.bare import bare
from initls.syntax.segments import Kind, Segment, key_of

CONCERNS = (
    "parameters(", "modules(", "load_state", "_modulation = ", "to_empty(",
    "fully_shard(", "FullyShardedDataParallel(", "FSDP(",
)  # fmt: skip
"""What a text has to hold so that tracing it by itself can find anything: some way to write or read a parameter."""

NAMES = ("requires_grad", "in_proj", "lora", "LoRA", "adaLN", "init_cfg")
"""The same where it may stand in a string as well, as a key or as the name of an attribute."""

MAY_CONCERN = {
    "init": pattern(r"init(?:(?<=\binit)\.|\w*\s*\()"),
    "_(": pattern(r"_(?<=\w_)\("),
    # What asks a weight for its shape or the like alone neither reads nor writes what it holds.
    ".weight": pattern(r"\.weight(?!\.(?:shape|dtype|device|ndim)\b|\.(?:size|dim|numel)\()"),
    ".bias": pattern(r"\.bias\b"),
    ".data": pattern(r"\.data\b"),
    "Parameter": pattern(r"(?<!\w)Parameter\b"),
    "apply(": pattern(r"(?<!\w)apply\("),
    "Init(": pattern(r"(?<!\w)Init\("),
}
"""The same where a second look is needed. To search for a plain string is many times faster than for any pattern."""

LISTS = ("ModuleList(", "Sequential(")

REPEATS = pattern(r"\] ?\* ?[\w(]|[\w)] ?\* ?\[|[\[(]\s*\w+\s+for \w+ in range\(")
"""A list times a number, or a comprehension that gives a mere name in each of its rounds."""

ORDER = pattern(r"__init__\s*\(")


class Signs(Struct, frozen=True):
    """What the text of a segment alone says about whether to trace it."""

    concerns: bool
    """Whether it writes or reads parameters."""
    calls: tuple[str, ...]
    """The names behind which a method opens a bracket, in order: a set of them would be several times as large."""
    bases: frozenset[str]
    """The words among the bases of a class."""
    normed: bool = False
    """Whether it speaks of a spectral norm, which only a forward pass in training makes one."""
    evaluates: bool = False
    """Whether it puts anything into evaluation mode."""
    again: bool = False
    """Whether it is a method that may make or initialize anything, as no forward pass should."""


MOST_SIGNS = 2_000
"""Segments whose signs are remembered."""


@remembered(MOST_SIGNS, key=key_of)
def signs_of(segment: Segment) -> Signs:
    """The signs of a segment; with a keystroke all segments but one are as they were."""
    text = segment.text
    if segment.kind is Kind.METHOD:
        concerns = _concerns(segment.name, text)
    elif segment.kind is Kind.RUN:
        # What is imported may be called `init`, and touches nothing yet.
        concerns = _touches(_IMPORT.sub("", text))
    else:
        concerns = _touches(text) or (segment.kind is Kind.CLASS_HEAD and "PreTrainedModel" in text)
    bases = _BASES.search(text) if segment.kind is Kind.CLASS_HEAD else None
    called = _called(text) if segment.kind is Kind.METHOD else ()
    return Signs(
        concerns,
        called,
        frozenset() if bases is None else frozenset(_WORD.findall(bases.group(1))),
        normed="spectral_norm" in text,
        evaluates=".eval(" in text or ".train(False" in text,
        again=segment.name != "__init__" and not AGAIN.isdisjoint(called),
    )


_IMPORT = pattern(r"^(?:import|from)\b[^\r\n(]*(?:\([^)]*\))?[^\r\n]*", re.MULTILINE)

_BASES = pattern(r"(?m)^class\s+\w+\s*\(([^)]*)\)")
_DELLAC = pattern(r"\(\s*(\w+)")
_WORD = pattern(r"\w+")


def _called(text: str) -> tuple[str, ...]:
    """The names behind which a bracket opens. Backwards, where the bracket comes first, they are found much faster."""
    # One string for each name, however many states of a method there have been that all call the same.
    return tuple(sorted({intern(name[::-1]) for name in _DELLAC.findall(text[::-1])}))


_SELF = pattern(r"self\.\w+\s*(?:\(|(?::[^=\n]+)?=[^=])")


def _touches(text: str) -> bool:
    """Whether a text holds any way to write or read a parameter, or a list of layers that repeats one."""
    # To take comments and strings away takes longer than to find that there is nothing even with them.
    return any(word in text for word in NAMES) or (_speaks(text) and _speaks(bare(text)))


def _speaks(text: str) -> bool:
    return (
        any(word in text for word in CONCERNS)
        or any(word in text and pattern.search(text) for word, pattern in MAY_CONCERN.items())
        or (any(word in text for word in LISTS) and REPEATS.search(text) is not None)
    )


_LAYER = r"(?:nn\.)?[A-Z]\w*\("
_KEPT = (
    ("= [", pattern(rf"self\.\w+(?:\s*:[^=\n]+)?\s*= \[(?:[\[(\s]|#[^\n]*\n)*{_LAYER}")),
    ("= (", pattern(rf"self\.\w+(?:\s*:[^=\n]+)?\s*= \(\s*{_LAYER}[^\n]*\)\s*,")),
    ("= {", pattern(rf"self\.\w+(?:\s*:[^=\n]+)?\s*= \{{[^}}\n]*\n?[^}}\n]*:\s*{_LAYER}")),
    ("= []", pattern(rf"self\.(\w+)(?:\s*:[^=\n]+)?\s*= \[\][\s\S]*?self\.\1\.append\(\s*{_LAYER}")),
    ("= []", pattern(rf"\s(\w+) = \[\][\s\S]*?\s\1\.append\(\s*{_LAYER}[\s\S]*?self\.\w+ = \1\s")),
    ("= {}", pattern(rf"self\.(\w+)(?:\s*:[^=\n]+)?\s*= \{{\}}[\s\S]*?self\.\1\[[^\]\n]*\]\s*= {_LAYER}")),
)
"""How a constructor may keep layers in a plain container, with a plain string that each of these has in it."""


def _keeps(text: str) -> bool:
    """Whether a constructor may keep layers in a list, a tuple or a dict of its own."""
    return any(word in text and pattern.search(text) for word, pattern in _KEPT)


def _concerns(name: str, text: str) -> bool:
    if name != "__init__":
        return name not in ("forward", "extra_repr") and _touches(text)
    # In a constructor the word "init" itself says nothing, but an assignment in front of the base call does.
    if _touches(text.replace("__init__", "")) or _keeps(text):
        return True
    first, call = _SELF.search(text), ORDER.search(text, text.find(":") + 1)
    return first is not None and (call is None or first.start() < call.start())


@remembered(MOST_SIGNS, key=key_of)
def declares(segment: Segment) -> bool:
    """Whether a segment tells any layer how to initialize itself."""
    return declarations.DECLARES.search(segment.text) is not None
